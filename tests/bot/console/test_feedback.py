"""The sealed inbox in the console: opened by a passphrase for one session, and leaving no trace of what is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.console.feedback.opened import OpenInboxes
from bot.console.visit import ADMIN, COORDINATOR, SAFEGUARDING
from bot.simulation import FEEDBACK_INBOX, HARBOUR_HOUSE, PASSPHRASE, World, feedback_in
from storage import accounts
from storage.database import Database
from storage.feedback import keys as inbox_keys
from storage.feedback.keys import unlock
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served
from tests.bot.console.forms import only, sends
from tests.bot.feedback.looking import UNTIL_OPENED, changed, code_in, everything

A_FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
NASTY = "the heating </blockquote><script>alert(1)</script> is off \u202e"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What protects a passphrase is slow on purpose."""
    monkeypatch.setattr(inbox_keys, "ROUNDS", 1)
    monkeypatch.setattr(inbox_keys, "MEMORY_BYTES", 1 << 20)


@pytest.fixture
async def world(database: Database, tmp_path) -> AsyncIterator[World]:
    feedback = feedback_in(tmp_path / "feedback", url="" if database.is_sqlite else database.url)
    async with World(database, HARBOUR_HOUSE, start=A_FRIDAY, feedback=feedback) as world:
        yield world


async def ada_says(world: World, words: str = "the heating is off") -> str:
    """Ada gives feedback, and it is opened; her code."""
    ada = await volunteer(world, "Ada")
    said = await ada.texts(f"FEEDBACK {words}")
    await world.later(UNTIL_OPENED)
    return code_in(said)


async def bo_opens(console: Served, bo: Browser | None = None) -> Browser:
    bo = bo or await console.signed_in("Bo")
    await bo.sends("/feedback/open", passphrase=PASSPHRASE)
    bo.sees("Lock the inbox")
    return bo


def number_on(browser: Browser) -> str:
    return re.search(r'id="f([0-9a-f]{8})"', browser.page)[1]


class TestOpening:
    async def test_takes_a_passphrase_of_ones_own(self, console: Served, world: World) -> None:
        await ada_says(world)
        bo = await console.signed_in("Bo")
        await bo.opens("/feedback")
        bo.sees("Open the inbox", "Fridays at 12:00")
        bo.does_not_see("heating", "fewer than 5")
        await bo.sends("/feedback/open", passphrase="some other words entirely")
        bo.sees("That does not open this inbox. Please type its passphrase once more")
        bo.does_not_see("heating", "the names")
        await bo_opens(console, bo)
        bo.sees("the heating is off", "2026-W10", "new", "fewer than 5")

    async def test_is_not_for_somebody_without_a_key_whatever_they_send(self, console: Served, world: World) -> None:
        await ada_says(world)
        sam = await console.signed_in("Sam", ["coordinator", "safeguarding", "lead"])
        await sam.opens("/feedback")
        sam.sees("You have no key to it", "Bo can open it")
        await sam.sends("/feedback/open", passphrase=PASSPHRASE, inbox=FEEDBACK_INBOX)
        sam.sees("You have no key to this inbox")
        sam.does_not_see("heating")

    async def test_is_for_one_session_and_no_other_of_the_same_person(self, console: Served, world: World) -> None:
        await ada_says(world)
        bo = await bo_opens(console)
        elsewhere = console.has_signed_in(bo.account_id)
        await elsewhere.opens("/feedback")
        elsewhere.sees("Open the inbox")
        elsewhere.does_not_see("heating")
        await elsewhere.sends("/feedback/in-hand", number="")
        elsewhere.sees("locked again")

    async def test_waits_after_five_wrong_tries_and_keeps_no_row_of_them(self, console: Served, world: World) -> None:
        bo = await console.signed_in("Bo")
        before = everything(world.service.database)
        for number in range(5):
            await bo.sends("/feedback/open", passphrase=f"guess number {number}")
            bo.sees("does not open")
        await bo.sends("/feedback/open", passphrase=PASSPHRASE)
        bo.sees("wrong too often")
        assert changed(before, everything(world.service.database)) == []
        world.clock.forward(2 * MINUTE)
        await bo_opens(console, bo)

    async def test_where_it_is_not_set_up_says_so(self, console: Served, world: World) -> None:
        world.service.feedback, kept = None, world.service.feedback
        bo = await console.signed_in("Bo")
        await bo.opens("/feedback")
        bo.sees("not offered here yet")
        await bo.sends("/feedback/open", passphrase=PASSPHRASE)
        assert bo.status == 404
        world.service.feedback = kept


class TestTheKeys:
    """Let go whenever their holder has gone."""

    async def test_are_gone_after_locking(self, console: Served, world: World) -> None:
        bo = await bo_opens(console)
        await bo.sends("/feedback/lock")
        bo.sees("Open the inbox")
        assert len(console.console.opened) == 0

    async def test_are_gone_at_sign_out(self, console: Served) -> None:
        bo = await bo_opens(console)
        await bo.sends("/sign-out")
        assert len(console.console.opened) == 0

    async def test_are_gone_when_the_session_is_locked(self, console: Served, world: World) -> None:
        bo = await bo_opens(console)
        world.clock.forward(21 * MINUTE)
        await bo.opens("/me")
        bo.sees("Are you still there?")
        assert len(console.console.opened) == 0

    async def test_are_gone_after_twenty_minutes_elsewhere_in_the_console(self, console: Served, world: World) -> None:
        bo = await bo_opens(console)
        for _ in range(3):
            world.clock.forward(7 * MINUTE)
            await bo.opens("/me")
        await bo.opens("/feedback")
        bo.sees("Open the inbox")

    @pytest.mark.parametrize("end", ["another browser", "account", "twelve hours", "nobody looks"])
    async def test_are_gone_however_the_session_ends(self, console: Served, world: World, end: str) -> None:
        bo = await bo_opens(console)
        if end == "another browser":
            again = console.has_signed_in(bo.account_id)
            await again.opens("/me")
            await again.sends(re.search(r'action="/console(/me/sessions/\d+/end)"', again.page)[1])
        elif end == "account":
            lou = await console.signed_in("Lou", ["admin"])
            await lou.sends(f"/team/{bo.account_id}/close")
        else:
            hours = timedelta(hours=12) if end == "twelve hours" else timedelta()
            world.clock.forward(hours + 21 * MINUTE)
            console.console._tidy()
        assert len(console.console.opened) == 0

    async def test_are_let_go_when_nobody_can_say_who_is_signed_in(self, console: Served, world: World) -> None:
        await bo_opens(console)

        def breaks(_tokens):
            raise OSError

        console.console.opened.tidy(world.clock(), breaks)
        assert len(console.console.opened) == 0

    async def test_of_somebody_whose_access_was_taken_away_open_nothing_more(
        self, console: Served, world: World
    ) -> None:
        await ada_says(world)
        db = world.service.feedback.box.database
        keys = unlock(db, FEEDBACK_INBOX, "Bo", PASSPHRASE)
        inbox_keys.add_coordinator(db, keys, "Sam", "a passphrase of Sam's own")
        bo = await bo_opens(console)
        inbox_keys.remove_coordinator(db, unlock(db, FEEDBACK_INBOX, "Sam", "a passphrase of Sam's own"), "Bo")
        await bo.opens("/feedback")
        bo.sees("You have no key to it")
        bo.does_not_see("heating")
        assert len(console.console.opened) == 0

    def test_are_in_no_text_that_an_error_could_print(self) -> None:
        opened = OpenInboxes()
        opened.open("a token", "Bo", A_FRIDAY, lambda: inbox_keys.InboxKeys("organisation", ("a private key",)))
        assert "private" not in repr(opened)
        assert "private" not in repr(opened._open)


class TestReading:
    async def test_what_somebody_wrote_is_never_part_of_the_page(self, console: Served, world: World) -> None:
        await ada_says(world, NASTY)
        bo = await bo_opens(console)
        assert "<script>alert" not in bo.page
        assert "\u202e" not in bo.page
        assert "the heating </blockquote>" in bo.text

    async def test_an_answer_reaches_whoever_has_the_code_and_then_it_can_be_closed(
        self, console: Served, world: World
    ) -> None:
        code = await ada_says(world)
        bo = await bo_opens(console)
        number = number_on(bo)
        await bo.sends("/feedback/close", number=number)
        bo.sees("Nothing is closed in silence")
        await bo.sends("/feedback/in-hand", number=number)
        bo.sees("Whoever has the code sees that it is in hand")
        await bo.sends("/feedback/reply", number=number, words="We got a heater")
        bo.sees("Kept for whoever has the code", "Our answer", "We got a heater")
        await bo.opens("/feedback")
        bo.does_not_see("Kept for whoever has the code")
        eve = await volunteer(world, "Eve")
        assert "We got a heater" in "\n".join(await eve.texts(f"CODE {code}"))
        await bo.sends("/feedback/close", number=number)
        bo.sees("Closed.", "Nothing is open here")
        await bo.opens("/feedback?show=closed")
        bo.sees("the heating is off", "We got a heater")

    async def test_an_answer_that_is_too_long_comes_back_as_it_was_typed(self, console: Served, world: World) -> None:
        await ada_says(world)
        bo = await bo_opens(console)
        words = "We are sorry. " * 200
        await bo.sends("/feedback/reply", number=number_on(bo), words=words)
        bo.sees("That is too long", words.strip())

    async def test_you_said_we_did_is_for_everybody(self, console: Served, world: World) -> None:
        bo = await bo_opens(console)
        await bo.sends("/feedback/said-did", said=f"You said it was cold, we got {NASTY}")
        bo.sees("Kept.", "2026-W10 You said it was cold")
        assert "<script>alert" not in bo.page


class TestTheOrdinaryDatabase:
    """What the console keeps there of feedback: that somebody opened the inbox in a week."""

    async def test_is_the_same_whatever_is_read_answered_and_closed(self, console: Served, world: World) -> None:
        await ada_says(world)
        bo = await bo_opens(console)
        number = number_on(bo)
        before = everything(world.service.database)
        bo.client.follow_redirects = False  # what a next page would say would be gone by then
        await bo.opens("/feedback")
        await bo.opens("/feedback?show=closed")
        await bo.sends("/feedback/in-hand", number=number)
        assert changed(before, everything(world.service.database)) == []
        await bo.sends("/feedback/reply", number=number, words="We got a heater")
        await bo.sends("/feedback/reply", number="0000", words="We got a heater")
        await bo.sends("/feedback/close", number=number)
        await bo.sends("/feedback/said-did", said="You said, we did")
        await bo.sends("/feedback/lock")
        assert changed(before, everything(world.service.database)) == []
        bo.client.follow_redirects = True
        world.clock.forward(2 * MINUTE)
        await bo_opens(console, bo)
        assert changed(before, everything(world.service.database)) == ["console_session"]
        assert rows(world, accounts.SESSION, "said") == [(None,)]

    async def test_says_who_opened_it_in_a_week_and_no_finer_time(self, console: Served, world: World) -> None:
        bo = await bo_opens(console)
        with world.service.database.writing() as connection:
            accounts.record(connection, "Sam", "signed in", world.clock())
        await bo.sends("/feedback/lock")
        await bo_opens(console, bo)
        lines = rows(world, accounts.AUDIT, "who", "what", "at", "about", "note")
        monday = datetime(2026, 3, 2, tzinfo=UTC)
        assert [each for each in lines if each[0] == "Bo"] == [("Bo", "opened the feedback inbox", monday, None, None)]
        ((its_id,),) = [each[:1] for each in rows(world, accounts.AUDIT, "id", "who") if each[1] == "Bo"]
        assert (its_id >> 22) + 1_767_225_600_000 == monday.timestamp() * 1000  # the key tells that Monday too
        world.clock.forward(timedelta(days=7))
        await bo_opens(console)
        assert len([each for each in rows(world, accounts.AUDIT, "who") if each == ("Bo",)]) == 2

    async def test_holds_no_word_number_or_key(self, console: Served, world: World, caplog) -> None:
        await ada_says(world, "the kettle in the yellow room")
        bo = await bo_opens(console)
        number = number_on(bo)
        await bo.sends("/feedback/reply", number=number, words="a zebra for everybody")
        kept = repr(everything(world.service.database)) + caplog.text
        for each in ("yellow room", "zebra", number, PASSPHRASE):
            assert each not in kept

    async def test_is_all_that_the_log_and_every_sheet_are_made_of(self, console: Served, world: World) -> None:
        await ada_says(world, "the kettle in the yellow room")
        kim = await bo_opens(console, await console.signed_in("Bo", [COORDINATOR, SAFEGUARDING, ADMIN]))
        number = number_on(kim)
        await kim.sends("/feedback/reply", number=number, words="a zebra for everybody")
        await kim.sends("/feedback/said-did", said="You asked for a walrus")
        for path in ("/log", "/reports", "/reports.csv", "/work/questionnaires", "/"):
            await kim.opens(path)
            for each in ("yellow room", "zebra", "walrus", number):
                assert each not in kim.page, path
        await kim.opens("/log")
        kim.sees("opened the feedback inbox")

    async def test_no_address_names_a_feedback(self, console: Served) -> None:
        for page in console.console.pages:
            if page.path.startswith("/feedback"):
                assert "{" not in page.path


async def test_what_is_sent_twice_is_done_once_and_the_ordinary_database_knows_of_neither(
    console: Served, world: World
) -> None:
    """A form that is marked there as sent would tell when somebody answered."""
    await ada_says(world)
    bo = await bo_opens(console)
    before = everything(world.service.database)
    reply, said_did = only(bo, "/feedback/reply"), only(bo, "/feedback/said-did")
    for _ in range(2):
        assert await sends(bo, reply, words="We got a heater") == (303, "/console/feedback")
        assert await sends(bo, said_did, said="You said it was cold") == (303, "/console/feedback")
    assert changed(before, everything(world.service.database)) == []
    await bo.opens("/feedback")
    assert bo.text.count("We got a heater") == 1
    assert bo.text.count("You said it was cold") == 1
