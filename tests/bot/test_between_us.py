"""What is said to be for nobody of the team is marked where it is kept, so that no page shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from storage.desk import MESSAGE, OUTBOX, Desk
from tests.bot.cast import rows, volunteer
from tests.bot.questionnaires.conftest import save  # noqa: F401 - a fixture
from tests.bot.questionnaires.files import CAFE
from tests.bot.questionnaires.test_asking import STATEMENTS, sends
from tests.bot.relay.test_asking import ada_and_eve, ada_asks, hears_of_it

QUESTION, ANSWER = "where is the key?", "under the blue pot"


def open_to_the_team(world: World) -> str:
    """All words that are not marked, of theirs and of ours."""
    said = [*rows(world, MESSAGE, "text", "between_us"), *rows(world, OUTBOX, "text", "between_us")]
    return "\n".join(text for text, between_us in said if not between_us)


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_words_to_a_team_mate_and_back(world: World, channel: str):
    ada, eve = await ada_and_eve(world, channel)
    await ada_asks(ada, eve, QUESTION)
    await eve.texts(ANSWER)
    await hears_of_it(ada)
    assert ANSWER in ada.shown[-1].text
    for words in (QUESTION, ANSWER):
        assert words not in open_to_the_team(world)


async def test_words_to_a_team_mate_behind_the_word_itself(world: World):
    ada, eve = await ada_and_eve(world)
    for words in (f"ASK {QUESTION}", "1", "1"):
        await ada.texts(words)
    await hears_of_it(eve)
    assert QUESTION in eve.shown[-1].text
    assert QUESTION not in open_to_the_team(world)


async def test_words_to_a_team_mate_from_a_phone_that_two_share(world: World):
    ada, eve = await ada_and_eve(world)
    await ada_asks(ada, eve, QUESTION)
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([eve.person.address], [])
        address = desk.address("sms", eve.person.address)
        desk.change(address, speaker_since=world.clock() - timedelta(days=1))
        desk.add_holder(address, desk.add_person(called="Jo", joined_at=world.clock()))
        desk.put_away()
    await eve.texts(ANSWER)
    eve.hears("house.who")
    await eve.texts("Eve")
    eve.hears("asked.passed-on")
    assert ANSWER not in open_to_the_team(world)


async def test_answers_to_a_questionnaire_and_what_is_said_of_them(world: World, save):  # noqa: F811
    ada = await volunteer(world, "Ada")
    save(CAFE)
    for words in ("visit", "2", "yes", "by bus", "1", "1"):
        await ada.texts(words)
    await sends(ada, "photo", caption="the door is my own")
    for words in ("a ramp please", "1"):
        await ada.texts(words)
    for words in ("the door is my own", "a ramp please"):
        assert words not in open_to_the_team(world)
    assert "visit" in open_to_the_team(world)


async def test_looking_back_on_ones_own_answers_also_where_another_question_comes_after(world: World, save):  # noqa: F811
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears("check-in.mood")
    save(STATEMENTS.replace('purpose = "statements"', 'purpose = "statements"\nkeyword = "OURS"'))
    for words in ("ours", "1", "4"):
        await ada.texts(words)
    ada.hears("questionnaire.thanks", "house.back-to", "check-in.mood")
    thanked = ada.shown[-1].text
    assert thanked not in open_to_the_team(world)


async def test_what_is_for_the_team_is_not_marked(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("the bus is late", "SKILLS", "I bake bread", "HUMAN"):
        await ada.texts(words)
    assert [words for words, marked in rows(world, MESSAGE, "text", "between_us") if marked] == []
    assert [words for words, marked in rows(world, OUTBOX, "text", "between_us") if marked] == []
