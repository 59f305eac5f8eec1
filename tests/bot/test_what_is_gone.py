"""What a conversation was about is no longer there: nobody is stuck in it, and no word is lost, danger least of all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import HARBOUR_HOUSE, World
from storage.database import Database
from storage.desk import ADDRESS, INBOX, PERSON
from storage.relay import PASSED
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.projects.cast import bo_does
from tests.bot.relay.test_asking import ada_and_eve, ada_asks
from tests.bot.test_moving import asks_to_move
from tests.bot.votes.cast import bo_calls, hear_of_it, the_group


async def eve_is_asked_and_it_goes(world: World) -> Someone:
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve)
    eve.hears("asked.answer")
    with world.service.database.writing() as connection:
        connection.execute(PASSED.delete())
    return eve


@pytest.mark.parametrize(
    ("words", "key"),
    [("i want to kill myself", "safety.suicide_selfharm"), ("HUMAN", "human.about"), ("MENU", "menu.choice")],
)
async def test_a_conversation_whose_subject_has_gone_makes_us_deaf_to_nothing(database: Database, words: str, key: str):
    async with World(database, HARBOUR_HOUSE) as world:
        eve = await eve_is_asked_and_it_goes(world)
        await eve.texts(words)
        eve.hears(key)
        assert bool(world.references()) is (words == "i want to kill myself")


async def test_an_answer_to_it_is_told_so_and_the_next_message_is_heard_as_ever(world: World):
    eve = await eve_is_asked_and_it_goes(world)
    await eve.texts("under the blue pot")
    eve.hears("house.gone")
    await eve.texts("HUMAN")
    eve.hears("human.about")


async def test_a_vote_that_was_closed_takes_no_word_away(world: World):
    from bot.votes import keeping

    ada, eve = people = await the_group(world, "Ada", "Eve")
    bo_calls(world)
    await hear_of_it(world, people)
    bo_does(world, lambda c: keeping.close(c, 1, world.clock()))
    await ada.texts("please ring me, my son is in hospital")
    ada.hears("vote.closed", "house.kept-for-team")
    assert "answered what is gone" in [why for (why,) in rows(world, INBOX, "why")]
    await eve.texts("HUMAN")
    eve.hears("vote.closed", "human.about")


async def test_what_she_said_in_danger_on_her_new_phone_is_hers_once_she_says_who_she_is(database: Database):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await volunteer(world, "Ada")
        code = await asks_to_move(ada)
        there = await meet(world, "there")
        await there.texts("i want to kill myself")
        assert world.references()
        await there.texts(f"JOIN {code}")
        there.hears("house.moved")
        sam = Someone(world, world.people["Sam"])
        await sam.texts(f"ACK {world.references()[0]}")
        await sam.texts(f"READ {world.references()[0]}")
        assert there.person.address in " ".join(bubble.text for bubble in sam.shown)
        assert "Ada" in " ".join(bubble.text for bubble in sam.shown)
        people = [called for (called,) in rows(world, PERSON, "called")]
        assert people.count(None) == 0


async def test_stop_makes_codes_worthless_and_one_sent_from_the_wrong_phone_stays_good(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    code = await asks_to_move(ada)
    await eve.texts(f"JOIN {code}")
    eve.hears("house.already-joined")
    there = await meet(world, "there")
    await there.texts(f"JOIN {code}")
    there.hears("house.moved")
    another = await asks_to_move(there)
    await there.texts("STOP")
    elsewhere = await meet(world, "elsewhere")
    await elsewhere.texts(f"JOIN {another}")
    elsewhere.hears("joining.welcome")
    await world.later(timedelta(days=8))
    assert len(rows(world, ADDRESS, "value")) == 4
