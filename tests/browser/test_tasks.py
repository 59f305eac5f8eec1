"""A task from its brief to thanks, on a phone and at a desk, with and without JavaScript."""

import pytest

from bot.simulation import World
from tests.bot.cast import volunteer
from tests.bot.console.cast import Served
from tests.bot.console.test_tasks import garden_id, typed_brief
from tests.bot.projects.cast import bo_saves
from tests.bot.tasks.cast import AN_HOUR
from tests.bot.tasks.test_hand_off import stuck
from tests.browser.conftest import DESK, PHONE, Opens, Tab


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_writes_a_brief_asks_ada_and_answers_what_gets_in_her_way(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    ada, _ = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    bo_saves(world)
    await world.later(AN_HOUR)
    await ada.looks()
    bo = await console.signed_in("Bo")
    tab = await tabs(bo, size, javascript=javascript)
    page = tab.page
    await tab.opens("/work")
    await page.get_by_role("link", name="Tasks of Garden").click()
    await page.get_by_role("link", name="New task").click()
    for name, words in typed_brief(goal="x" * 120, takes="   ").items():
        field = page.locator(f"[name={name}]")
        await (field.select_option(words) if name == "milestone" else field.fill(words))
    await page.get_by_role("button", name="Keep the brief").click()
    await page.get_by_text("This must not be empty.").wait_for()
    await _is_well(tab, "brief", javascript)
    await page.get_by_label("How long it really takes").fill("about an hour")
    await page.get_by_role("button", name="Keep the brief").click()
    await page.get_by_text("is kept now").wait_for()
    await page.get_by_label("Ada").check()
    await page.get_by_role("button", name="Ask").click()
    await page.get_by_text("Ada is asked now, and has 5 days to answer").wait_for()
    await _is_well(tab, "task-offered", javascript)
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    await stuck(world, ada)
    tab = await tabs(console.again(bo), size, javascript=javascript)
    page = tab.page
    await tab.opens(f"/work/{garden_id(world)}/tasks")
    await _is_well(tab, "tasks", javascript)
    await page.get_by_role("link", name="Water the beds").click()
    await page.get_by_role("heading", name="With Ada").wait_for()
    await _is_well(tab, "task", javascript)
    await page.get_by_label("What you can do instead").fill("a lift with Priya")
    await page.get_by_role("button", name="Send the answer").click()
    await page.get_by_text("Ada gets your answer").wait_for()


async def _is_well(tab: Tab, name: str, javascript: bool) -> None:
    if javascript:
        await tab.is_well(name)
