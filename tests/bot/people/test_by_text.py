"""INBOX, DONE, REPLY, SEND and GIVE: coordinators see to who waits, and write with anybody of theirs, by phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.console.team import invite
from bot.people.talked import talked_with
from bot.projects import keeping
from storage.accounts import AUDIT, account_called, close_account
from storage.database import Database
from storage.desk import INBOX, MESSAGE, OUTBOX, PERSON
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.people.cast import bo_does, key_of
from tests.bot.projects.cast import bo_saves
from tests.bot.test_being_forgotten import everything
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

WORDS = "my landlord is selling the flat"
CHANNELS = pytest.mark.parametrize("name", ["Sam", "Bo"])  # by SMS, and on Telegram


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def said(who: Someone, words: str) -> str:
    return "\n".join(await who.texts(words))


async def came(world: Watched, who: Someone) -> str:
    await world.settle()
    return "\n".join(await who.looks())


def number_in(answer: str) -> str:
    found = re.search(r"(?:SEND|ANFON) (\d{4})", answer)
    assert found, answer
    return found[1]


async def sends(world: Watched, who: Someone, order: str) -> str:
    """Look at a reply and send it."""
    return await said(who, f"SEND {number_in(await said(who, order))}")


def has_account(world: Watched, name: str, roles: tuple[str, ...] = ("coordinator",), *projects: str) -> None:
    bo_does(world, lambda c: invite(c, name, roles, projects or None, "http://127.0.0.1", world.clock()))


# -- REPLY ---------------------------------------------------------------------------------------------


@CHANNELS
async def test_a_coordinator_writes_to_ada_who_hears_it_as_from_them_and_the_flows_are_silent(
    world: Watched, name: str
):
    ada, staff = await volunteer(world, "Ada"), world.staff(name)
    looked = await said(staff, "REPLY Ada: shall we ring you tomorrow?")
    staff.hears("by-text.look", "by-text.to-send")
    assert f"{name}: shall we ring you tomorrow?" in looked
    assert "SMS parts: 1, 4p" in looked
    assert await came(world, ada) == ""  # nothing was sent by that
    await said(staff, f"SEND {number_in(looked)}")
    staff.hears("by-text.gone")
    heard = await came(world, ada)
    ada.hears("alerts.takes-over", "alerts.from-person")
    assert f"{name}: shall we ring you tomorrow?" in heard
    await ada.texts("MENU")
    ada.hears_nothing()
    assert "Ada writes: MENU" in await came(world, staff)
    assert rows(world, INBOX, "why") == [("wrote to a person",)]
    await sends(world, staff, "Reply to ada: at ten then")
    assert await came(world, ada) == f"{name}: at ten then"
    assert [done_at is None for (done_at,) in rows(world, INBOX, "done_at")] == [False]


@CHANNELS
async def test_given_back_the_bot_answers_again_and_says_so(world: Watched, name: str):
    ada, staff = await volunteer(world, "Ada"), world.staff(name)
    await sends(world, staff, "REPLY Ada: hello")
    await came(world, ada)
    await said(staff, "GIVE Ada")
    staff.hears("by-text.given-back")
    await came(world, ada)
    ada.hears("alerts.computer-again")
    await ada.texts("MENU")
    assert ada.shown
    assert "answers them already" in await said(staff, "GIVE BACK Ada")


async def test_in_welsh_too(world: Watched):
    dee, bo = await volunteer(world, "Dee", "telegram", "cy"), world.staff("Bo")
    await bo.texts("hello")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called.is_distinct_from("Dee")).values(language="cy"))
    bo = Someone(world, bo.person, "cy")
    await said(bo, f"ANFON {number_in(await said(bo, 'ATEB Dee: bore da'))}")
    bo.hears("by-text.gone")
    assert "Bo: bore da" in await came(world, dee)
    await bo.texts("RHOI Dee")
    bo.hears("by-text.given-back")
    await bo.texts("BLWCH")
    bo.hears("by-text.waiting")


async def test_of_two_adas_bo_is_asked_which_and_answers_with_the_number_or_the_key(world: Watched):
    first, second = await volunteer(world, "Ada"), await volunteer(world, "Ada")
    bo = world.staff("Bo")
    answer = await said(bo, "REPLY Ada: hello")
    assert "Several are meant" in answer
    assert first.person.address in answer
    assert second.person.address in answer
    assert "SEND" not in answer
    await sends(world, bo, f"REPLY {second.person.address}: hello")
    assert "Bo: hello" in await came(world, second)
    assert await came(world, first) == ""


async def test_sent_once_however_often_send_comes_and_not_after_half_an_hour(world: Watched):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    number = number_in(await said(bo, "REPLY Ada: hello"))
    await said(bo, f"SEND {number}")
    world.clock.forward(timedelta(minutes=5))
    await said(bo, f"SEND {number}")
    bo.hears("by-text.gone-already")
    assert (await came(world, ada)).count("Bo: hello") == 1
    late = number_in(await said(bo, "REPLY Ada: are you there"))
    world.clock.forward(timedelta(minutes=31))
    await said(bo, f"SEND {late}")
    assert "are you there" not in await came(world, ada)


async def test_only_the_number_that_came_back_sends_it(world: Watched):
    ada, bo, sam = await volunteer(world, "Ada"), world.staff("Bo"), world.staff("Sam")
    number = number_in(await said(bo, "REPLY Ada: hello"))
    await said(bo, f"SEND {(int(number) + 1) % 9000 + 1000}")
    await said(sam, f"SEND {number}")  # it is Bo's
    assert "Bo: hello" not in await came(world, ada)


@pytest.mark.parametrize("why", ["stop", "not safe", "nobody", "themselves", "empty", "colleague"])
async def test_what_may_not_be_written_is_said_before_and_not_sent(world: Watched, why: str):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    await bo.texts("hello")
    sent, to, words = len(rows(world, OUTBOX, "id")), "Ada", "hello"
    if why == "stop":
        await ada.texts("STOP")
        sent += 1
    elif why == "not safe":
        with world.service.database.writing() as connection:
            connection.execute(update(PERSON).where(PERSON.c.called == "Ada").values(safe_to_text=False))
    elif why == "nobody":
        to = "Zed"
    elif why == "themselves":
        to = bo.person.address
    elif why == "empty":
        words = ""
    else:
        await sends(world, world.staff("Sam"), "REPLY Ada: I am here")
        await came(world, ada)
    answer = await said(bo, f"REPLY {to}: {words}")
    if why == "colleague":
        answer = await said(bo, f"SEND {number_in(answer)}")
        assert "Sam writes with them" in answer
    else:
        assert "SEND" not in answer
        said_of = {"stop": "said STOP", "not safe": "not safe", "nobody": "Nobody", "themselves": "This is you"}
        assert said_of.get(why, "nothing to send") in answer
    assert "Bo: hello" not in await came(world, ada)


async def test_only_people_of_their_projects_and_nobody_for_an_account_without_people(world: Watched):
    ada = await volunteer(world, "Ada")
    eve = await volunteer(world, "Eve")
    bo_saves(world, everybody=None)
    bo_does(world, lambda c: keeping.add(c, "Garden", "Eve", "volunteer", None, world.clock()))
    has_account(world, "Bo", ("coordinator",), "Garden")
    has_account(world, "Sam", ("admin",))
    bo, sam = world.staff("Bo"), world.staff("Sam")
    for who in ("Ada", ada.person.address, str(key_of(world, ada))):
        answer = await said(bo, f"REPLY {who}: hello")
        assert "Nobody of your projects" in answer
        assert "SEND" not in answer
    await sends(world, bo, "REPLY Eve: hello")
    assert "Bo: hello" in await came(world, eve)
    for order in ("REPLY Eve: hello", "INBOX", "GIVE Eve"):
        assert "nobody whom you can write to" in await said(sam, order)
    with world.service.database.writing() as connection:
        close_account(connection, account_called(connection, "Bo").id, world.clock())
    assert "nobody whom you can write to" in await said(bo, "REPLY Eve: hello")


@pytest.mark.parametrize("order", ["REPLY Eve: hello", "INBOX", "DONE 12345", "GIVE Eve", "SEND 1234"])
async def test_to_everybody_else_these_are_ordinary_words(world: Watched, order: str):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    await ada.texts(order)
    ada.hears("house.passed-on")
    assert await came(world, eve) == ""


async def test_neither_order_nor_answer_is_shown_on_the_page_about_the_coordinator(world: Watched):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    await ada.texts(WORDS)
    await said(bo, "INBOX")
    await said(bo, f"INBOX {str(rows(world, INBOX, 'id')[0][0])[-5:]}")
    await sends(world, bo, "REPLY Ada: the secret of the pond")
    (about,) = {person for person, text in rows(world, MESSAGE, "person_id", "text") if text == "INBOX"}
    with world.service.database.reading() as connection:
        shown = talked_with(connection, about, HOUSE.safeguarding, "Europe/London", world.clock())
    assert not [each for each in shown.bubbles if re.search("Ada|pond|landlord", each.text)]


async def test_danger_in_what_they_answer_is_heard_and_answered_as_ever(world: Watched):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    await sends(world, bo, "REPLY Ada: how are you")
    await came(world, ada)
    await ada.texts(IN_DANGER)
    ada.hears("safety.suicide_selfharm")
    assert world.alert().state == "raised"


async def test_who_wrote_by_phone_and_then_has_the_alert_gives_it_back_with_its_number(world: Watched):
    ada, sam = await volunteer(world, "Ada"), world.staff("Sam")
    await sends(world, sam, "REPLY Ada: hello")
    await came(world, ada)
    await ada.texts(IN_DANGER)
    await world.settle()
    number = world.alert().reference
    await sam.texts(f"ACK {number}")
    await sam.texts(f"CLOSE {number} we have talked")
    sam.hears("alerts.closed")
    await came(world, ada)
    ada.hears("alerts.computer-again")
    await ada.texts("MENU")
    assert ada.shown


async def test_with_whom_they_write_because_of_an_alert_they_are_led_to_its_number(world: Watched):
    ada, sam = await volunteer(world, "Ada"), world.staff("Sam")
    await ada.texts(IN_DANGER)
    await world.settle()
    number = world.alert().reference
    await sam.texts(f"ACK {number}")
    await sam.texts(f"TAKE {number}")
    for order in ("REPLY Ada: hello", "GIVE Ada"):
        answer = await said(sam, order)
        assert f"REPLY {number}" in answer
        assert "SEND" not in answer


@CHANNELS
async def test_a_number_that_sends_nothing_is_said_to_and_waits_nowhere(world: Watched, name: str):
    ada, staff = await volunteer(world, "Ada"), world.staff(name)
    number = number_in(await said(staff, "REPLY Ada: are you there"))
    world.clock.forward(timedelta(minutes=31))
    await said(staff, f"SEND {number}")
    staff.hears("by-text.nothing-to-send")
    assert rows(world, INBOX, "why") == []
    assert await came(world, ada) == ""


async def test_what_was_looked_at_by_the_number_that_waits_is_sent_once_it_is_done_and_once(world: Watched):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    await ada.texts("HUMAN")
    item = str(rows(world, INBOX, "id")[0][0])[-5:]
    number = number_in(await said(bo, f"REPLY {item}: I will ring you"))
    await bo.texts(f"DONE {item}")
    await bo.texts(f"SEND {number}")
    bo.hears("by-text.gone")
    await bo.texts(f"SEND {number}")
    bo.hears("by-text.gone-already")
    assert (await came(world, ada)).count("I will ring you") == 1


@CHANNELS
async def test_what_a_coordinator_says_of_danger_is_heard_though_it_begins_like_an_order(world: Watched, name: str):
    staff = world.staff(name)
    await said(staff, "Give up, I want to kill myself")
    staff.hears("safety.suicide_selfharm")
    assert world.alert().state == "raised"


@pytest.mark.parametrize("called", ["Élodie", "Иван", "Łukasz"])
async def test_a_name_is_found_whatever_letters_it_begins_with(world: Watched, called: str):
    await volunteer(world, called)
    bo = world.staff("Bo")
    for typed in (called, called.lower(), called.upper()):
        assert "SEND" in await said(bo, f"REPLY {typed}: hello")


# -- INBOX and DONE ------------------------------------------------------------------------------------


@CHANNELS
async def test_the_inbox_is_listed_shown_answered_and_done_by_number(world: Watched, name: str):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    await ada.texts(WORDS)
    await dee.texts("HUMAN")
    staff = world.staff(name)
    listed = await said(staff, "INBOX")
    staff.hears("by-text.waiting")
    assert "Waiting for a person: 2." in listed
    assert "landlord" not in listed  # words only of the one that is asked for
    numbers = dict(re.findall(r"(\d{5,}) (Ada|Dee):", listed))
    assert list(numbers.values()) == ["Dee", "Ada"]  # whoever asked for a person comes first
    of_ada = next(number for number, who in numbers.items() if who == "Ada")
    assert WORDS in await said(staff, f"INBOX {of_ada}")
    assert rows(world, AUDIT, "who", "what") == [(name, "saw what they wrote")]
    await sends(world, staff, f"REPLY {of_ada}: I will ring you")
    assert f"{name}: I will ring you" in await came(world, ada)
    await said(staff, f"DONE {of_ada}")
    staff.hears("by-text.done")
    assert (name, "marked as done what waited") in rows(world, AUDIT, "who", "what")
    await said(staff, f"DONE {of_ada}")
    staff.hears("by-text.no-item")
    assert "Waiting for a person: 1." in await said(staff, "Inbox")


async def test_bo_sees_and_finishes_only_what_people_of_his_projects_wait_for(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(WORDS)
    bo_saves(world, everybody=None)
    has_account(world, "Bo", ("coordinator",), "Garden")
    bo, number = world.staff("Bo"), str(rows(world, INBOX, "id")[0][0])[-5:]
    await said(bo, "INBOX")
    bo.hears("by-text.nobody-waits")
    for order in ("INBOX", "DONE"):
        await said(bo, f"{order} {number}")
        bo.hears("by-text.no-item")
    assert rows(world, INBOX, "done_at") == [(None,)]


async def test_today_counts_what_people_of_bos_projects_wait_for(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts(WORDS)
    bo, kim = world.staff("Bo"), world.staff("Kim")
    bo_saves(world, everybody=None)
    has_account(world, "Bo", ("coordinator",), "Garden")
    assert world.service.voice.words.sentence("en", "alerts.today-waiting", {"count": 1, "asked": 0}) in await said(
        kim, "TODAY"
    )
    assert world.service.voice.words.sentence("en", "alerts.today-waiting", {"count": 0, "asked": 0}) in await said(
        bo, "TODAY"
    )


async def test_words_of_danger_read_by_text_stand_in_the_alerts_record(world: Watched):
    ada, bo = await volunteer(world, "Ada"), world.staff("Bo")
    await ada.texts(IN_DANGER)
    with world.service.database.writing() as connection:
        message, person = connection.execute(
            MESSAGE.select().with_only_columns(MESSAGE.c.id, MESSAGE.c.person_id).where(MESSAGE.c.text == IN_DANGER)
        ).one()
        row = {"id": 123456, "person_id": person, "message_id": message, "why": "we broke over this"}
        connection.execute(INBOX.insert(), row | {"at": world.clock()})
    await bo.looks()
    assert IN_DANGER in await said(bo, "INBOX 23456")
    assert ("read", "Bo") in world.record()


async def test_when_ada_is_forgotten_nothing_about_her_stays_with_the_coordinators(world: Watched):
    zillah, sam = await volunteer(world, "Zillah"), world.staff("Sam")
    await zillah.texts("HUMAN")
    await zillah.texts(WORDS)
    [number] = set(re.findall(r"\d{5,}", await said(sam, "INBOX")))
    assert WORDS in await said(sam, f"INBOX {number}")
    await sends(world, sam, "REPLY Zillah: is it the flat in Hove?")
    await zillah.texts("the one by the pier")
    assert "by the pier" in await came(world, sam)
    await sam.texts("REPLY Zillah: " + "x" * 5_000)
    await sam.texts("GIVE Zillah")
    await zillah.texts("FORGET")
    await zillah.texts("1")
    await world.settle()
    for word in ("Zillah", WORDS, "Hove", "pier"):
        assert word not in everything(world)
