"""Broadcasts on their way: whoever's time has come is looked at once more, and their message queued, once.

Some at a time, each stretch a commit of its own, so that nobody who writes to us waits behind a broadcast, and a
process that dies in the middle leaves everybody either queued or still to be queued.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.broadcasts.audience import why_not
from bot.broadcasts.money import pounds, purse
from bot.broadcasts.wording import Office, Wording, segments
from bot.clock import Clock
from bot.logs import where
from bot.times import after_quiet_hours, next_quiet_hours
from storage.audiences import Candidate, candidates, lock_people
from storage.broadcasts import (
    change_recipients,
    due_broadcasts,
    due_recipients,
    lock_going,
    move_on,
    queue_for,
)
from storage.desk import INBOX
from storage.store import Store
from storage.tables import new_id

log = logging.getLogger(__name__)
AT_ONCE = 250


@dataclass(frozen=True)
class Stretch:
    """What was done of a broadcast in one commit.

    Attributes:
        looked_at: At how many people.
        parts: How many SMS parts were queued.
        senders: Who has something new to send.
    """

    looked_at: int
    parts: int
    senders: frozenset[str]


class Broadcasts:
    """Queues what is due of every broadcast.

    Args:
        store: Where it is committed.
        office: The words and the house.
        clock: What time it is.
        wake: Called with the names of the senders that have something to send.
    """

    def __init__(self, store: Store, office: Office, clock: Clock, wake: Callable[[set[str]], None]) -> None:
        self._store = store
        self._office = office
        self._clock = clock
        self._wake = wake

    async def find_due(self) -> int:
        """Queue everything that is due; how many people were looked at."""
        looked_at = 0
        for broadcast_id in await self._store.run(self._due, None):
            try:
                looked_at += await self._go(broadcast_id)
            except Exception as problem:  # the others go on
                log.error("broadcast broke", extra={"broadcast": broadcast_id, "problem": where(problem)})
        return looked_at

    async def _go(self, broadcast_id: int) -> int:
        parts_left, looked_at = await self._store.run(self._parts_left, None), 0
        while True:
            done = await self._store.run(self._some, (broadcast_id, parts_left))
            self._wake(set(done.senders))
            looked_at += done.looked_at
            parts_left = None if parts_left is None else parts_left - done.parts
            if done.looked_at < AT_ONCE:
                return looked_at

    def _due(self, connection: Connection, items: Sequence[None]) -> list[list[int]]:
        return [due_broadcasts(connection, self._clock())] * len(items)

    def _parts_left(self, connection: Connection, items: Sequence[None]) -> list[int | None]:
        return [purse(connection, self._office.house, self._clock()).parts_left] * len(items)

    def _some(self, connection: Connection, items: Sequence[tuple[int, int | None]]) -> list[Stretch]:
        return [queue_some(connection, each, self._office, self._clock(), left) for each, left in items]


def queue_all(begin: Callable[[], Any], office: Office, clock: Clock) -> None:
    """The same without a service, for the command line.

    Args:
        begin: Gives a transaction each time: `database.writing`.
        office: The words and the house.
        clock: What time it is.
    """
    with begin() as connection:
        due, parts_left = due_broadcasts(connection, clock()), purse(connection, office.house, clock()).parts_left
    for broadcast_id in due:
        while True:
            with begin() as connection:
                done = queue_some(connection, broadcast_id, office, clock(), parts_left)
            parts_left = None if parts_left is None else parts_left - done.parts
            if done.looked_at < AT_ONCE:
                break


def queue_some(
    connection: Connection, broadcast_id: int, office: Office, now: datetime, parts_left: int | None
) -> Stretch:
    """Queue a broadcast's messages to some of those whose time has come, in one transaction.

    Whoever can't be written to any more is left out with the reason, and whoever has quiet hours is put off. When the
    month's money does not reach any further, the broadcast is paused and coordinators are told.
    """
    row = lock_going(connection, broadcast_id)
    ids = due_recipients(connection, broadcast_id, now, AT_ONCE) if row is not None else []
    if row is None or not ids:
        return Stretch(0, 0, frozenset())
    lock_people(connection, ids)
    people = candidates(connection, now, ids)
    change_recipients(connection, broadcast_id, set(ids) - {each.id for each in people}, left_out="no longer known")
    _leave_out(connection, broadcast_id, people, now)
    wording = Wording.from_json(row.wording)
    messages = [_message(each, wording, office, now) for each in people if _may_go(each, now)]
    affordable = _as_many_as(messages, parts_left)
    queue_for(connection, broadcast_id, affordable, now)
    if len(affordable) < len(messages):
        _wait_for_money(connection, row, office, now)
    parts = sum(each["parts"] or 0 for each in affordable)
    return Stretch(len(ids), parts, frozenset(each["sender"] for each in affordable))


def _leave_out(connection: Connection, broadcast_id: int, people: Sequence[Candidate], now: datetime) -> None:
    """Those who can't be written to any more; and those who may be only later are put off till then."""
    left_out: dict[str, list[int]] = {}
    put_off: dict[datetime, list[int]] = {}
    for each in people:
        if (why := why_not(each, now)) is not None:
            left_out.setdefault(why, []).append(each.id)
        elif (then := _not_before(each, now)) > now:
            put_off.setdefault(then, []).append(each.id)
    for why, ids in left_out.items():
        change_recipients(connection, broadcast_id, ids, left_out=why)
    for then, ids in put_off.items():
        change_recipients(connection, broadcast_id, ids, due_at=then)


def _may_go(person: Candidate, now: datetime) -> bool:
    return why_not(person, now) is None and _not_before(person, now) <= now


def _not_before(person: Candidate, now: datetime) -> datetime:
    return after_quiet_hours(now, person)


def _message(person: Candidate, wording: Wording, office: Office, now: datetime) -> dict[str, Any]:
    text = wording.to_person(person, office)
    quiet = next_quiet_hours(now, person)
    return {
        "person_id": person.id,
        "address_id": person.address_id,
        "sender": person.sender,
        "text": text,
        "parts": segments(text).parts if person.channel == "sms" else None,
        "hold_from": quiet[0] if quiet else None,
        "hold_until": quiet[1] if quiet else None,
    }


def _as_many_as(messages: list[dict[str, Any]], parts_left: int | None) -> list[dict[str, Any]]:
    """The messages that the money reaches for, in order."""
    if parts_left is None:
        return messages
    affordable, parts = [], 0
    for each in messages:
        parts += each["parts"] or 0
        if parts > parts_left:
            break
        affordable.append(each)
    return affordable


def _wait_for_money(connection: Connection, row: Row[Any], office: Office, now: datetime) -> None:
    budget = pounds((office.house.spending.monthly_budget_pounds or 0) * 100)
    move_on(connection, row.id, ("going",), "paused", why=f"the month's {budget} for texts are used up")
    note = f"Broadcast {row.number}: the month's {budget} for texts are used up"
    item = {"id": new_id(), "person_id": None, "why": "broadcast paused", "note": note, "at": now}
    connection.execute(INBOX.insert(), item)
