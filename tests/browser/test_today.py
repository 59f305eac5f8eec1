"""Today, alerts and the inbox in a browser, on a phone and at a desk, with JavaScript and without."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.bot.cast import Someone, volunteer
from tests.bot.console.cast import Served
from tests.bot.console.test_today import project, said_how_they_are
from tests.bot.projects.cast import bo_saves
from tests.bot.watched import HIT, HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched
from tests.browser.conftest import DESK, PHONE, Opens

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
async def world(new_sqlite_url: Callable[[], str]) -> AsyncIterator[Watched]:
    async with Watched(Path(new_sqlite_url().removeprefix("sqlite:///")), HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def a_monday(world: Watched) -> Someone:
    """Ada is in danger, Dee and Cai wait, a milestone is due, and the group said how it is."""
    bo_saves(world, milestone=[{"name": "the plan is on paper", "day": date(2026, 3, 4)}])
    garden = project(world, name="Kitchen")
    for weeks_ago in (0, 1, 2, 4, 5, 6, 7, 9, 11):
        moods = (1 + weeks_ago % 3, 3, 4, 5 - weeks_ago % 2, 4, 3)
        said_how_they_are(world, garden, *moods, weeks_ago=weeks_ago)
    ada, dee, cai = [await volunteer(world, name) for name in ("Ada", "Dee", "Cai")]
    await cai.texts("my landlord is selling the flat and i do not know where my things will go")
    await dee.texts("HUMAN")
    await dee.texts("SUGGEST")
    await dee.texts("a bench by the pond")
    world.clock.forward(timedelta(minutes=20))
    await ada.texts(IN_DANGER)
    return ada


@SIZES
async def test_kim_sees_at_a_glance_who_needs_a_person(
    console: Served, world: Watched, tabs: Opens, size: dict[str, int]
) -> None:
    await a_monday(world)
    tab = await tabs(await console.signed_in("Kim"), size)
    await tab.opens("/")
    await tab.is_well("today")
    await tab.page.get_by_text("The numbers as a table").first.click()
    await tab.page.get_by_role("cell", name="not shown").first.wait_for()
    await tab.is_well("today-with-the-table")
    for path, name in (("/inbox", "inbox"), ("/inbox?kind=unanswered", "inbox-unanswered")):
        await tab.opens(path)
        await tab.is_well(name)
    await tab.page.get_by_role("link", name="Done, with a note").first.click()
    await tab.is_well("inbox-one")


@SIZES
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
async def test_kim_takes_an_alert_from_today_to_its_end(
    console: Served, world: Watched, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    ada = await a_monday(world)
    tab = await tabs(await console.signed_in("Kim"), size, javascript=javascript)
    page, is_checked = tab.page, javascript
    await tab.opens("/")
    await page.get_by_role("button", name=f"Acknowledge alert {world.reference}").click()
    await page.get_by_text("They are told that you will try to text").wait_for()
    if is_checked:
        await tab.is_well("alert-acknowledged")
    await page.get_by_role("button", name="Read what they wrote").click()
    await page.get_by_text(IN_DANGER).wait_for()
    await page.get_by_label("Your words").fill("I am here, Ada")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Your words are on their way").wait_for()
    await world.settle()
    assert "Kim: I am here, Ada" in [bubble.text for bubble in world.news(ada.person)]
    if is_checked:
        await tab.is_well("alert-replied")
    await page.get_by_role("button", name="Give it back to the bot").click()
    await page.get_by_text("The bot answers them again").wait_for()
    await page.get_by_label("What was done, and why it can be closed").fill("rang them, their sister is there")
    await page.get_by_role("button", name="Close the alert").click()
    await page.get_by_text("The alert is closed").wait_for()
    if is_checked:
        await tab.is_well("alerts")
        await tab.opens(f"/alerts/{world.reference}")
        await tab.is_well("alert-closed")


async def test_a_new_alert_comes_up_by_itself_on_an_open_page(console: Served, world: Watched, tabs: Opens) -> None:
    tab = await tabs(await console.signed_in("Kim"), PHONE)
    await tab.opens("/")
    await tab.page.get_by_text("No alert is open.").wait_for()
    ada = await volunteer(world, "Ada")
    await ada.texts(HIT)
    await tab.page.get_by_role("button", name="Acknowledge").wait_for()
    await tab.opens(f"/alerts/{world.reference}")
    await tab.page.get_by_role("button", name="Acknowledge").click()
    await tab.page.get_by_text("They have NOT been told").wait_for()
    await tab.is_well("alert-unsafe")


@SIZES
async def test_an_admin_sees_numbers(console: Served, world: Watched, tabs: Opens, size: dict[str, int]) -> None:
    await a_monday(world)
    tab = await tabs(await console.signed_in("Pat", ["admin"]), size)
    await tab.opens("/")
    await tab.is_well("today-in-numbers")


async def test_done_without_javascript(console: Served, world: Watched, tabs: Opens) -> None:
    await a_monday(world)
    tab = await tabs(await console.signed_in("Kim"), PHONE, javascript=False)
    await tab.opens("/inbox?kind=unanswered")
    await tab.page.get_by_role("button", name="Done").first.click()
    await tab.page.get_by_text("Nobody waits for a person").wait_for()
