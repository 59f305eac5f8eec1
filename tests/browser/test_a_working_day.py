"""Every room of the console in the lived-in charity of `alongside try`: it fits, and axe finds nothing, on both sizes.

It leaves a picture of each (see `PICTURES`); those of the README, in `docs/pictures/`, were taken of `make try` itself.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.console.rooms import MENU, MORE
from bot.console.visit import ROLES
from bot.demo.story import live_in
from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from storage.desk import PERSON
from tests.bot.cast import rows
from tests.bot.console.cast import Served, open_console
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    feedback = feedback_in(tmp_path / "feedback")
    async with World(tmp_path / "demo.sqlite3", HARBOUR_HOUSE, feedback=feedback) as world:
        await live_in(world)
        yield world


@pytest.fixture
async def console(world: World) -> AsyncIterator[Served]:
    async with open_console(world) as served:
        yield served


async def test_every_room_is_well_in_a_lived_in_charity(console: Served, tabs: Opens) -> None:
    bo = await console.signed_in("Bo", ROLES)
    [ada] = [key for key, name in rows(console.world, PERSON, "id", "called") if name == "Gil"]
    paths = [path for path, _, _ in (*MENU, *MORE)]
    paths += [f"/people/{ada}", "/work/tasks/1", "/work/suggestions", "/work/questionnaires", "/broadcasts/new"]
    for size in (PHONE, DESK):
        tab = await tabs(bo, size)
        for path in paths:
            await tab.opens(path)
            assert await tab.page.get_by_role("heading", level=1).count() == 1, path
            await tab.is_well(f"day{path.replace('/', '-').rstrip('-').replace(str(ada), 'gil')}")
