"""A world with a box for feedback, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.simulation import FEEDBACK_INBOX, HARBOUR_HOUSE, PASSPHRASE, World, feedback_in
from storage.database import Database
from storage.feedback import keys
from storage.feedback.keys import unlock
from storage.feedback.store import Opened, read

A_FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # the box is opened at noon; to play a whole week takes long


@pytest_asyncio.fixture
async def world(database: Database, tmp_path) -> AsyncIterator[World]:
    """Feedback on the database itself where that is PostgreSQL, as organisations would have it."""
    url = "" if database.is_sqlite else database.url
    feedback = feedback_in(tmp_path / "feedback", url=url)
    async with World(database, HARBOUR_HOUSE, start=A_FRIDAY, feedback=feedback) as world:
        yield world


@pytest.fixture
def inbox(world: World):
    """What Bo reads in the inbox now."""

    def look() -> list[Opened]:
        box = world.service.feedback.box
        return read(box.database, unlock(box.database, FEEDBACK_INBOX, "Bo", PASSPHRASE))

    return look


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What protects a passphrase is slow on purpose; how slow is measured by the bench."""
    monkeypatch.setattr(keys, "ROUNDS", 1)
    monkeypatch.setattr(keys, "MEMORY_BYTES", 1 << 20)
