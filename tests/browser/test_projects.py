"""A project's pages, on a phone and at a desk, and its card kept without JavaScript."""

import pytest

from bot.simulation import World
from tests.bot.console.cast import Served
from tests.bot.console.test_suggestions import answered, idea
from tests.bot.console.test_tasks import garden_id
from tests.bot.projects.test_milestones import garden_with, reflected
from tests.browser.conftest import DESK, PHONE, Opens

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
async def test_bo_changes_the_card_and_says_that_a_milestone_is_done(
    console: Served, world: World, tabs: Opens, size: dict[str, int]
) -> None:
    await idea(world, "a bench in the sun")
    bo = await console.signed_in("Bo")
    await answered(bo, "taken up")
    await bo.sends("/work/suggestions/1/did", did="there is a bench now")
    tab = await tabs(bo, size)
    page = tab.page
    await tab.opens("/work")
    await tab.is_well("work")
    await page.get_by_role("link", name="Garden", exact=True).click()
    await tab.is_well("project")
    await page.get_by_role("link", name="Change the card").click()
    await page.get_by_role("group", name="Limit 2").get_by_label("Not possible").fill("a fire")
    await page.get_by_role("button", name="Keep the card").click()
    await page.get_by_text("This must not be empty.").wait_for()
    await tab.is_well("card")
    await page.get_by_role("group", name="Limit 2").get_by_label("Why").fill("the neighbours")
    await page.get_by_role("button", name="Keep the card").click()
    await page.get_by_text("the card has been changed").wait_for()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_text("the plan is on paper is done.").wait_for()


@SIZES
async def test_without_javascript_a_card_is_kept_and_what_the_group_said_is_told(
    console: Served, world: World, tabs: Opens, size: dict[str, int]
) -> None:
    await reflected(world, await garden_with(world, "Ada", "Dee", "Eve", "Fay", "Gil"))
    bo = await console.signed_in("Bo")
    seen = await tabs(bo, size)
    await seen.opens(f"/work/{garden_id(world)}")
    await seen.page.get_by_role("link", name="What the group said").click()
    await seen.is_well("reflection")
    page = (await tabs(bo, size, javascript=False)).page
    await page.goto(seen.page.url)
    await page.get_by_label("word 2").check()
    await page.get_by_role("button", name="Tell the group").click()
    await page.get_by_text("5 people are told").wait_for()
    await page.get_by_role("link", name="Change the card").click()
    await page.get_by_label("Goal").fill("a garden for all")
    await page.get_by_role("button", name="Keep the card").click()
    await page.get_by_text("the card has been changed").wait_for()
