"""Bo, on Telegram, writes to many: a look first, and then SEND. Nobody else can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.broadcasts.going import Broadcasts
from bot.broadcasts.spending import Spending
from bot.broadcasts.wording import Office
from bot.console.team import invite
from bot.projects.keeping import add
from bot.safeguarding import Safeguarding
from bot.simulation import Person, World
from storage.accounts import account_called, close_account
from storage.broadcasts import BROADCAST
from storage.database import Database
from storage.desk import INBOX
from tests.bot.broadcasts.cast import Bo
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.people.cast import bo_does
from tests.bot.projects.cast import bo_saves
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, STAFF, Watched

GARDEN = "BROADCAST project Garden: Tea on Sunday, {name}?"


@pytest.fixture
async def watched(database: Database):
    async with Watched(database, replace(HOUSE, spending=Spending(confirm_above=1)), MONDAY_AT_TEN) as world:
        yield world


def coordinator(world: World, name: str) -> Someone:
    """A coordinator's handset, from the address that the configuration names."""
    channel, address = STAFF[name]
    someone = world.people.get(name) or Person(name, channel, address)
    world.people[name] = someone
    return Someone(world, someone)


async def goes_on(world: World) -> None:
    await world.service.broadcasts.find_due()
    await world.settle()


async def test_bo_looks_at_it_and_lets_it_go(watched: Watched):
    ada = await volunteer(watched, "Ada")
    bo_saves(watched)
    cai = await volunteer(watched, "Cai")
    await cai.texts("STOP")
    bo = coordinator(watched, "Bo")
    [seen] = await bo.texts(GARDEN)
    assert "1  said STOP\n" in seen
    assert "Cai" not in seen  # names of those left out are for the console
    assert seen.startswith("Broadcast 1 is a draft.\nIt goes to 1 person.")
    assert "| Tea on Sunday, Ada?" in seen
    assert seen.endswith("To let it go, send: SEND 1")
    await ada.looks()
    [said] = await bo.texts("send 1")
    assert said == "Broadcast 1 goes to 1 person now."
    await goes_on(watched)
    assert await ada.looks() == ["Tea on Sunday, Ada?"]
    [said] = await bo.texts("SEND 1")
    assert "has been confirmed already, by Bo" in said
    await goes_on(watched)
    assert await ada.looks() == []


async def test_a_large_one_waits_until_lou_sends_it_too(watched: Watched):
    people = [await volunteer(watched, name) for name in ("Ada", "Dee")]
    bo, lou = coordinator(watched, "Bo"), coordinator(watched, "Lou")
    await bo.texts("BROADCAST: Tea on Sunday?")
    [said] = await bo.texts("SEND 1")
    assert "somebody else says yes too: Kim, Lou, Sam" in said
    await goes_on(watched)
    assert [await each.looks() for each in people] == [[], []]
    await lou.texts("SEND 1")
    await goes_on(watched)
    assert [len(await each.looks()) for each in people] == [1, 1]


async def test_where_bo_is_alone_the_number_is_typed(watched: Watched):
    for name in ("Ada", "Dee"):
        await volunteer(watched, name)
    service = watched.service
    [bo_alone] = [each for each in HOUSE.safeguarding.people if each.name == "Bo"]
    house = replace(service.voice.house, safeguarding=Safeguarding(watched=True, people=(bo_alone,)))
    service.voice = service.inbound._voice = replace(service.voice, house=house)
    service.broadcasts = Broadcasts(service.store, Office(service.voice.words, house), watched.clock, service.wake)
    bo = coordinator(watched, "Bo")
    await bo.texts("BROADCAST: Tea on Sunday?")
    assert await bo.texts("SEND 1") == ["It goes to 2 people. To let it go, send: SEND 1 2"]
    [said] = await bo.texts("SEND 1 2")
    assert "alongside broadcast undo 1" in said


async def test_a_project_that_is_not_there_is_told(watched: Watched):
    bo = coordinator(watched, "Bo")
    [said] = await bo.texts(GARDEN)
    assert said == "There is no project “Garden”. There are: none yet."
    assert rows(watched, BROADCAST, "id") == []


@pytest.mark.parametrize("channel", ["telegram", "sms"])
async def test_from_anybody_else_these_are_ordinary_words(watched: Watched, channel: str):
    ada = await volunteer(watched, "Ada", channel)
    for words in ("BROADCAST: Tea on Sunday?", "SEND 1"):
        await ada.texts(words)
        ada.hears("house.passed-on")
    assert rows(watched, BROADCAST, "id") == []
    assert len(rows(watched, INBOX, "why")) == 2


async def test_a_text_message_may_be_forged_so_sam_cannot_broadcast_by_sms(watched: Watched):
    sam = coordinator(watched, "Sam")
    await sam.texts("BROADCAST: Tea on Sunday?")
    assert rows(watched, BROADCAST, "id") == []


async def test_words_about_danger_in_a_broadcast_raise_no_alert(watched: Watched):
    bo = coordinator(watched, "Bo")
    [said] = await bo.texts("BROADCAST: If you want to kill yourself, text HELP, and we talk.")
    assert said.startswith("Broadcast 1 is a draft.")
    assert watched.references() == []


async def test_the_console_and_telegram_see_the_same_broadcast(watched: Watched):
    await meet(watched, "Flo")
    await volunteer(watched, "Ada")
    bo = coordinator(watched, "Bo")
    await bo.texts("BROADCAST: Tea on Sunday?")
    assert Bo(watched).looks_at(1).people == 1


async def test_bo_reaches_no_more_people_than_his_account_does(watched: Watched):
    ada, eve = await volunteer(watched, "Ada"), await volunteer(watched, "Eve")
    bo_saves(watched, everybody=None)
    bo_does(watched, lambda c: add(c, "Garden", "Eve", "volunteer", None, watched.clock()))
    bo_does(watched, lambda c: invite(c, "Bo", ("coordinator",), ["Garden"], "http://127.0.0.1", watched.clock()))
    bo = coordinator(watched, "Bo")
    [seen] = await bo.texts("BROADCAST: Tea on Sunday?")
    assert "It goes to 1 person." in seen
    await bo.texts("SEND 1")
    await goes_on(watched)
    assert await eve.looks() == ["Tea on Sunday?"]
    assert await ada.looks() == []


async def test_nobody_whose_account_is_closed_or_is_for_no_people_writes_to_many(watched: Watched):
    ada = await volunteer(watched, "Ada")
    bo_saves(watched)
    bo = coordinator(watched, "Bo")
    bo_does(watched, lambda c: invite(c, "Bo", ("admin",), None, "http://127.0.0.1", watched.clock()))
    assert "for no people, or is closed" in (await bo.texts(GARDEN))[0]
    with watched.service.database.writing() as connection:
        close_account(connection, account_called(connection, "Bo").id, watched.clock())
    assert "for no people, or is closed" in (await bo.texts(GARDEN))[0]
    assert rows(watched, BROADCAST, "number") == []
    assert await ada.looks() == []
