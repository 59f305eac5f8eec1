"""What shall I call you? A name is taken out of what they type, asked for once more, and never cut off."""

from __future__ import annotations

import pytest

from bot.simulation import World
from storage.desk import PERSON
from tests.bot.cast import Someone, meet, rows

LONG = "Wolfeschlegelsteinhausenbergerdorff the Third"
NO_NAMES = [
    "why do you want to know?",
    "none of your business",
    "i dont want to give you my name because i dont trust you lot",
    "fuck off you bot",
    "😊😊😊",
    "12345",
    "x" * 300,
    LONG,
]


async def asked_her_name(world: World, language: str = "en") -> Someone:
    ada = await meet(world, "Ada", language=language)
    await ada.texts("JOIN")
    ada.hears("joining.name")
    return ada


def called(world: World) -> str | None:
    [(name,)] = rows(world, PERSON, "called")
    return name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        *[("Ada", "Ada"), ("my name is Ada", "Ada"), ("My name's Ada.", "Ada"), ("it's Ada", "Ada"), ("im ada", "ada")],
        *[("call me Ada please", "Ada"), ("hi I'm Ada x", "Ada"), ("Ada here", "Ada"), ("Ada 😊", "Ada")],
        *[("just call me Big Dave thanks", "Big Dave"), ("my name is Ada and i live in leeds", "Ada")],
        *[("my name is ada, whats yours?", "ada"), ("people call me Tiny but my name is Dave", "Dave")],
        *[("Mary-Jane O'Neill", "Mary-Jane O'Neill"), ("Łucja", "Łucja"), ("محمد", "محمد"), ("Jo & Sam", "Jo & Sam")],
        *[("May", "May"), ("Sunday", "Sunday"), ("Joy Love", "Joy Love"), ("Will", "Will"), ("Ben 10", "Ben 10")],
    ],
)
async def test_a_name_is_taken_out_of_what_they_say(world: World, words: str, name: str):
    ada = await asked_her_name(world)
    await ada.texts(words)
    ada.hears("joining.language")
    assert called(world) == name


@pytest.mark.parametrize("words", NO_NAMES)
async def test_where_there_is_no_name_they_are_asked_once_more_and_kindly(world: World, words: str):
    ada = await asked_her_name(world)
    await ada.texts(words)
    ada.hears("joining.why-a-name", "joining.name")
    assert called(world) is None
    await ada.texts("ok its Ada")
    ada.hears("joining.language")
    assert called(world) == "Ada"


@pytest.mark.parametrize("words", NO_NAMES)
async def test_after_the_second_time_it_goes_on_without_a_name_and_says_so(world: World, words: str):
    ada = await asked_her_name(world)
    for _ in range(2):
        await ada.texts(words)
    ada.hears("joining.no-name", "joining.language")
    assert called(world) is None


@pytest.mark.parametrize("words", ["Love", "Mate", "tired", "ok"])
async def test_any_short_name_is_fine_when_they_say_it_twice(world: World, words: str):
    ada = await asked_her_name(world)
    await ada.texts(words)
    ada.hears("joining.why-a-name")
    await ada.texts(words)
    assert called(world) == words


async def test_a_name_that_comes_with_the_yes_is_taken_up(world: World):
    ada = await asked_her_name(world)
    await ada.texts("EXIT")
    with world.service.database.writing() as connection:
        connection.execute(PERSON.update().values(invited_by="Bo"))
    for words in ("JOIN", "yes please im Ada"):
        await ada.texts(words)
    ada.hears("joining.language")
    assert called(world) == "Ada"


@pytest.mark.parametrize("words", ["fy enw i yw Dee", "Dee ydw i", "galwch fi'n Dee plis"])
async def test_dee_says_it_in_welsh(world: World, words: str):
    dee = await asked_her_name(world, "cy")
    await dee.texts(words)
    assert called(world) == "Dee"


async def test_skip_and_words_of_ours_are_no_names(world: World):
    ada = await asked_her_name(world)
    await ada.texts("HELP")
    ada.hears("help.lines")
    for words in ("SKIP", "SKIP"):
        await ada.texts(words)
    ada.hears("joining.language")
    assert called(world) is None
