"""What FORGET had to leave for a moment goes: who was looked after, and numbers that our last message was sent to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.clock import Clock
from storage.database import Database
from storage.forgetting import let_go
from storage.store import Store

PATIENCE_SECONDS = 0.5  # nobody can write while we wait for those who read


class LettingGo:
    """Deletes what may go by now, and takes the deleted words out of SQLite's log.

    Args:
        store: Where it is committed.
        database: Whose log is emptied.
        clock: What time it is.
    """

    def __init__(self, store: Store, database: Database, clock: Clock) -> None:
        self._store = store
        self._database = database
        self._clock = clock
        self._log_holds_words = True  # perhaps, since an earlier process: once after each start

    async def find_due(self) -> bool:
        """Let go of what may go now; whether anything did."""
        went = await self._store.run(_let_go, self._clock())
        if went or self._log_holds_words:
            emptied = await asyncio.to_thread(self._database.empty_log, PATIENCE_SECONDS)
            self._log_holds_words = not emptied
        return went


def _let_go(connection: Connection, moments: Sequence[datetime]) -> list[bool]:
    return [let_go(connection, moment) for moment in moments]
