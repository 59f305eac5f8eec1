"""A number that does not work, and which words are HELP and WRONG."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from flows.help import LOOSELY, WRONG_NUMBER, words_behind
from flows.words import Words
from storage.desk import CHECK_IN, INBOX
from tests.bot.cast import rows, volunteer

# -- a number that does not work --------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_wrong_2_reaches_the_coordinators_with_the_name_of_the_place(town: World, channel: str):
    ada = await volunteer(town, "Ada", channel)
    [said] = await ada.texts("HELP housing Brighton")
    second = said.splitlines()[1].removeprefix("2. ").partition(":")[0]
    await ada.texts("WRONG 2")
    ada.hears("places.reported")
    [(why, note)] = rows(town, INBOX, "why", "note")
    assert why == "a number does not work"
    assert note.startswith(f"{second}: ")


async def test_a_local_place_is_named_with_its_source(town: World):
    ada = await volunteer(town, "Ada")
    for words in ("HELP housing Brighton", "wrong number 1"):
        await ada.texts(words)
    [(note,)] = rows(town, INBOX, "note")
    assert note.startswith("Harbour Housing Trust: 0117 496 0400 (local.csv:")


async def test_dee_reports_in_welsh(town: World):
    dee = await volunteer(town, "Dee", language="cy")
    for words in ("CYMORTH tai Abertawe", "anghywir 1"):
        await dee.texts(words)
    dee.hears("places.reported")
    assert len(rows(town, INBOX, "note")) == 1


async def test_wrong_is_understood_even_where_any_words_would_be_an_answer(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "4", "HELP drink", "WRONG 1"):
        await ada.texts(words)
    ada.hears("places.reported")
    await ada.texts("tidy thanks")
    assert rows(world, CHECK_IN, "note") == [("tidy thanks",)]
    assert [why for (why,) in rows(world, INBOX, "why")] == ["a number does not work"]


async def test_wrong_is_understood_beside_a_question_for_a_number(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "HELP drink", "WRONG 2"):
        await ada.texts(words)
    ada.hears("places.reported")
    assert rows(world, CHECK_IN, "mood") == []


@pytest.mark.parametrize("words", ["WRONG", "WRONG 7"])
async def test_which_one_is_asked_where_it_is_not_clear(world: World, words: str):
    ada = await volunteer(world, "Ada")
    for each in ("HELP drink", words):
        await ada.texts(each)
    ada.hears("places.which")
    assert rows(world, INBOX, "why") == []


@pytest.mark.parametrize("words", ["WRONG", "WRONG 2", "wrong number"])
async def test_wrong_by_itself_is_read_by_a_person(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.hears("house.passed-on")


async def test_what_was_shown_a_day_ago_is_no_longer_meant(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP drink")
    world.clock.forward(timedelta(days=1, minutes=1))
    await ada.texts("WRONG 2")
    ada.hears("house.passed-on")


# -- which words are HELP and WRONG -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "behind"),
    [
        ("HELP housing Brighton", "HELP", "housing Brighton"),
        ("cymorth tai abertawe", "HELP", "tai abertawe"),
        ("/help@AlongsideBot drink", "HELP", "drink"),
        ("help me please food", "HELP", "food"),
        ("cymorht tai", "HELP", "tai"),
        ("INFO: alcohol", "HELP", "alcohol"),
        ("help with my rent", LOOSELY, "with my rent"),
        ("help plonk", LOOSELY, "plonk"),
        ("WRONG 2", WRONG_NUMBER, "2"),
        ("wrong, no. 3", WRONG_NUMBER, "3"),
        ("Anghywir rhif 2!", WRONG_NUMBER, "2"),
    ],
)
def test_words_behind_a_word_of_ours_are_understood(text: str, name: str, behind: str):
    found = words_behind(text, Words.load())
    assert found is not None
    assert (found.keyword.name, found.behind) == (name, behind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HELP",
        "WRONG",
        "wrong number",
        "wrong 12",
        "wrong on 2 counts",
        "helpful people",
        "housing help",
        "help 1 2 3 4 5 6",
    ],
)
def test_other_words_are_not(text: str):
    assert words_behind(text, Words.load()) is None
