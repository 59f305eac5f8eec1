"""The team's pages and the log, on a phone and at a desk."""

import pytest

from bot.console.team import invite
from storage import accounts
from tests.bot.console.cast import Served
from tests.bot.projects.cast import bo_saves
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "no javascript"]
)
async def test_lou_invites_sam_and_holds_him_to_the_garden(
    console: Served, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    world = console.world
    bo_saves(world)
    lou = await console.signed_in("Lou", ["admin", "safeguarding"])
    with world.service.database.writing() as connection:
        invite(connection, "Kim", ["safeguarding"], None, console.url, world.clock())
    tab = await tabs(lou, size, javascript=javascript)
    page = tab.page

    async def is_well(name: str) -> None:
        if javascript:
            await tab.is_well(name)

    await tab.opens("/team")
    await page.get_by_label("Their name").fill("Sam")
    await is_well("team")
    await page.get_by_label("Garden").check()
    await page.get_by_role("button", name="Make an invitation").click()
    await page.get_by_label("The address, shown this once").wait_for()
    await is_well("team-invited")
    await page.get_by_role("link", name="Back to the team").click()
    await page.get_by_role("link", name="Sam").click()
    await page.get_by_label("every project's").check()
    await is_well("team-account")
    await page.get_by_role("button", name="Change the rights").click()
    await page.get_by_text("Their rights are changed").wait_for()
    with world.service.database.reading() as connection:
        assert accounts.account_called(connection, "Sam").projects is None
    await tab.opens("/log")
    await page.get_by_text("changed what").wait_for()
    await is_well("log")
