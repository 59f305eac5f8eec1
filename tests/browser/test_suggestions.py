"""Answering an idea on a phone and at a desk, with and without JavaScript."""

import pytest

from bot.simulation import World
from tests.bot.console.cast import Served
from tests.bot.console.test_suggestions import idea
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_answers_an_idea_and_tells_the_group(
    console: Served, world: World, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    await idea(world, "a bench in the sun, with a back, so that people who are tired can sit there")
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page
    await tab.opens("/work/suggestions")
    await _is_well(tab, "suggestions", javascript)
    await page.get_by_role("link", name="Answer idea 1").click()
    await page.get_by_label("partly").check()
    await page.get_by_role("button", name="Send the answer").click()
    await page.get_by_text("needs a reason").wait_for()
    await _is_well(tab, "suggestion", javascript)
    assert await page.get_by_label("partly").is_checked()
    await page.get_by_label("The reason").fill("there is room for a small one")
    await page.get_by_role("button", name="Send the answer").click()
    await page.get_by_text("Suggestion 1: partly.").wait_for()
    await page.get_by_role("link", name="Say what was done").click()
    await page.get_by_role("textbox", name="What was done").fill("there is a small bench now")
    await page.get_by_role("button", name="Tell the group").click()
    await page.get_by_text("No idea waits for an answer.").wait_for()
    await _is_well(tab, "suggestions-answered", javascript)


async def _is_well(tab, name: str, javascript: bool) -> None:
    if javascript:
        await tab.is_well(name)
