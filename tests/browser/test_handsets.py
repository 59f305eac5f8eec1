"""The simulated phones in a real browser: with our script nothing reloads, without any it works too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.simulation import HARBOUR_HOUSE, World
from tests.bot.handsets.conftest import Phones, served
from tests.browser.conftest import DESK, PHONE, Chromium, Tab


@pytest.fixture
async def phones(new_sqlite_url: Callable[[], str]) -> AsyncIterator[Phones]:
    path = Path(new_sqlite_url().removeprefix("sqlite:///"))
    async with World(path, HARBOUR_HOUSE) as world:
        await world.add("Ada", "sms")
        await world.add("Dee", "telegram")
        async with served(world) as phones:
            yield phones


@pytest.fixture
async def opens(chromium: Chromium, phones: Phones) -> AsyncIterator[Callable]:
    contexts = []

    async def open_tab(size: dict[str, int], *, javascript: bool = True) -> Tab:
        context = await chromium.new_context(viewport=size, java_script_enabled=javascript)
        contexts.append(context)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Refused" in line.text else None)
        tab = Tab(page, phones.url, complaints)
        await tab.opens(f"/come-in/{phones.trying.code}")
        return tab

    yield open_tab
    for context in contexts:
        await context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_ada_types_dee_taps_and_the_page_stays(opens: Callable, phones: Phones, size: dict[str, int]) -> None:
    tab = await opens(size)
    page = tab.page
    await page.evaluate("window.stayed = true")
    await page.get_by_label("What Ada types").fill("JOIN")
    await page.get_by_label("What Ada types").press("Enter")
    await page.locator("#screen-ada").get_by_text("What shall I call you?").wait_for()
    assert await page.get_by_label("What Ada types").input_value() == ""
    await page.get_by_label("What Dee types").fill("MENU")
    await page.get_by_label("What Dee types").press("Enter")
    await page.locator("#screen-dee").get_by_role("button", name="Tell how I am").click()
    await page.locator("#screen-dee").get_by_text("How are you today").wait_for()
    await page.get_by_role("button", name="+1 hour").click()
    await page.get_by_text("Monday 02 March, 11:00").wait_for()
    await phones.world.text(phones.world.people["Ada"], "Ada")
    await page.locator("#screen-ada").get_by_text("Which language is best for you?").wait_for()
    assert await page.evaluate("window.stayed")
    await tab.is_well("handsets")


async def test_without_a_script_it_works_too_and_the_newest_line_is_in_view(opens: Callable) -> None:
    tab = await opens(DESK, javascript=False)
    page = tab.page
    for words in ("JOIN", "Ada", "SKIP", "1", "1"):
        await page.get_by_label("What Ada types").fill(words)
        await page.locator("#ada").get_by_role("button", name="Send").click()
        await page.wait_for_load_state()
    newest = page.locator("#screen-ada li.came .words").last
    await newest.wait_for()
    screen, line = await page.locator("#screen-ada").bounding_box(), await newest.bounding_box()
    assert line["y"] + line["height"] <= screen["y"] + screen["height"] + 1
    await page.get_by_role("button", name="+1 week").click()
    await page.get_by_text("Monday 09 March").first.wait_for()
