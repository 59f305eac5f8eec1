"""The first pages of a lived-in charity, from a phone far from a mast: signing in and Today, with all they load."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.console.visit import COORDINATOR
from bot.simulation import HARBOUR_HOUSE, World
from storage.database import Database
from tests.bot.console.cast import Browser, Served, open_console
from tests.bot.demo.conftest import Stood

MOST = 60 * 1024  # octets, as they are sent


@pytest.fixture
async def console(stood: Stood, tmp_path: Path) -> AsyncIterator[Served]:
    """The console of a copy of that charity, on the morning to which it was lived in."""
    with stood.database.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(tmp_path / "copy.sqlite3"),))
    world = World(Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}"), HARBOUR_HOUSE, start=stood.now)
    async with world, open_console(world) as served:
        yield served


async def weight(browser: Browser, path: str) -> int:
    """The octets of a page with its styles and scripts."""
    await browser.opens(path)
    assert browser.status == 200
    parts = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', browser.page)
    assert {each.rpartition("/")[2].partition("?")[0] for each in parts} >= {"console.css", "console.js"}
    sizes = [len(browser.answer.content)]
    for each in dict.fromkeys(parts):
        answer = await browser.client.get(f"{browser.url}{each}")
        assert answer.status_code == 200
        sizes.append(len(answer.content))
    return sum(sizes)


async def test_signing_in_weighs_less_than_sixty_kibioctets(console: Served) -> None:
    assert await weight(console.browser(), "/sign-in") < MOST


async def test_today_in_a_lived_in_charity_weighs_less_than_sixty_kibioctets(console: Served) -> None:
    bo = await console.signed_in("Bo", [COORDINATOR])
    assert await weight(bo, "/") < MOST
    bo.sees("4 wait for a person", "Milestones")
    assert bo.page.count("<svg") >= 1  # a group has said how it is
