"""The diary: once an hour it looks at what the calendar brings, and has each person nudged about it at their time.

It keeps nothing and says nothing itself. Whoever has been nudged about a thing is left out, so looking again is safe,
and somebody who is new since the last look still gets theirs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from bot.clock import Clock
from bot.house import House
from bot.logs import where
from bot.meetings.calendar import invite_to_meetings, remind_of_meetings
from bot.projects.milestones import ask_to_look_back, nudge_before_milestones
from bot.staff.calendar import offer_a_thought, remind_of_promises
from storage.store import Store

log = logging.getLogger(__name__)
AT_ONCE = 500

Look: TypeAlias = Callable[[Connection, datetime, int], int]
"""Nudges at most so many people about what comes at that moment; how many it was."""

LOOKS: tuple[Look, ...] = (
    nudge_before_milestones,
    ask_to_look_back,
    invite_to_meetings,
    remind_of_meetings,
    offer_a_thought,
)


class Diary:
    """Looks at the calendar once an hour.

    Args:
        store: Where it is committed.
        house: Who the staff are, and where the organisation is.
        clock: What time it is.
    """

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self._store = store
        self._looks = (*LOOKS, lambda connection, now, limit: remind_of_promises(connection, house, now))
        self._clock = clock

    async def every_hour(self) -> None:
        """Have everybody nudged about what comes; one look that breaks does not hold up the others."""
        await asyncio.gather(*map(self._look_to_the_end, self._looks))  # mostly nothing comes: one transaction for all

    async def _look_to_the_end(self, look: Look) -> None:
        try:
            while await self._store.run(self._look, look) >= AT_ONCE:
                pass
        except Exception as problem:
            log.error("diary broke", extra={"problem": where(problem)})

    def _look(self, connection: Connection, looks: Sequence[Look]) -> list[int]:
        return [look(connection, self._clock(), AT_ONCE) for look in looks]
