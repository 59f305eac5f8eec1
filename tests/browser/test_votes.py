"""Calling a vote and seeing what came of it, on a phone and at a desk, with and without JavaScript."""

import pytest

from bot.simulation import World
from tests.bot.console.cast import Served
from tests.bot.console.test_tasks import garden_id
from tests.bot.console.test_votes import typed_vote
from tests.bot.votes.cast import hear_of_it, the_group
from tests.browser.conftest import DESK, PHONE, Opens, Tab


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_calls_a_vote_and_sees_what_came_of_it(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    people = await the_group(world, "Ada", "Dee", "Eve")
    bo = await console.signed_in("Bo")
    tab = await tabs(bo, size, javascript=javascript)
    page = tab.page
    await tab.opens(f"/work/{garden_id(world)}/votes")
    await page.get_by_role("link", name="Call a vote").click()
    for name, words in typed_vote(closes="2026-03-04T12:00").items():
        await page.locator(f"[name={name}]").fill(words)
    await page.get_by_role("button", name="Ask everybody").click()
    await page.get_by_text("Must be at least a day from now").wait_for()
    await _is_well(tab, "vote-call", javascript)
    await page.get_by_label("It closes").fill("2026-03-09T18:00")
    await page.get_by_role("button", name="Ask everybody").click()
    await page.get_by_text("3 people are asked").wait_for()
    await _is_well(tab, "votes", javascript)
    await hear_of_it(world, people)
    await people[0].texts("1")
    tab = await tabs(console.again(bo), size, javascript=javascript)
    page = tab.page
    await tab.opens("/work/votes/1")
    await _is_well(tab, "vote-open", javascript)
    await page.get_by_text("Close it now").click()
    await page.get_by_role("button", name="Close the vote").click()
    await page.get_by_text("Decided: by the pond.").wait_for()
    await _is_well(tab, "vote-closed", javascript)


async def _is_well(tab: Tab, name: str, javascript: bool) -> None:
    if javascript:
        await tab.is_well(name)
