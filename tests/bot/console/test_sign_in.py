"""Getting in, staying out, and being let back in."""

import asyncio
import re
from collections import deque
from datetime import timedelta

import httpx
import pyotp
import pytest

from bot.console.app import Console
from bot.console.team import close, invite
from bot.projects.keeping import NotDone
from bot.simulation import World
from storage.accounts import TRY, recorded
from tests.bot.cast import rows
from tests.bot.console.cast import PASSWORD, Browser, Served

DAY = timedelta(days=1)


async def invited(console: Served, name: str = "Bo", roles: tuple[str, ...] = ("coordinator",)) -> str:
    """The path of a new invitation, below /console."""
    with console.world.service.database.writing() as connection:
        said = invite(connection, name, roles, None, console.url, console.world.clock())
    return re.search(r"/console(/invitation/\S+)", "\n".join(said))[1]


async def with_a_password(console: Served, name: str = "Bo", roles: tuple[str, ...] = ("coordinator",)) -> Browser:
    browser = console.browser()
    await browser.sends(await invited(console, name, roles), password=PASSWORD, again=PASSWORD)
    return browser


async def signs_in(browser: Browser, name: str = "Bo", password: str = PASSWORD, **more: str) -> str:
    return await browser.sends("/sign-in", name=name, password=password, **more)


class TestAnInvitation:
    async def test_lets_somebody_choose_a_password_and_is_used_up(self, console: Served) -> None:
        path = await invited(console)
        bo, thief = console.browser(), console.browser()
        assert "Welcome, Bo" in await bo.opens(path)
        await bo.sends(path, password=PASSWORD, again=PASSWORD)
        bo.sees("Today")
        assert "This invitation is over" in await thief.opens(path)
        assert thief.status == 404
        await thief.sends(path, password="another good long one", again="another good long one")
        assert thief.status == 404

    async def test_is_good_for_three_days(self, console: Served, world: World) -> None:
        path, bo = await invited(console), console.browser()
        world.clock.forward(3 * DAY)
        await bo.opens(path)
        assert bo.status == 404

    @pytest.mark.parametrize(
        ("password", "again", "why"),
        [
            ("short", "short", "at least 12 letters"),
            ("123456789012345", "123456789012345", "too easy to guess"),
            ("harbour house is ours", "harbour house is ours", "leave out your name"),
            (PASSWORD, PASSWORD + "s", "not the same"),
            ("Passwordpassword1", "Passwordpassword1", "too easy to guess"),
        ],
    )
    async def test_asks_for_a_password_that_is_hard_to_guess(
        self, console: Served, password: str, again: str, why: str
    ) -> None:
        path, bo = await invited(console), console.browser()
        await bo.sends(path, password=password, again=again)
        bo.sees(why)
        assert bo.status == 422
        assert "Welcome, Bo" in await bo.opens(path)  # it is still good

    async def test_again_ends_what_was_before(self, console: Served) -> None:
        bo = await with_a_password(console)
        await invited(console)
        await bo.opens("/")
        bo.sees("Sign in")
        assert "not right" in await signs_in(console.browser())


class TestSigningIn:
    async def test_takes_the_name_in_any_capitals_and_gives_a_new_session(self, console: Served) -> None:
        await with_a_password(console)
        bo = console.browser()
        bo.client.cookies.set(console.console.cookie, "fixed-by-somebody-else", domain="127.0.0.1")
        await signs_in(bo, "bO")
        bo.sees("Today")
        assert bo.client.cookies[console.console.cookie] != "fixed-by-somebody-else"

    async def test_says_the_same_for_a_wrong_name_and_a_wrong_password(self, console: Served) -> None:
        await with_a_password(console)
        wrong_name = await signs_in(console.browser(), "Nobody")
        wrong_password = await signs_in(console.browser(), "Bo", "not this one at all")
        assert wrong_name.replace("Nobody", "") == wrong_password.replace("Bo", "")

    async def test_leads_back_to_where_they_wanted_to_go_but_never_elsewhere(self, console: Served) -> None:
        await with_a_password(console)
        bo = console.browser()
        await bo.opens("/me")
        assert 'value="/console/me"' in bo.page
        await signs_in(bo, to="/console/me")
        assert bo.path == "/console/me"
        for elsewhere in ("https://elsewhere.example/console/", "//elsewhere.example", "/console/../x", "/console/\\x"):
            await signs_in(bo, to=elsewhere)
            assert bo.path == "/console/"

    @pytest.mark.parametrize("name", ["Bo", "Nobody"])
    async def test_waits_longer_and_longer_after_five_wrong_tries(
        self, console: Served, world: World, name: str
    ) -> None:
        await with_a_password(console)
        guesser = console.browser()
        for n in range(5):
            assert "not right" in await signs_in(guesser, name, f"guess number {n}")
        assert "wait a minute" in await signs_in(guesser, name, PASSWORD)
        world.clock.forward(timedelta(minutes=1))
        assert "not right" in await signs_in(guesser, name, "guess number 6")
        assert "wait 2 minutes" in await signs_in(guesser, name, PASSWORD)
        world.clock.forward(timedelta(minutes=2))
        if name == "Bo":
            await signs_in(guesser)
            guesser.sees("Today")

    async def test_counts_a_hundred_tries_at_once_as_a_hundred(self, console: Served, world: World) -> None:
        await with_a_password(console)
        browsers = [console.browser() for _ in range(20)]
        said = await asyncio.gather(*(signs_in(each, "Bo", f"guess {n}") for n, each in enumerate(browsers)))
        assert sum("not right" in each for each in said) == 5

    async def test_is_closed_for_a_minute_to_whoever_guesses_names(
        self, console: Served, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(console.console.gate, "_lately", deque(maxlen=10))
        monkeypatch.setattr(console.console.gate, "A_MINUTE", 10)
        guesser = console.browser()
        said = [await signs_in(guesser, f"name {n}") for n in range(12)]
        assert ["not right" in each for each in said] == [True] * 10 + [False] * 2
        assert "Many are trying" in said[-1]
        assert len(rows(world, TRY, "name")) == 10  # nobody fills the disk either

    async def test_asks_for_a_code_where_it_is_set_up_and_none_counts_twice(
        self, console: Served, world: World
    ) -> None:
        kim = await with_a_password(console, "Kim", ("safeguarding",))
        kim.sees("A second step to sign in")
        await kim.opens("/")
        kim.sees("A second step to sign in")  # nothing else before it is set up
        secret = re.search(r'name="secret" value="(\w+)"', kim.page)[1]
        kim.token = kim.client.cookies[console.console.cookie]
        await kim.sends("/me/second-step", secret=secret, code="000000")
        kim.sees("not right")
        assert f'value="{secret}"' in kim.page  # the square that they have scanned stays good
        await kim.sends("/me/second-step", secret=secret, code=pyotp.TOTP(secret).at(world.clock()))
        kim.sees("sign in with a code")
        await kim.sends("/me/second-step", secret="B" * 32, code=pyotp.TOTP("B" * 32).at(world.clock()))
        kim.sees("not right")  # another phone needs the password
        other = console.browser()
        assert "not right" in await signs_in(other, "Kim")
        world.clock.forward(timedelta(seconds=60))
        code = pyotp.TOTP(secret).at(world.clock())
        await signs_in(other, "Kim", code=code)
        other.sees("Today")
        assert "used already" in await signs_in(console.browser(), "Kim", code=code)

    async def test_keeps_nothing_that_lets_anybody_in(self, console: Served, world: World) -> None:
        from storage.accounts import ACCOUNT, SESSION

        bo = await with_a_password(console)
        await invited(console, "Sam")
        token = bo.client.cookies[console.console.cookie]
        kept = str(rows(world, SESSION, "token")) + str(rows(world, ACCOUNT, "password", "invitation"))
        assert token not in kept
        assert PASSWORD not in kept
        assert "$argon2id$" in kept


class TestASession:
    async def test_is_locked_when_it_was_left_alone_and_opened_by_the_password(
        self, console: Served, world: World
    ) -> None:
        bo = await with_a_password(console)
        bo.token = bo.client.cookies[console.console.cookie]
        world.clock.forward(timedelta(minutes=21))
        await bo.opens("/me")
        bo.sees("Are you still there?")
        await bo.sends("/unlock", password="not this one at all", to="/console/me")
        bo.sees("not right")
        await bo.sends("/unlock", password=PASSWORD, to="/console/me")
        assert bo.path == "/console/me"

    async def test_that_is_locked_shows_what_was_being_written(self, console: Served, world: World) -> None:
        bo = await with_a_password(console)
        bo.token = bo.client.cookies[console.console.cookie]
        world.clock.forward(timedelta(minutes=21))
        words = "Dear Ada, I am so sorry that I could not be there today"
        await bo.sends("/me/password", words=words)
        bo.sees("Are you still there?", words)

    async def test_stays_open_while_it_is_used_but_not_by_a_page_that_only_looks(
        self, console: Served, world: World
    ) -> None:
        bo = await with_a_password(console)
        for _ in range(3):
            world.clock.forward(timedelta(minutes=15))
            await bo.opens("/me")
            bo.sees("What you may do")
        world.clock.forward(timedelta(minutes=15))
        await bo.opens("/me", **{"X-Live": "1"})
        world.clock.forward(timedelta(minutes=15))
        await bo.opens("/me")
        bo.sees("Are you still there?")

    async def test_ends_after_twelve_hours_on_signing_out_and_with_the_account(
        self, console: Served, world: World
    ) -> None:
        bo = await with_a_password(console)
        bo.token = bo.client.cookies[console.console.cookie]
        token = bo.token
        await bo.sends("/sign-out")
        bo.sees("Sign in")
        bo.client.cookies.set(console.console.cookie, token, domain="127.0.0.1")
        await bo.opens("/")
        bo.sees("Sign in")
        for end in ("account", "hours"):
            again = console.browser()
            await signs_in(again)
            if end == "account":
                with world.service.database.writing() as connection:
                    close(connection, "Bo", world.clock())
            else:
                world.clock.forward(timedelta(hours=12, minutes=1))
            await again.opens("/")
            again.sees("Sign in")
            if end == "account":
                assert "not right" in await signs_in(again)
                await with_a_password(console)

    async def test_can_be_ended_from_another_browser(self, console: Served) -> None:
        phone, laptop = await with_a_password(console), console.browser()
        await signs_in(laptop)
        laptop.token = laptop.client.cookies[console.console.cookie]
        await laptop.opens("/me")
        path = re.search(r'action="/console(/me/sessions/\d+/end)"', laptop.page)[1]
        await laptop.sends(path)
        laptop.sees("That browser is signed out.")
        await phone.opens("/")
        phone.sees("Sign in")

    async def test_is_ended_everywhere_else_by_a_new_password(self, console: Served) -> None:
        phone, laptop = await with_a_password(console), console.browser()
        await signs_in(laptop)
        laptop.token = laptop.client.cookies[console.console.cookie]
        await laptop.sends("/me/password", old="not this one at all", password="a river of small stones")
        laptop.sees("not right")
        await laptop.sends("/me/password", old=PASSWORD, password="a river of small stones")
        laptop.sees("Your password is changed")
        await phone.opens("/")
        phone.sees("Sign in")
        await signs_in(phone, password="a river of small stones")
        phone.sees("Today")

    async def test_that_is_begun_again_in_the_same_browser_ends_the_one_before(self, console: Served) -> None:
        bo, laptop = await with_a_password(console), console.browser()
        await signs_in(laptop)
        before = bo.client.cookies[console.console.cookie]
        await signs_in(bo)
        assert bo.client.cookies[console.console.cookie] != before
        await laptop.opens("/me")
        laptop.sees("What you may do")  # another browser stays signed in
        thief = console.browser()
        thief.client.cookies.set(console.console.cookie, before, domain="127.0.0.1")
        await thief.opens("/me")
        assert thief.path == "/console/sign-in"

    async def test_is_in_a_cookie_of_this_very_host_by_https_alone(self, world: World) -> None:
        """Browsers keep a `__Host-` cookie only so: no other host can set one, and it never goes unencrypted."""
        console = Console(world.service, public_url="https://alongside.harbour.example")
        with world.service.database.writing() as connection:
            said = invite(connection, "Bo", ["coordinator"], None, console.public_url, world.clock())
        path = re.search(r"/console/invitation/\S+", "\n".join(said))[0]
        transport = httpx.ASGITransport(console.app)
        async with httpx.AsyncClient(transport=transport, base_url=console.public_url) as client:
            typed = {"password": PASSWORD, "again": PASSWORD}
            answer = await client.post(path, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
            name, _, about = answer.headers["set-cookie"].partition("=")
            token, *attributes = about.split("; ")
            assert name == "__Host-alongside"
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(attributes)
            assert not any(each.lower().startswith("domain") for each in attributes)
            client.cookies.clear()
            other_name = await client.get("/console/me", headers={"Cookie": f"alongside={token}"})
            assert other_name.headers["location"].startswith("/console/sign-in")


class TestTheTeam:
    def test_has_names_and_roles_that_there_are(self, world: World) -> None:
        with world.service.database.writing() as connection:
            for name, roles in (("", ["lead"]), ("x" * 61, ["lead"]), ("Bo", ["owner"]), ("Bo", [])):
                with pytest.raises(NotDone):
                    invite(connection, name, roles, None, "http://127.0.0.1", world.clock())
            with pytest.raises(NotDone, match="no project"):
                invite(connection, "Bo", ["lead"], ["Garden"], "http://127.0.0.1", world.clock())

    async def test_can_be_seen_in_the_record(self, console: Served, world: World) -> None:
        await with_a_password(console)
        with world.service.database.reading() as connection:
            assert [(each.who, each.what) for each in recorded(connection, limit=5)] == [("Bo", "chose a password")]
