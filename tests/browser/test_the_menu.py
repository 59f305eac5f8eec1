"""The menu in a browser: what is needed every day in one row on a phone, the rest behind one touch or key."""

from __future__ import annotations

import pytest

from bot.console.visit import ROLES
from tests.bot.console.cast import Served
from tests.browser.conftest import PHONE, Opens


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
async def test_more_opens_by_key_and_leads_to_every_other_room(console: Served, tabs: Opens, javascript: bool) -> None:
    tab = await tabs(await console.signed_in("Bo", ROLES), PHONE, javascript=javascript)
    page = tab.page
    await tab.opens("/")
    rooms, more = page.get_by_role("navigation", name="Rooms"), page.locator("nav summary")
    top = [await each.bounding_box() for each in (rooms.get_by_role("link", name="Today"), more)]
    assert top[0]["y"] == pytest.approx(top[1]["y"], abs=2)  # one row
    assert await rooms.get_by_role("link", name="Log").count() == 0
    await more.focus()
    await page.keyboard.press("Enter")
    await rooms.get_by_role("link", name="Log").wait_for()
    if javascript:
        await tab.is_well("menu-more")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Feedback").first.wait_for()
    assert "Feedback" in await more.inner_text()
