"""`alongside test-alert`: a real test alert to everybody who can be told, and who has acknowledged theirs.

The service refuses to start until everybody has, within the last 90 days: an alert that nobody gets is worse than
a bot that says nobody watches.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from bot.clock import real_clock
from bot.config import Config, Secrets
from bot.house import House
from bot.running import Running
from bot.telling import staff_address
from bot.wording import words_in_use
from flows.words import Words
from storage.alert_tests import add_test, tested_since
from storage.database import Database
from storage.desk import Desk
from storage.leases import Leases
from storage.outbox import is_quiet
from storage.tables import Lane

VALID_FOR = timedelta(days=90)
LOOK_AGAIN_SECONDS = 1.0
THANKED_WITHIN_SECONDS = 5.0


def untested(database: Database, house: House, now: datetime) -> list[str]:
    """Who has not acknowledged a test alert in time, a sentence each; empty where nobody watches."""
    care = house.safeguarding
    if not database.is_there:
        return [_has_not(each.name) for each in care.people]
    try:
        with database.reading() as connection:
            tested = tested_since(connection, now - VALID_FOR) if care.people else set()
    except DBAPIError:
        tested = set()  # a database without tables has seen no test
    return [_has_not(each.name) for each in care.people if (each.channel, each.address) not in tested]


def _has_not(name: str) -> str:
    return (
        f"safeguarding: {name} has not acknowledged a test alert in the last {VALID_FOR.days} days. "
        "Run: alongside test-alert"
    )


def what_is_untested(config: Config) -> list[str]:
    """The same, of the database that this configuration names; nothing is made there."""
    database = Database(config.database.url)
    try:
        return untested(database, config.house(), real_clock())
    finally:
        database.close()


def send_tests(database: Database, house: House, words: Words, now: datetime) -> None:
    """Queue a test alert to everybody who can be told."""
    with database.writing() as connection:
        desk = Desk(connection, now)
        for each in house.safeguarding.people:
            address = staff_address(desk, each.channel, each.address, each.name)
            reference = add_test(connection, address.id, now)
            text = words.sentence(house.language, "alerts.test", {"reference": reference}, short=each.channel == "sms")
            values = {"person_id": None, "buttons": None, "conversation_id": None}
            desk.add_outgoing(address, lane=int(Lane.DANGER), text=text, **values)
        desk.put_away()


async def until_acknowledged(
    database: Database, house: House, since: datetime, minutes: float, say: Callable[[str], None]
) -> bool:
    """Wait until everybody has acknowledged a test sent since then; whether they all have in time."""
    people = {(each.channel, each.address): each.name for each in house.safeguarding.people}
    waiting = dict(people)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(minutes * 60):
            while waiting:
                with database.reading() as connection:
                    for who in tested_since(connection, since) & waiting.keys():
                        say(f"{waiting.pop(who)} has acknowledged.")
                if waiting:
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
    for name in waiting.values():
        say(f"{name} has not acknowledged. Check their number or Telegram id, and try again.")
    return not waiting


async def try_alerts(config: Config, secrets: Secrets, minutes: float, say: Callable[[str], None]) -> bool:
    """Send a test alert to everybody and wait for their ACK; whether all of them came.

    Where no service is running on this database, one runs for as long as this takes.

    Raises:
        InUse: It could not run, since something else has its port.
        DatabaseBehind: PostgreSQL needs `alongside migrate` first.
    """
    database, house = Database(config.database.url), config.house()
    if not house.safeguarding.watched:
        say('Nobody is told of alerts here: [safeguarding] mode is not "watched".')
        return False
    if database.is_sqlite:
        await asyncio.to_thread(database.migrate)
    else:
        await asyncio.to_thread(database.require_up_to_date)
    since = real_clock()
    send_tests(database, house, words_in_use(config), since)
    say(f"Sent to {', '.join(each.name for each in house.safeguarding.people)}. Waiting for each to reply ACK.")
    waiting = until_acknowledged(database, house, since, minutes, say)
    try:
        if _is_running(database):
            return await waiting
        return await _while_running(Running(config, secrets), _then_sent(database, waiting))
    finally:
        database.close()


async def _then_sent(database: Database, waiting: Coroutine[None, None, bool]) -> bool:
    """Wait, and then a moment more, so that whoever acknowledged last is thanked before the service ends."""
    everybody_has = await waiting
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(THANKED_WITHIN_SECONDS):
            while not is_quiet(database, real_clock()):  # noqa: ASYNC110 - a database sends no events
                await asyncio.sleep(0.1)
    return everybody_has


async def _while_running(running: Running, waiting: Coroutine[None, None, bool]) -> bool:
    """Run a service until the waiting is over, or until it is told to stop."""
    serving, awaited = asyncio.create_task(running.until_stopped()), asyncio.create_task(waiting)
    await asyncio.wait({serving, awaited}, return_when=asyncio.FIRST_COMPLETED)
    running.stop()
    awaited.cancel()
    await serving
    return awaited.done() and not awaited.cancelled() and awaited.result()


def _is_running(database: Database) -> bool:
    """Whether a service works on this database already."""
    leases = Leases(database)
    try:
        return not leases.take("schedule")
    finally:
        leases.release()
