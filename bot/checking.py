"""`alongside check`: what a configuration that can be read still has wrong with it, and what is only worth a look."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.alert_check import what_is_untested
from bot.channels.sms import SmsChannel
from bot.channels.telegram import TelegramChannel
from bot.clock import real_clock
from bot.config import Config, Look, Secrets
from bot.directory.keeping import kept_places
from bot.feedback.setting_up import what_is_worth_a_look_about, what_keeps_feedback_away
from bot.given_config import cannot_open
from bot.running import sms_channels, telegram_channels
from bot.sign_off import SignaturesUnreadable, Unsigned, about_danger, in_groups, read_signatures, unsigned
from bot.wording import words_in_use
from flows.signposts import CHECKED_FOR, Signpost, stale, uk_signposts
from flows.words import Words, WordsMistake
from storage.database import Database, DatabaseBehind

FIRST_FEW = 5


async def problems(config: Config, secrets: Secrets, look: Look | None = None) -> list[str]:
    """Every fault, one sentence each, saying what to do; tries the credentials and the database.

    Args:
        config: What is checked.
        secrets: What the channels need.
        look: What is known to be wrong already; whatever depends on that is not looked at.
    """
    known = look or Look(config, ())
    found = [] if known.is_wrong("organisation.words") else _words_problems(config)
    found += [] if known.is_wrong("safeguarding.signed_off") else _signature_problems(config)
    if not known.is_wrong("database"):
        found += unreachable if (unreachable := _database_problems(config)) else _what_is_kept_problems(config, known)
        if not unreachable and not known.is_wrong("feedback"):
            found += await asyncio.to_thread(_feedback_problems, config, secrets)
    every: dict[str, SmsChannel | TelegramChannel] = {
        **sms_channels(config, secrets),
        **telegram_channels(config, secrets),
    }
    for name, channel in every.items():
        found += [] if known.is_wrong(name) else await channel.check()
        await channel.close()
    return found


def problems_here(config: Config) -> list[str]:
    """Every fault that can be seen without a secret, and without asking anybody outside."""
    kept = _database_problems(config) or _what_is_kept_problems(config, Look(config, ()))
    return [*_words_problems(config), *_signature_problems(config), *kept]


def _what_is_kept_problems(config: Config, known: Look) -> list[str]:
    return [] if known.is_wrong("safeguarding", "organisation.zone") else what_is_untested(config)


def notes(config: Config, now: datetime | None = None) -> list[str]:
    """What is no fault and still wants somebody's eye: old entries of the directory, a missing number, words.

    Args:
        config: What is checked.
        now: Not the real time, for tests.
    """
    found = []
    if old := stale((*uk_signposts(), *_own_places(config)), (now or real_clock()).date()):
        few = ", ".join(f"{entry.name} ({entry.checked_on or 'never'})" for entry in old[:FIRST_FEW])
        more = f" and {len(old) - FIRST_FEW} more" if len(old) > FIRST_FEW else ""
        found.append(
            f"{len(old)} places of the directory have not been checked for {CHECKED_FOR.days} days: {few}{more}. "
            "`alongside directory list` shows them all."
        )
    if not config.safeguarding.council_number:
        found.append(
            "safeguarding.council_number: is missing, so HELP cannot give your council's number for people with "
            "nowhere to sleep."
        )
    return [*found, *what_is_worth_a_look_about(config), *_not_signed_off(config)]


def _not_signed_off(config: Config) -> list[str]:
    """Which wording about danger still needs the safeguarding lead's sign-off, by key and language."""
    try:
        words = words_in_use(config)
        waiting = unsigned(words, read_signatures(config.safeguarding.signed_off))
    except (WordsMistake, SignaturesUnreadable):
        return []  # told as a fault
    listed = list(_listed(words, waiting))
    if not listed:
        return []
    return [
        f"Of the {len(list(about_danger(words)))} sentences that are said around danger your safeguarding lead has not "
        f"signed off {len(waiting)}, or they have changed since. Before going live run: alongside sign-off",
        *listed,
    ]


def _listed(words: Words, waiting: list[Unsigned]) -> Iterator[str]:
    """By language: the parts of which nothing is signed off by their names, the others sentence by sentence."""
    every = Counter((language, key.partition(".")[0]) for language, key in about_danger(words))
    groups = [(language, section, group) for language, section, group in in_groups(waiting)]
    for language in dict.fromkeys(language for language, _, _ in groups):
        whole = [name for its, name, group in groups if its == language and len(group) == every[its, name]]
        if whole:
            yield f"not signed off, {language}: all of {', '.join(whole)}"
        for its, name, group in groups:
            if its == language and name not in whole:
                yield f"not signed off, {language}: {', '.join(each.key for each in group)}"


def _own_places(config: Config) -> tuple[Signpost, ...]:
    """The charity's own places; none where the database cannot be read, which is told as a fault."""
    database = Database(config.database.url)
    if not database.is_there:
        return ()
    try:
        with database.reading() as connection:
            return kept_places(connection)
    except SQLAlchemyError:
        return ()
    finally:
        database.close()


def _words_problems(config: Config) -> list[str]:
    try:
        Words.load(config.organisation.words)
    except WordsMistake as mistake:
        return str(mistake).splitlines()
    return []


def _feedback_problems(config: Config, secrets: Secrets) -> list[str]:
    database = Database(config.database.url)
    try:
        return what_keeps_feedback_away(config, secrets, database)
    finally:
        database.close()


def _signature_problems(config: Config) -> list[str]:
    try:
        read_signatures(config.safeguarding.signed_off)
    except SignaturesUnreadable as fault:
        return [str(fault)]
    return []


def _database_problems(config: Config) -> list[str]:
    database = Database(config.database.url)
    try:
        if database.is_sqlite:
            return _file_problems(config)
        database.require_up_to_date()
    except DatabaseBehind as behind:
        return [str(behind)]
    except SQLAlchemyError:
        return [cannot_open(config)]
    finally:
        database.close()
    return []


def _file_problems(config: Config) -> list[str]:
    """What is wrong with a SQLite file, or with the folder where it will be; nothing is made there."""
    file = Path(make_url(config.database.url).database or "").resolve()
    if file.exists() and not _is_a_database(config):
        return [f"database.url: {file} is no SQLite database. Name another file; a new one is made if it is not there."]
    may_write = all(os.access(each, os.W_OK) for each in (file, file.parent) if each.exists())
    return [] if file.parent.is_dir() and may_write else [cannot_open(config)]


def _is_a_database(config: Config) -> bool:
    database = Database(config.database.url)
    try:
        with database.reading() as connection:
            connection.exec_driver_sql("PRAGMA schema_version")
    except OperationalError:
        return True  # it may be; it can't be opened
    except SQLAlchemyError:
        return False
    return True
