"""Eve shares her phone with Jo: whose words are these?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from storage.desk import ADDRESS, CHECK_IN, MESSAGE, PERSON, Desk
from tests.bot.cast import Someone, rows, volunteer


@pytest.fixture
async def phone(world: World) -> Someone:
    """Eve's phone, on which Jo can be reached too."""
    eve = await volunteer(world, "Eve")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([eve.person.address], [])
        address = desk.address("sms", eve.person.address)
        jo = desk.add_person(called="Jo", joined_at=world.clock(), safe_to_text=True)
        desk.add_holder(address, jo)
        desk.put_away()
    world.clock.forward(timedelta(days=1))
    return eve


def whose(world: World) -> dict[str, int]:
    return {called: its_id for its_id, called in rows(world, PERSON, "id", "called")}


async def test_the_bot_asks_who_is_writing_and_takes_the_words_up_afterwards(world: World, phone: Someone):
    await phone.texts("MENU")
    phone.hears("house.who")
    await phone.texts("jo")
    phone.hears("menu.choice")
    assert rows(world, ADDRESS, "speaker_id") == [(whose(world)["Jo"],)]


async def test_a_number_names_somebody_too(world: World, phone: Someone):
    await phone.texts("MENU")
    await phone.texts("1")
    phone.hears("menu.choice")
    assert rows(world, ADDRESS, "speaker_id") == [(whose(world)["Eve"],)]


async def test_an_answer_that_names_nobody_is_asked_again_and_the_first_words_wait(world: World, phone: Someone):
    await phone.texts("MENU")
    await phone.texts("the one with the dog")
    phone.hears("house.who-again")
    await phone.texts("Eve")
    phone.hears("menu.choice")


async def test_for_half_a_day_it_is_the_same_person(world: World, phone: Someone):
    await phone.texts("MENU")
    await phone.texts("Jo")
    await phone.texts("1")
    await phone.texts("4 sunny")
    phone.hears("check-in.thanks")
    assert rows(world, CHECK_IN, "person_id") == [(whose(world)["Jo"],)]
    world.clock.forward(timedelta(hours=13))
    await phone.texts("MENU")
    phone.hears("house.who")


async def test_a_check_in_for_eve_is_answered_as_eve(world: World, phone: Someone):
    await world.later(timedelta(days=6, hours=2))
    await phone.looks()
    phone.hears("check-in.mood")
    await phone.texts("3 a bit cold")
    assert rows(world, CHECK_IN, "person_id") == [(whose(world)["Eve"],)]


async def test_stop_is_for_the_phone_whoever_holds_it(world: World, phone: Someone):
    await phone.texts("STOP")
    phone.hears("house.stopped")
    assert rows(world, ADDRESS, "stopped_at") != [(None,)]


async def test_every_message_is_kept(world: World, phone: Someone):
    before = len(rows(world, MESSAGE, "id"))
    for words in ("MENU", "hm", "jo"):
        await phone.texts(words)
    assert len(rows(world, MESSAGE, "id")) == before + 3
