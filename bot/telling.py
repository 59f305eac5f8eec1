"""Telling people about an alert: coordinators, and the person in danger. Each message is recorded and followed.

What coordinators are told names the alert by its reference. The person's words, name and number are in the
answer to READ and in what is passed on once somebody has taken over, and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.channels import REASONS, Reason
from bot.times import zone_of
from flows.dates import WEEKDAYS
from flows.words import Words
from storage import alerts
from storage.alert_notices import follow
from storage.alerts import AlertRecord
from storage.desk import Desk
from storage.records import AddressRecord, PersonRecord
from storage.tables import Lane

if TYPE_CHECKING:
    from bot.sitting import Voice

THEM = "them"
"""The person in danger, in the record."""
LONGEST_RULE = 21  # letters: with more, an alert would no longer be one text message
TEXTS_WITHIN = timedelta(hours=1)  # what a coordinator takes on by acknowledging; the alert's words say it


def tell(desk: Desk, voice: Voice, alert: AlertRecord, who: str, key: str, what: str = "told", **values: Any) -> None:
    """Queue a message to a coordinator, ahead of everything.

    Args:
        desk: Where it is written.
        voice: The words, and who there is.
        alert: What it is about.
        who: The coordinator; nothing is sent where the configuration no longer has them, and that is recorded.
        key: The sentence, of `alerts.…`.
        what: What the record says of it.
        **values: What the sentence mentions besides the alert.
    """
    coordinator = voice.house.safeguarding.named(who)
    if coordinator is None:
        alerts.record(desk.connection, alert.id, desk.now, "nobody of that name", who=who)
        return
    address = staff_address(desk, coordinator.channel, coordinator.address, who)
    values = {"reference": alert.reference, **_about(alert, voice, desk.now), **values}
    text = voice.words.sentence(voice.house.language, f"alerts.{key}", values, short=address.channel == "sms")
    outbox_id = _queue(desk, address, None, text, Lane.DANGER)
    alerts.record(desk.connection, alert.id, desk.now, what, who=who, outbox_id=outbox_id, note=key)
    follow(desk.connection, alert.id, outbox_id, who, what, desk.now)


def tell_them(desk: Desk, voice: Voice, alert: AlertRecord, key: str, what: str, **values: Any) -> int | None:
    """Queue a message to the person in danger, in their language, where they last wrote from; its id."""
    address = alerts.address_with_id(desk.connection, alert.address_id)
    if address is None:
        alerts.record(desk.connection, alert.id, desk.now, "their address is gone", who=THEM)
        return None
    language = alerts.person_in_danger(desk.connection, alert).language or voice.house.language
    text = voice.words.sentence(language, f"alerts.{key}", values, short=address.channel == "sms")
    outbox_id = _queue(desk, address, alert.person_id, text, Lane.DANGER)
    alerts.record(desk.connection, alert.id, desk.now, what, who=THEM, outbox_id=outbox_id, note=key)
    follow(desk.connection, alert.id, outbox_id, THEM, what, desk.now)
    return outbox_id


def tell_by_text(desk: Desk, voice: Voice, who: str, them: PersonRecord, words: str) -> None:
    """Send a coordinator who writes with somebody from their phone what that person wrote, outside any alert."""
    coordinator = voice.house.safeguarding.named(who)
    if coordinator is None:
        return  # it waits in the inbox
    address, language = staff_address(desk, coordinator.channel, coordinator.address, who), voice.house.language
    name = them.called or voice.words.sentence(language, "alerts.no-name")
    text = voice.words.sentence(
        language, "by-text.wrote", {"name": name, "words": words}, short=address.channel == "sms"
    )
    _queue(desk, address, None, text, Lane.REPLY, about_id=them.id)


def staff_address(desk: Desk, channel: str, value: str, name: str) -> AddressRecord:
    """A coordinator's address; known from now on if it was not."""
    known = desk.address(channel, value) or alerts.address_of(desk.connection, channel, value)
    if known is not None:
        return known
    return desk.add_address(channel, channel, value, desk.add_person(role="coordinator", called=name))


def moment_in_words(words: Words, language: str, moment: datetime, now: datetime, zone: str) -> str:
    """A moment as people say it: "9am Monday", "2:05pm today"."""
    local, today = moment.astimezone(zone_of(zone)), now.astimezone(zone_of(zone)).date()
    day: Any = local.date()
    if day == today:
        day = words.sentence(language, "alerts.today")
    elif abs((day - today).days) < 7:
        day = words.sentence(language, f"replies.{WEEKDAYS[day.weekday()]}")
    return words.sentence(language, "alerts.at", {"time": time_in_words(words, language, local), "day": day})


def time_in_words(words: Words, language: str, local: datetime) -> str:
    """A time of day as people say it: "9am", "7:15pm", "noon"."""
    if local.minute == 0 and local.hour % 12 == 0:
        return words.sentence(language, "alerts.noon" if local.hour else "alerts.midnight")
    minutes = f":{local.minute:02}" if local.minute else ""
    half = "alerts.pm" if local.hour >= 12 else "alerts.am"
    return words.sentence(language, half, {"clock": f"{local.hour % 12 or 12}{minutes}"})


def will_text_by(now: datetime, zone: str) -> datetime:
    """By when somebody who acknowledges now will try to text: within an hour, told as a round quarter."""
    late = now.astimezone(zone_of(zone)) + TEXTS_WITHIN
    return late.replace(minute=late.minute - late.minute % 15, second=0, microsecond=0)


def reason_in_words(reason: str | None) -> str:
    """Why a message did not arrive, for a coordinator."""
    return REASONS[Reason(reason)] if reason in list(Reason) else "I do not know why."


def _about(alert: AlertRecord, voice: Voice, now: datetime) -> dict[str, Any]:
    language, zone = voice.house.language, voice.house.zone
    return {
        "tier": _named(voice.words, language, "tier", alert.tier),
        "topic": _named(voice.words, language, "topic", alert.topic),
        "rule": alert.rule.partition(",")[0][:LONGEST_RULE],
        "when": moment_in_words(voice.words, language, alert.since, now, zone),
    }


def _named(words: Words, language: str, kind: str, name: str) -> str:
    key = f"alerts.{kind}-{name}"
    return words.sentence(language, key if key in words.keys() else f"alerts.{kind}-other")  # noqa: SIM118


def _queue(
    desk: Desk, address: AddressRecord, person_id: int | None, text: str, lane: Lane, about_id: int | None = None
) -> int:
    return desk.add_outgoing(
        address,
        person_id=person_id,
        lane=int(lane),
        text=text,
        buttons=None,
        conversation_id=None,
        about_id=about_id,
    )
