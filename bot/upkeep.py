"""What is done at night: old things are cleared away, and the times that clocks have changed are computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from bot.times import due_at
from storage.desk import Desk
from storage.old import clear_old
from storage.people import people_with_a_rhythm
from storage.store import Store

AT_ONCE = 500


class Upkeep:
    """The nightly jobs.

    Args:
        store: Where it is committed.
        clock: What time it is.
        keep_days: How long messages, and conversations that have ended, are kept.
    """

    def __init__(self, store: Store, clock: Clock, keep_days: int) -> None:
        self._store = store
        self._clock = clock
        self._keep_days = keep_days

    async def every_night(self) -> None:
        """Clear what is old; then recompute every due time from its local source, should a time zone have changed."""
        await self._store.run(self._clear, None)
        last: int | None = 0
        while last is not None:
            last = await self._store.run(self._recompute, last)

    def _clear(self, connection: Connection, items: Sequence[None]) -> list[None]:
        clear_old(connection, self._clock() - timedelta(days=self._keep_days))
        return [None] * len(items)

    def _recompute(self, connection: Connection, items: Sequence[int]) -> list[int | None]:
        """One stretch of people after an id; the last id of it, or None when there are no more."""
        desk = Desk(connection, self._clock())
        ids = people_with_a_rhythm(connection, after=items[0], limit=AT_ONCE)
        desk.fetch_people(ids)
        for person in filter(None, map(desk.person, ids)):
            waiting = person.check_in_waits_for is not None
            if person.check_in_on is None or person.check_in_due_at is None or waiting:
                continue
            due = due_at(person.check_in_on, person.check_in_minute, person)
            if due != person.check_in_due_at:
                desk.change(person, check_in_due_at=due)
        desk.put_away()
        return [ids[-1] if ids else None] * len(items)
