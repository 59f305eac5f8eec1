"""Phones side by side: a newcomer comes in once, types, taps and moves the clock, without a script."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from websockets.asyncio.client import connect

from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from tests.bot.console.cast import Browser
from tests.bot.handsets.conftest import Phones, served

ALL = ["Ada", "Dee", "Sam"]


async def types(visitor: Browser, name: str, words: str, phones: list[str] = ALL) -> str:
    return await visitor.sends(f"/handsets/{name.casefold()}/text", words=words, phone=phones)


async def moves(visitor: Browser, by: str, phones: list[str] = ALL) -> str:
    return await visitor.sends("/handsets/clock", by=by, phone=phones)


def screen(visitor: Browser, name: str) -> str:
    """What stands on somebody's screen."""
    found = re.search(rf'id="screen-{name.casefold()}".*?</ol>', visitor.page, re.DOTALL)
    assert found, f"{name}'s phone is not there"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


# -- in ------------------------------------------------------------------------------------------------


async def test_the_address_signs_a_newcomer_in_as_bo(phones: Phones):
    visitor = await phones.visitor()
    assert visitor.path == "/console/handsets"
    visitor.sees("Handsets", "Bo", "Sign out", "Monday 02 March, 10:00")


async def test_it_is_good_once(phones: Phones):
    code = phones.trying.code
    await phones.visitor()
    other = phones.browser()
    await other.opens(f"/come-in/{code}")
    assert other.status == 403
    other.sees("This address has been used")
    await other.opens("/handsets")
    assert other.path == "/console/sign-in"


async def test_of_two_who_open_it_at_once_one_comes_in(phones: Phones):
    code, browsers = phones.trying.code, [phones.browser() for _ in range(8)]
    await asyncio.gather(*(each.opens(f"/come-in/{code}") for each in browsers))
    assert sorted(each.status for each in browsers) == [200] + 7 * [403]


async def test_whoever_is_in_already_may_open_it_again(phones: Phones):
    code = phones.trying.code
    visitor = await phones.visitor()
    await visitor.opens(f"/come-in/{code}")
    assert visitor.path == "/console/handsets"


async def test_no_other_address_lets_anybody_in(phones: Phones):
    stranger = phones.browser()
    for code in ("nobodys", "%C3%A9", "None"):
        await stranger.opens(f"/come-in/{code}")
        assert stranger.status == 403
    assert "alongside" not in stranger.client.cookies


async def test_there_is_no_password_to_sign_in_with(phones: Phones):
    stranger = phones.browser()
    for password in ("x", "password", "Bo"):
        await stranger.sends("/sign-in", name="Bo", password=password, code="", to="")
        stranger.sees("That is not right")
        phones.world.clock.forward(timedelta(hours=1))


async def test_bo_has_signed_in_properly_and_sees_at_once_what_there_is_to_try(phones: Phones):
    visitor = await phones.visitor()
    visitor.sees("Some things to try")
    assert '<details class="hint" open>' in visitor.page
    await visitor.opens("/team")
    visitor.sees("Bo", "signs in with a code")
    visitor.does_not_see("invitation is over", "invited")
    await visitor.opens("/me")
    visitor.does_not_see("Set up a code")


async def test_what_there_is_to_try_says_how_the_sealed_feedback_is_opened(tmp_path: Path):
    feedback = feedback_in(tmp_path / "feedback")
    async with World(tmp_path / "sealed.sqlite3", HARBOUR_HOUSE, feedback=feedback) as world, served(world) as phones:
        visitor = await phones.visitor()
        told = re.search(r'href="/console/feedback">.*?<code>(.*?)</code>', visitor.page)
        await visitor.sends("/feedback/open", passphrase=told[1])
        visitor.sees("Lock the inbox")


async def test_while_the_charity_is_set_up_the_page_says_so_and_goes_on_by_itself(phones: Phones):
    phones.trying.is_ready = False
    visitor = phones.browser()
    await visitor.opens(f"/come-in/{phones.trying.code}")
    visitor.sees("Harbour House is being set up", "It is Monday 02 March there")
    assert visitor.answer.headers["refresh"] == "1"
    phones.trying.is_ready = True
    await visitor.opens(f"/come-in/{phones.trying.code}")
    assert visitor.path == "/console/handsets"


async def test_a_stranger_sees_no_phone_and_sends_nothing(phones: Phones):
    stranger = phones.browser()
    await stranger.opens("/handsets")
    assert stranger.path == "/console/sign-in"
    await types(stranger, "Ada", "JOIN")
    assert stranger.path == "/console/sign-in"
    assert not phones.world.handsets["sms"].bubbles


async def test_a_form_from_elsewhere_sends_nothing(phones: Phones):
    visitor = await phones.visitor()
    for path in ("/handsets/ada/text", "/handsets/dee/tap", "/handsets/clock"):
        await visitor.sends(path, mark="", words="JOIN", by="1 week")
        assert visitor.status == 403
    assert not phones.world.handsets["sms"].bubbles


# -- type and tap --------------------------------------------------------------------------------------


async def test_ada_types_and_both_sides_stand_on_her_screen(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Ada", "JOIN")
    assert re.search(
        r"Mon 02 Mar JOIN 10:00 Hello\. I am Alongside.*What shall I call you.*10:00 · \d parts?, about \d+p$",
        screen(visitor, "Ada"),
    ), screen(visitor, "Ada")
    assert "JOIN" not in screen(visitor, "Dee")


async def test_dee_taps_a_button_and_only_the_newest_can_be_tapped(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Dee", "DEWISLEN")
    assert "Dweud sut ydw i" in screen(visitor, "Dee")
    await visitor.sends("/handsets/dee/tap", label="Dweud sut ydw i", phone=ALL)
    assert "Sut ydych chi heddiw" in screen(visitor, "Dee")
    assert visitor.page.count('value="Dweud sut ydw i"') == 0


async def test_a_button_that_is_not_there_is_told_in_a_sentence(phones: Phones):
    visitor = await phones.visitor()
    await visitor.sends("/handsets/dee/tap", label="Nothing", phone=ALL)
    visitor.sees("That button is not on the screen any more.")


async def test_nothing_typed_is_told_in_a_sentence(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Ada", "  ")
    visitor.sees("Please type what Ada would send.")


async def test_nobodys_phone_is_not_there(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Zed", "JOIN")
    assert visitor.status == 404


async def test_what_somebody_types_is_never_part_of_the_page(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Ada", "<script>alert(1)</script>")
    assert "<script>alert" not in visitor.page
    assert "alert(1)" in visitor.text


async def test_no_style_or_script_stands_in_the_page(phones: Phones):
    visitor = await phones.visitor()
    assert not re.search(r"<script(?! src=)|<style| style=| on\w+=", visitor.page)
    for name in ("handsets.css", "handsets.js"):
        answer = await visitor.client.get(f"{phones.url}/console/handsets/{name}")
        assert answer.status_code == 200


# -- side by side --------------------------------------------------------------------------------------


async def test_the_phones_that_are_asked_for_stand_side_by_side_and_stay_after_sending(phones: Phones):
    visitor = await phones.visitor()
    await visitor.opens("/handsets?phone=Dee&phone=Sam")
    shown = re.findall(r'id="screen-(\w+)"', visitor.page)
    assert shown == ["dee", "sam"]
    await types(visitor, "Dee", "DEWISLEN", ["Dee", "Sam"])
    assert re.findall(r'id="screen-(\w+)"', visitor.page) == ["dee", "sam"]


async def test_a_phone_that_is_put_away_says_how_much_is_new_on_it(phones: Phones):
    visitor = await phones.visitor()
    await types(visitor, "Ada", "i cant go on", ["Ada"])
    visitor.sees("Sam 1 new")
    await visitor.opens("/handsets?phone=Sam")
    assert "ALERT" in screen(visitor, "Sam")
    visitor.does_not_see("Sam 1 new")


# -- the clock -----------------------------------------------------------------------------------------


async def test_the_clock_stands_still_until_it_is_moved(phones: Phones):
    visitor = await phones.visitor()
    await moves(visitor, "10 minutes")
    visitor.sees("Monday 02 March, 10:10")
    await moves(visitor, "1 hour")
    visitor.sees("Monday 02 March, 11:10")
    await moves(visitor, "to tomorrow morning")
    visitor.sees("Tuesday 03 March, 10:05")
    await moves(visitor, "a century")
    visitor.sees("Please choose how far the clock should move.")


async def test_a_week_later_ada_is_asked_how_she_is_and_bo_is_still_signed_in(phones: Phones):
    visitor = await phones.visitor()
    for words in ("JOIN", "Ada", "SKIP", "1", "1", "1"):
        await types(visitor, "Ada", words)
    await moves(visitor, "1 week")
    assert visitor.path == "/console/handsets"
    visitor.sees("Monday 09 March, 10:00")
    await moves(visitor, "1 hour")
    assert "Hello Ada. How are you today" in screen(visitor, "Ada")


# -- by itself -----------------------------------------------------------------------------------------


async def test_an_open_page_hears_of_what_came_to_a_phone(phones: Phones):
    visitor = await phones.visitor()
    cookie = f"alongside={visitor.token}"
    address = phones.url.replace("http", "ws") + "/console/live"
    async with connect(address, origin=phones.url, additional_headers={"Cookie": cookie}, proxy=None) as page:
        await asyncio.sleep(0.2)
        await phones.world.text(phones.world.people["Ada"], "JOIN")
        assert await asyncio.wait_for(page.recv(), 5) == "changed"


async def test_nothing_but_the_phones_is_added_to_the_console(phones: Phones):
    visitor = await phones.visitor()
    answer = await visitor.client.get(f"{phones.url}/", follow_redirects=False)
    assert answer.headers["location"] == "/console/handsets"
    await visitor.opens("/")
    visitor.sees("Today")
