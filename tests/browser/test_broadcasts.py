"""Writing to many in a real browser: written, looked at, let go, and followed without touching anything."""

import pytest

from tests.bot.cast import volunteer
from tests.bot.console.cast import Served
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_writes_to_everybody(console: Served, tabs: Opens, size: dict[str, int], javascript: bool) -> None:
    ada = await volunteer(console.world, "Ada")
    dee = await volunteer(console.world, "Dee", "telegram", "cy")
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page
    await tab.opens("/broadcasts")
    await page.get_by_role("link", name="Write to many").click()
    if javascript:
        await tab.is_well("broadcast-new")
    await page.get_by_label("In English", exact=True).fill("Hello {name}, the kitchen is open on Sunday – come by.")
    await page.get_by_role("button", name="Look at it first").click()
    await page.get_by_text("Hello Ada, the kitchen is open on Sunday").first.wait_for()
    if javascript:
        await tab.is_well("broadcast-draft")
    await page.get_by_role("button", name="Send it to 2 people").click()
    await page.get_by_role("heading", name="Broadcast 1", exact=True).wait_for()
    await console.world.service.broadcasts.find_due()
    await console.world.settle()
    assert len(await ada.looks()) == len(await dee.looks()) == 1
    if not javascript:
        await page.reload()
    await page.get_by_text("It is done").wait_for()  # with a script it is drawn anew by itself
    if javascript:
        await page.get_by_role("link", name="Sent").click()
        await tab.is_well("broadcast-done")
        await tab.opens("/broadcasts")
        await tab.is_well("broadcasts")


async def test_words_are_kept_when_the_line_breaks(console: Served, tabs: Opens) -> None:
    tab = await tabs(await console.signed_in("Bo"), PHONE)
    page = tab.page
    await tab.opens("/broadcasts/new")
    await page.get_by_label("In English", exact=True).fill("Dear all, this took me a long time to write.")
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Look at it first").click()
    await page.get_by_text("No connection").wait_for()
    assert (
        await page.get_by_label("In English", exact=True).input_value()
        == "Dear all, this took me a long time to write."
    )
    await page.context.set_offline(False)
    await page.reload()
    assert (
        await page.get_by_label("In English", exact=True).input_value()
        == "Dear all, this took me a long time to write."
    )
    await page.get_by_role("button", name="Look at it first").click()
    await page.get_by_role("heading", name="before it goes").wait_for()
    await tab.opens("/broadcasts/new")
    assert await page.get_by_label("In English", exact=True).input_value() == ""
