"""A console on loopback for every test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from bot.simulation import World
from tests.bot.console.cast import Served, open_console


@pytest.fixture
async def console(world: World) -> AsyncIterator[Served]:
    """The console of the simulated world."""
    async with open_console(world) as served:
        yield served
