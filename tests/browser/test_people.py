"""The pages about people in a real browser, on a phone and at a desk, with JavaScript and without."""

from __future__ import annotations

import pytest

from bot.people.notes import add_note
from bot.people.talking import take_over
from tests.bot.cast import Someone, volunteer
from tests.bot.console.cast import Served
from tests.bot.people.cast import bo_does, key_of
from tests.bot.watched import IN_DANGER
from tests.browser.conftest import DESK, PHONE, Opens

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


async def ada_with_a_story(console: Served) -> tuple[Someone, str]:
    """Ada has written much, is low, may be in danger, and has a note; and the address of her page."""
    world = console.world
    ada = await volunteer(world, "Ada")
    for words in ("the bus is late", "SKILLS", "I bake bread and once fixed a very-long-word" + "o" * 60, IN_DANGER):
        await ada.texts(words)
    key = key_of(world, ada)
    bo_does(world, lambda c: add_note(c, key, "She would rather meet at the library.", "Bo", world.clock()))
    return ada, f"/people/{key}"


@SIZES
async def test_every_page_about_people_is_well(console: Served, tabs: Opens, size: dict[str, int]) -> None:
    _, path = await ada_with_a_story(console)
    other = await volunteer(console.world, "Ada", "telegram")
    tab = await tabs(await console.signed_in("Bo"), size)
    key = key_of(console.world, other)
    for name, address in (
        ("people", "/people"),
        ("people-nobody", "/people?said=zebedee"),
        ("person", path),
        ("merge-which", f"{path}/merge"),
        ("merge", f"{path}/merge?other={key}"),
    ):
        await tab.opens(address)
        await tab.is_well(name)
    await tab.page.get_by_role("button", name="They are one person").click()
    await tab.page.get_by_text("Are you sure that it is one person?").wait_for()
    await tab.is_well("merge-sure")


@SIZES
async def test_bo_takes_over_and_replies_with_the_length_shown_while_typing(
    console: Served, tabs: Opens, size: dict[str, int]
) -> None:
    ada, path = await ada_with_a_story(console)
    tab = await tabs(await console.signed_in("Bo"), size)
    page = tab.page
    await tab.opens(path)
    await page.get_by_role("button", name="Take over").click()
    await page.get_by_label("Your words").fill("x" * 170)
    await page.get_by_text("2 text messages, 174 signs").wait_for()
    await tab.is_well("person-taken-over")
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_role("heading", name="As they will see it").wait_for()
    assert await page.get_by_label("Your words").input_value() == "x" * 170
    await tab.is_well("person-preview")
    await page.get_by_label("Your words").fill("I am at the library")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Your words are on its way").wait_for()
    assert await page.get_by_label("Your words").input_value() == ""
    await console.world.settle()
    await ada.looks()
    assert ada.shown[-1].text == "Bo: I am at the library"


@SIZES
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
async def test_after_sending_bo_stays_with_the_newest_words_and_the_box_for_more(
    console: Served, tabs: Opens, size: dict[str, int], javascript: bool
) -> None:
    _, path = await ada_with_a_story(console)
    tab = await tabs(await console.signed_in("Bo"), size, javascript=javascript)
    page = tab.page
    await tab.opens(path)
    await page.get_by_role("button", name="Take over").click()
    for words in ("I am at the library", "I wait by the door"):
        await page.get_by_label("Your words").fill(words)
        async with page.expect_navigation():  # the page that is left may show the words a moment before
            await page.get_by_role("button", name="Send").click()
        newest = page.locator("#newest").get_by_text(words)
        await newest.wait_for()
        await page.wait_for_timeout(300)
        top, box = [await each.bounding_box() for each in (newest, page.get_by_label("Your words"))]
        assert 0 < top["y"] < size["height"]
        assert top["y"] < box["y"] < top["y"] + size["height"]


async def test_what_ada_writes_appears_by_itself_and_what_bo_types_stays(console: Served, tabs: Opens) -> None:
    ada, path = await ada_with_a_story(console)
    bo = await console.signed_in("Bo")
    voice, key = console.world.service.voice, key_of(console.world, ada)
    bo_does(console.world, lambda c: take_over(c, voice, key, "Bo", console.world.clock()))
    tab = await tabs(bo)
    await tab.opens(path)
    await tab.page.get_by_label("Your words").fill("half a sentence")
    await ada.texts("i am back home")
    await tab.page.get_by_text("i am back home").wait_for(timeout=10_000)
    assert await tab.page.get_by_label("Your words").input_value() == "half a sentence"


async def test_without_javascript_a_reply_is_previewed_and_sent(console: Served, tabs: Opens) -> None:
    ada, path = await ada_with_a_story(console)
    tab = await tabs(await console.signed_in("Bo"), PHONE, javascript=False)
    page = tab.page
    await tab.opens(path)
    await page.get_by_role("button", name="Take over").click()
    await page.get_by_label("Your words").fill("I am at the library")
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_text("Bo: I am at the library").wait_for()
    await page.get_by_text("1 text message, 23 signs").first.wait_for()
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Your words are on its way").wait_for()
    await console.world.settle()
    await ada.looks()
    assert ada.shown[-1].text == "Bo: I am at the library"


@SIZES
async def test_notes_are_opened_by_a_reason(console: Served, tabs: Opens, size: dict[str, int]) -> None:
    _, path = await ada_with_a_story(console)
    tab = await tabs(await console.signed_in("Bo"), size)
    page = tab.page
    await tab.opens(path)
    assert await page.get_by_text("library").count() == 0
    await page.get_by_label("Why you read them").fill("I meet her on Tuesday")
    await page.get_by_role("button", name="Read the notes").click()
    await page.get_by_text("She would rather meet at the library.").wait_for()
    await tab.is_well("person-notes")
