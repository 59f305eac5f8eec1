"""The team's page: inviting, changing rights, signing out and closing; and the log of who saw and did what."""

import re
from datetime import timedelta

import pytest

from bot.console.team import ONLY_HERE, invite
from bot.simulation import World
from storage import accounts
from tests.bot.cast import rows
from tests.bot.console.cast import PASSWORD, Browser, Served
from tests.bot.projects.cast import bo_does, bo_saves

NASTY = "<script>alert(1)</script>"


async def lou_the_admin(console: Served) -> Browser:
    return await console.signed_in("Lou", ["admin"])


def id_of(world: World, name: str) -> int:
    with world.service.database.reading() as connection:
        return accounts.account_called(connection, name).id


def invitation_in(browser: Browser) -> str:
    return re.search(r"/console(/invitation/[\w-]+)", browser.page)[1]


class TestAnInvitation:
    async def test_is_shown_once_and_lets_somebody_in(self, console: Served) -> None:
        lou = await lou_the_admin(console)
        await lou.sends("/team/invite", name="Sam", role=["coordinator", "lead"])
        lou.sees("Sam can sign in as coordinator, lead", "good once")
        path, sam = invitation_in(lou), console.browser()
        await sam.sends(path, password=PASSWORD, again=PASSWORD)
        sam.sees("A second step to sign in")
        await lou.opens("/team")
        lou.sees("Sam", "coordinator, lead")
        assert "invitation/" not in lou.page

    async def test_leaves_its_address_nowhere_in_the_database(self, console: Served, world: World) -> None:
        lou = await lou_the_admin(console)
        lou.client.follow_redirects = False  # what a next page would say would be gone by then
        await lou.sends("/team/invite", name="Sam", role=["coordinator"])
        code = invitation_in(lou).rpartition("/")[2]
        kept = rows(world, accounts.SESSION, "said") + rows(world, accounts.AUDIT, "what", "note", "about")
        assert code not in str(kept + rows(world, accounts.ACCOUNT, "invitation"))

    async def test_needs_a_name_and_a_role_and_keeps_what_was_typed(self, console: Served) -> None:
        lou = await lou_the_admin(console)
        await lou.sends("/team/invite", name=NASTY, role=["owner"])
        assert lou.status == 422
        lou.sees("A role is one of")
        assert 'value="&lt;script&gt;' in lou.page
        assert NASTY not in lou.page
        await lou.sends("/team/invite", name="", role=["coordinator"])
        lou.sees("Please say their name")

    async def test_takes_the_place_of_a_lost_password(self, console: Served, world: World) -> None:
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam")
        await lou.sends(f"/team/{sam.account_id}/invite")
        lou.sees("Sam can sign in as coordinator")
        await sam.opens("/")
        sam.sees("Sign in")
        await sam.sends(invitation_in(lou), password=PASSWORD, again=PASSWORD)
        sam.sees("Today")

    async def test_keeps_the_projects_that_somebody_is_held_to(self, console: Served, world: World) -> None:
        bo_saves(world)
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam", projects=["Garden"])
        await lou.sends(f"/team/{sam.account_id}/invite")
        with world.service.database.reading() as connection:
            assert len(accounts.account_called(connection, "Sam").projects) == 1


class TestRights:
    async def test_hold_from_the_next_click_on(self, console: Served, world: World) -> None:
        bo_saves(world)
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam")
        await sam.opens("/log")
        sam.sees("That is for others")
        await lou.opens(f"/team/{sam.account_id}")
        garden = re.search(r'name="project" value="(\d+)"', lou.page)[1]
        await lou.sends(f"/team/{sam.account_id}/rights", role=["safeguarding"], projects="some", project=[garden])
        lou.sees("Their rights are changed")
        await sam.opens("/log")
        sam.sees("Who saw and did what")
        with world.service.database.reading() as connection:
            assert accounts.account_called(connection, "Sam").projects == {int(garden)}

    async def test_are_refused_where_they_make_no_sense(self, console: Served) -> None:
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam")
        for fields in ({"role": ["owner"]}, {}, {"role": ["lead"], "projects": "some"}):
            await lou.sends(f"/team/{sam.account_id}/rights", **fields)
            assert lou.status == 422, fields
        await lou.sends(f"/team/{sam.account_id}/rights", role=["lead"], projects="some", project=["7"])
        lou.sees("not there any more")

    async def test_are_never_ones_own_to_change_so_that_an_admin_is_left(self, console: Served) -> None:
        lou = await lou_the_admin(console)
        for path, fields in (
            ("rights", {"role": ["coordinator"]}),
            ("close", {}),
            ("invite", {}),
        ):
            await lou.sends(f"/team/{lou.account_id}/{path}", **fields)
            lou.sees("nobody changes their own rights")
        await lou.sends("/team/invite", name="lou", role=["coordinator"])
        lou.sees("nobody changes their own rights")
        await lou.opens("/team")
        assert lou.status == 200


class TestAnAccount:
    async def test_can_be_closed_and_is_signed_out_at_once(self, console: Served) -> None:
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam")
        await lou.sends(f"/team/{sam.account_id}/close")
        lou.sees("Sam can't sign in any more", "Can't sign in any more")
        await sam.opens("/")
        sam.sees("Sign in")
        await lou.opens(f"/team/{sam.account_id}")
        lou.sees("A new invitation opens the account again")

    async def test_can_be_signed_out_everywhere(self, console: Served) -> None:
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam")
        await lou.opens(f"/team/{sam.account_id}")
        lou.sees("a browser", "since today")
        await lou.sends(f"/team/{sam.account_id}/sign-out")
        lou.sees("Sam is signed out everywhere", "Nowhere.")
        await sam.opens("/")
        sam.sees("Sign in")


class TestTheLog:
    async def test_says_who_did_what_and_can_be_narrowed(self, console: Served) -> None:
        lou, sam = await lou_the_admin(console), await console.signed_in("Sam", ["safeguarding"])
        await lou.sends(f"/team/{sam.account_id}/sign-out")
        sam = await console.signed_in("Sam", ["safeguarding"])
        await sam.sends("/me/sessions/7/end")
        await sam.opens("/log")
        sam.sees("Lou signed Sam out everywhere", "Sam signed another browser of theirs out")
        sam.does_not_see(f"account:{sam.account_id}")
        await sam.opens("/log?who=Lou")
        sam.does_not_see("another browser")
        await sam.opens(f"/log?about=account:{sam.account_id}")
        sam.sees("Lou signed Sam out", "Only what is about Sam .")
        sam.does_not_see("another browser")

    async def test_is_paged_and_shows_each_line_once(self, console: Served, world: World) -> None:
        lou = await lou_the_admin(console)
        with world.service.database.writing() as connection:
            for number in range(120):
                accounts.record(connection, "Sam", f"did thing {number};", world.clock() + timedelta(seconds=number))
        seen, path = [], "/log?who=Sam"
        while path:
            await lou.opens(path)
            seen += re.findall(r"did thing (\d+);", lou.page)
            older = re.search(r'href="/console(/log\?[^"]+)">Older', lou.page)
            path = older[1].replace("&amp;", "&") if older else ""
        assert seen == [str(number) for number in reversed(range(120))]

    async def test_shows_what_was_typed_as_text(self, console: Served, world: World) -> None:
        lou = await lou_the_admin(console)
        with world.service.database.writing() as connection:
            accounts.record(connection, NASTY, NASTY, world.clock(), NASTY, NASTY)
        await lou.opens("/log")
        assert NASTY not in lou.page
        await lou.opens(f"/log?who={NASTY}&about={NASTY}&before={NASTY}")
        assert lou.status == 200
        assert NASTY not in lou.page


async def test_a_page_that_was_locked_never_shows_a_password_again(console: Served, world: World) -> None:
    sam = await console.signed_in("Sam")
    world.clock.forward(timedelta(minutes=21))
    secret = "a very long passphrase that nobody else should ever read"
    await sam.sends("/me/password", old=secret, password=secret, passphrase=secret)
    sam.sees("Are you still there?")
    assert secret not in sam.page


@pytest.mark.parametrize("where", ["http://127.0.0.1:8700", "http://localhost:8700", "http://[::1]:8700"])
def test_an_invitation_that_opens_on_this_machine_alone_says_so(world: World, where: str) -> None:
    assert ONLY_HERE in bo_does(world, lambda c: invite(c, "Sam", ["coordinator"], None, where, world.clock()))


@pytest.mark.parametrize("where", ["https://texts.example.org", "https://127.0.0.1.example.org"])
def test_an_invitation_that_opens_everywhere_says_nothing_of_it(world: World, where: str) -> None:
    assert ONLY_HERE not in bo_does(world, lambda c: invite(c, "Sam", ["coordinator"], None, where, world.clock()))
