"""A world in which alerts go out, and in which none of them may break."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, Watched


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


@pytest.fixture(autouse=True)
def nothing_breaks(caplog: pytest.LogCaptureFixture):
    """What breaks while an alert is seen to is only logged, so that nothing else is held up."""
    yield
    assert "alert broke" not in caplog.text
