"""Planning a meeting and sending what came of it, on a phone and at a desk, with and without JavaScript."""

from datetime import timedelta

import pytest

from bot.simulation import World
from tests.bot.console.cast import Served
from tests.bot.console.test_meetings import typed_meeting
from tests.bot.console.test_tasks import garden_id
from tests.bot.meetings.test_meetings import garden_with
from tests.browser.conftest import DESK, PHONE, Opens, Tab


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_plans_a_meeting_and_sends_what_came_of_it(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    ada, _ = await garden_with(world, "Ada", "Dee")
    bo = await console.signed_in("Bo")
    tab = await tabs(bo, size, javascript=javascript)
    page = tab.page
    await tab.opens(f"/work/{garden_id(world)}/meetings")
    await page.get_by_role("link", name="New meeting").click()
    for name, words in typed_meeting(until="13:00").items():
        await page.locator(f"[name={name}]").fill(words)
    await page.get_by_role("button", name="Invite everybody").click()
    await page.get_by_text("Must be later than from").wait_for()
    await _is_well(tab, "meeting-plan", javascript)
    await page.get_by_label("Until").fill("15:30")
    await page.get_by_role("button", name="Invite everybody").click()
    await page.get_by_text("2 people are told").wait_for()
    await _is_well(tab, "meetings", javascript)
    await world.later(timedelta(hours=1))
    await ada.texts("1")
    tab = await tabs(console.again(bo), size, javascript=javascript)
    await tab.opens("/work/meetings/1")
    await _is_well(tab, "meeting", javascript)
    world.clock.forward(timedelta(days=4))
    tab = await tabs(console.again(bo), size, javascript=javascript)
    page = tab.page
    await tab.opens("/work/meetings/1")
    await page.get_by_label("Decisions").fill("we plant beans first\nno roses")
    await page.get_by_role("button", name="Send it to everybody").click()
    await page.get_by_text("2 people are told").wait_for()
    await _is_well(tab, "meeting-notes", javascript)


async def _is_well(tab: Tab, name: str, javascript: bool) -> None:
    if javascript:
        await tab.is_well(name)
