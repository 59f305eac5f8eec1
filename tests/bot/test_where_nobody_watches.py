"""The declared "signpost only": nothing is asked, offered or said there as if somebody watched."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.simulation import HARBOUR_HOUSE, World
from storage.database import Database
from storage.desk import INBOX, PERSON
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.watched import HIT, HOUSE, IN_DANGER, Watched

ASKS_FOR_A_PERSON = ["HUMAN", "can someone call me", "can someone ring me", "i need to talk to someone"]


async def wants_to_be_asked_first(world: World) -> Someone:
    """Ada, who has said so while somebody still watched here."""
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(sharing="ask"))
    return ada


async def test_joining_does_not_ask_whether_somebody_may_be_told(world: World):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "Ada", "SKIP", "1", "1"):
        await ada.texts(words)
        ada.does_not_hear("joining.sharing")
    ada.hears("joining.joined")
    assert rows(world, PERSON, "sharing") == [(None,)]


async def test_where_somebody_watches_it_is_asked(database: Database):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await meet(world, "Ada")
        for words in ("JOIN", "Ada", "SKIP", "1", "1"):
            await ada.texts(words)
        ada.hears("joining.sharing")
        await ada.texts("ask me first")
        ada.hears("joining.joined")
        assert ("ask",) in rows(world, PERSON, "sharing")


@pytest.mark.parametrize("words", ["got nowhere to sleep tonight", HIT])
async def test_nobody_is_offered_who_could_be_told(world: World, words: str):
    ada = await wants_to_be_asked_first(world)
    await ada.texts(words)
    if words == HIT:
        ada.hears("safety.domestic_abuse", "safety.safe-here")
        await ada.texts("1")
    ada.hears("alerts.nobody-watches")
    ada.does_not_hear("safety.tell")
    assert rows(world, INBOX, "why") == [], "she wants to be asked first"


@pytest.mark.parametrize("words", ASKS_FOR_A_PERSON)
async def test_after_danger_a_person_is_offered_and_can_be_had(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    ada.hears("alerts.nobody-watches")
    assert "HUMAN: our team reads it on weekdays from 9 to 5" in ada.shown[-1].text
    await ada.texts(words)
    ada.hears("human.about")
    assert ("human",) in rows(world, INBOX, "why")


async def test_dee_is_offered_one_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await dee.texts("dwi isio marw")
    dee.hears("alerts.nobody-watches")
    await dee.texts("all rhywun fy ffonio?")
    dee.hears("human.about")


@pytest.mark.parametrize("words", ASKS_FOR_A_PERSON)
async def test_where_somebody_has_the_alert_the_wish_goes_to_them(database: Database, words: str):
    async with Watched(database, HOUSE) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        sam = await world.answers("Sam", "ACK", "READ")
        await ada.looks()
        await ada.texts(words)
        ada.hears("safety.more", "alerts.has-it")
        await sam.looks()
        sam.hears("alerts.more")


async def test_whoever_has_an_alert_hears_of_the_wish_after_the_safety_conversation_too(database: Database):
    async with Watched(database, HOUSE) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        sam = await world.answers("Sam", "ACK", "READ")
        for words in ("SKIP", "call me"):
            await ada.texts(words)
        ada.hears("human.about")
        await sam.looks()
        sam.hears("alerts.more")


@pytest.mark.parametrize("words", ["can someone call me", "HUMAN", "yes tell someone"])
async def test_a_wish_for_a_person_is_a_yes_to_being_told(database: Database, words: str):
    async with Watched(database, HOUSE) as world:
        ada = await wants_to_be_asked_first(world)
        await ada.texts("got nowhere to sleep tonight")
        ada.hears("safety.tell")
        await ada.texts(words)
        ada.hears("safety.then")
        await world.staff("Sam").looks()
        assert world.has_come_to("Sam")
