"""The clock of the box: every full hour the spool is written anew, and once a week everything is let in.

Both happen whether or not anything came, so that neither files nor messages tell that something did.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.feedback.box import Box
from bot.feedback.hours import OpeningHour
from bot.logs import where

log = logging.getLogger(__name__)
OPENED = "opened"


class Releasing:
    """Releases on the full hour.

    Args:
        box: What is released.
        opens: When everything is.
        clock: What time it is.
        opened_early: Called after something was opened before its time.
        folder: Where the day of the last opening is remembered, so that one is made up for that fell into a stop.
    """

    def __init__(
        self, box: Box, opens: OpeningHour, clock: Clock, folder: Path, opened_early: Callable[[], Awaitable[None]]
    ) -> None:
        self._opened_early = opened_early
        self._box = box
        self._opens = opens
        self._clock = clock
        self._path = folder / OPENED

    async def every_hour(self) -> None:
        """Fold, and release what is due; what fails is tried again in an hour, and nothing of it is lost."""
        try:
            if await asyncio.to_thread(self._every_hour, self._clock()):
                await self._opened_early()
        except Exception as problem:
            log.error("feedback not released", extra={"problem": where(problem)})

    def _every_hour(self, now: datetime) -> bool:
        """Whether something was opened before its time."""
        today, due = now.astimezone(ZoneInfo(self._opens.zone)).date(), self._opens.last(now).isoformat()
        last = self._last_opened()
        is_time = last is not None and last < due
        anything = self._box.release(today, None if is_time else "next hour")
        if last != due:
            self._path.write_text(due, encoding="ascii")  # only now: cut off before it, all is done again
        return anything and not is_time

    def _last_opened(self) -> str | None:
        """The day of the last opening; None on the very first hour, when there is nothing to make up for."""
        with suppress(OSError):
            return self._path.read_text(encoding="ascii").strip()
        return None
