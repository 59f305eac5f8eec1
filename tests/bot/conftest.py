"""A world for each test: the real service on the database under test, with handsets instead of providers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulation import World
from storage.database import Database


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with World(database) as world:
        yield world
