"""Signing in for the first time, on a phone and at a desk."""

import re

import pytest

from bot.console.team import invite
from tests.bot.console.cast import PASSWORD, Served
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_bo_uses_an_invitation_and_signs_in_again(console: Served, tabs: Opens, size: dict[str, int]) -> None:
    with console.world.service.database.writing() as connection:
        said = invite(connection, "Bo", ["coordinator"], None, console.url, console.world.clock())
    tab = await tabs(None, size)
    page = tab.page
    await tab.opens(re.search(r"/console(/invitation/\S+)", "\n".join(said))[1])
    await tab.is_well("invitation")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same once more").fill(PASSWORD)
    await page.get_by_role("button", name="Keep it and sign in").click()
    await page.get_by_role("heading", name="Today").wait_for()
    await page.get_by_role("button", name="Sign out").click()
    await tab.is_well("sign-in")
    await page.get_by_label("Your name").fill("bo")
    await page.get_by_label("Password").fill("a wrong one altogether")
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("That is not right").wait_for()
    await tab.is_well("sign-in-wrong")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Today").wait_for()


@pytest.mark.parametrize("path", ["/me", "/me/second-step", "/not-there"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_pages_of_ones_own_account(console: Served, tabs: Opens, size: dict[str, int], path: str) -> None:
    tab = await tabs(await console.signed_in("Bo"), size)
    await tab.opens(path)
    if path != "/not-there":
        await tab.is_well(path.strip("/").replace("/", "-"))


async def test_the_first_page_is_small(console: Served, tabs: Opens) -> None:
    """Everything that is loaded for it: under 60 KiB."""
    tab = await tabs(await console.signed_in("Bo"))
    sizes: list[int] = []

    async def weigh(answer) -> None:
        sizes.append(len(await answer.body()))

    tab.page.on("response", weigh)
    await tab.opens("/")
    await tab.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) < 60 * 1024
