"""The sealed inbox, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.simulation import HARBOUR_HOUSE, PASSPHRASE, World, feedback_in
from storage.database import Database
from storage.feedback import keys
from tests.bot.cast import volunteer
from tests.bot.console.cast import Served
from tests.bot.console.test_feedback import A_FRIDAY, NASTY
from tests.bot.feedback.looking import UNTIL_OPENED
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.fixture
async def world(new_sqlite_url: Callable[[], str], tmp_path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(keys, "ROUNDS", 1)
    monkeypatch.setattr(keys, "MEMORY_BYTES", 1 << 20)
    feedback = feedback_in(tmp_path / "feedback")
    async with World(Database(new_sqlite_url()), HARBOUR_HOUSE, start=A_FRIDAY, feedback=feedback) as world:
        yield world


@pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "no javascript"]
)
async def test_bo_opens_answers_and_locks_the_inbox(
    console: Served, tabs: Opens, world: World, size: dict[str, int], javascript: bool
) -> None:
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK the heating in the yellow room is off and nobody asked us")
    eve = await volunteer(world, "Eve")
    await eve.texts(f"FEEDBACK {NASTY}")
    await world.later(UNTIL_OPENED)
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page

    async def is_well(name: str) -> None:
        if javascript:
            await tab.is_well(name)

    await tab.opens("/feedback")
    await is_well("feedback-closed")
    await page.get_by_label("Your passphrase").fill(PASSPHRASE)
    await page.get_by_role("button", name="Open it in this browser").click()
    await page.get_by_text("in the yellow room").wait_for()
    await is_well("feedback-open")
    card = page.get_by_role("article").filter(has_text="yellow room")
    await card.get_by_label("Answer").fill("We got a heater")
    await card.get_by_role("button", name="Answer whoever has the code").click()
    await page.get_by_text("Kept for whoever has the code").wait_for()
    await is_well("feedback-answered")
    if javascript:
        assert await page.evaluate("JSON.stringify(sessionStorage)") == "{}"
    await page.get_by_role("button", name="Close it").click()
    await page.get_by_text("Closed.").wait_for()
    await page.get_by_role("button", name="Lock the inbox").click()
    await page.get_by_label("Your passphrase").wait_for()


async def test_sam_has_no_key(console: Served, tabs: Opens, world: World) -> None:
    tab = await tabs(await console.signed_in("Sam"), PHONE)
    await tab.opens("/feedback")
    await tab.page.get_by_text("You have no key to it").wait_for()
    await tab.is_well("feedback-no-key")
