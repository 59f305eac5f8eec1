"""The words, on a phone and at a desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from tests.bot.console.cast import Served
from tests.browser.conftest import DESK, PHONE, Opens


@pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "no javascript"]
)
async def test_lou_changes_a_sentence_and_kim_signs_one_off(
    console: Served, tabs: Opens, tmp_path: Path, size: dict[str, int], javascript: bool
) -> None:
    console.console.config = Config(
        organisation={"name": "Harbour House"}, safeguarding={"signed_off": tmp_path / "signed_off.toml"}
    )
    tab = await tabs(await console.signed_in("Lou", ["lead", "safeguarding"]), size, javascript=javascript)
    page = tab.page

    async def is_well(name: str) -> None:
        if javascript:
            await tab.is_well(name)

    await tab.opens("/words")
    await is_well("words")
    await page.get_by_label("Find").fill("How are you today")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name="check-in.mood").wait_for()
    await is_well("words-found")
    await page.get_by_role("link", name="check-in.mood").click()
    await page.get_by_label("The sentence").fill("Hi {name}, how is it going today, from 1 (very hard) to 5 (good)?")
    if javascript:
        await page.get_by_text("1 part, 62 of 160 letters, about 4p").wait_for()
    await page.get_by_role("button", name="Look first").click()
    await page.get_by_text("Hi Ada, how is it going").first.wait_for()
    await is_well("words-sentence")
    await page.get_by_label("The sentence").fill("Hi {nmae}")
    await page.get_by_role("button", name="Say it so").click()
    await page.get_by_text("which is not known here").wait_for()
    await page.get_by_label("The sentence").fill("Hi {name}, how is it going?")
    await page.get_by_role("button", name="Say it so").click()
    await page.get_by_text("Everybody hears it so").wait_for()
    await tab.opens("/words/en/safety.again")
    before = await page.get_by_label("The sentence").input_value()
    await page.get_by_label("The sentence").fill(f"{before} Take your time.")
    await page.get_by_role("button", name="Ask for the sign-off").click()
    await page.get_by_text("Kept. It is about danger").wait_for()
    await tab.opens("/sign-off")
    await is_well("words-sign-off")
    await page.get_by_role("button", name="Sign it off, and say it so").click()
    await page.get_by_text("It is said so from now on").wait_for()
    await page.get_by_text("en, safety").click()
    await page.get_by_role("button", name="I have read these").first.click()
    await page.get_by_text("sentences are signed off").wait_for()
