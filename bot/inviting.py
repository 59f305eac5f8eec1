"""Inviting a volunteer. Nobody is texted who was not asked before: the coordinator says so by giving the number."""

from __future__ import annotations

import secrets as randomness

from bot.channels import SendFailed
from bot.channels.sms import to_e164
from bot.clock import real_clock
from bot.config import Config, Secrets
from bot.running import telegram_channels
from bot.sitting import Sitting, Voice
from bot.times import after_quiet_hours
from bot.wording import words_in_use
from bot.writing_first import outside_quiet_hours
from storage.database import Database
from storage.desk import Desk
from storage.tables import Lane


class CannotInvite(Exception):
    """The invitation was not made; the message says why and what to do."""


async def invite_person(
    database: Database,
    config: Config,
    secrets: Secrets,
    *,
    called: str,
    by: str,
    phone: str | None,
    language: str | None,
) -> str:
    """Invite somebody by text, or make a code for them.

    Returns:
        What to tell the coordinator: that a text is on its way, or the link and the words to hand over.

    Raises:
        CannotInvite: The number is not a number, is known already, or SMS is not set up; or there is no way in to hand
            over, since Telegram does not answer.
    """
    if phone is not None:
        return _text(database, config, called, by, phone, language)
    code = randomness.token_hex(4)
    ways = await _ways_in(config, secrets, code)  # first: without one nobody was invited
    _keep_code(database, config, called, by, language, code)
    return f"{called} can join like this: " + "\nor: ".join(ways)


def _text(database: Database, config: Config, called: str, by: str, phone: str, language: str | None) -> str:
    if config.sms is None:
        raise CannotInvite("SMS is not set up, so nobody can be texted. Leave --phone out to get a link instead.")
    try:
        number = to_e164(phone)
    except ValueError as fault:
        raise CannotInvite(str(fault)) from None
    voice = Voice(words_in_use(config), config.house())
    with database.writing() as connection:
        desk = Desk(connection, real_clock())
        desk.fetch([number], [])
        if desk.address("sms", number) is not None:
            raise CannotInvite("This number is known already. If they want to join, they can text JOIN.")
        ask_by_text(desk, voice, number, called=called, by=by, language=language)
        desk.put_away()
    return f"{called} will be asked by text whether they would like to join."


def ask_by_text(
    desk: Desk, voice: Voice, number: str, *, called: str | None, by: str, language: str | None, at_night: bool = True
) -> None:
    """Ask somebody new by text whether they would like to join; unless `at_night`, what would wake them waits."""
    person = desk.add_person(called=called, invited_by=by, language=language, zone=voice.house.zone)
    sitting = Sitting(desk, person, desk.add_address("sms", "sms", number, person), voice, Lane.REMINDER)
    sitting.begin("joining")
    morning = after_quiet_hours(desk.now, person)
    sitting.answer(**({} if at_night else {"not_before": morning, **outside_quiet_hours(desk, person)}))


def _keep_code(database: Database, config: Config, called: str, by: str, language: str | None, code: str) -> None:
    with database.writing() as connection:
        desk = Desk(connection, real_clock())
        person = desk.add_person(called=called, invited_by=by, language=language, zone=config.organisation.zone)
        desk.add_invitation(code, person)
        desk.put_away()


async def _ways_in(config: Config, secrets: Secrets, code: str) -> list[str]:
    """What to do with a code, on each channel that can be told."""
    ways = [f"text  JOIN {code}  to {config.sms.sends_as}"] if config.sms is not None else []
    telegram = telegram_channels(config, secrets).get("telegram")
    if telegram is not None:
        try:
            ways.append(f"open  {await telegram.deep_link(code)}  in Telegram")
        except SendFailed as failed:
            if not ways:
                why = f"Telegram does not answer ({failed.reason.value}), so there is no link to hand over."
                raise CannotInvite(f"{why} Nobody was invited. `alongside check` says more.") from None
        finally:
            await telegram.close()
    return ways
