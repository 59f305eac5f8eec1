"""What comes back after something else was said: the last open question, whole, and nothing that asks nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from storage.database import Database
from storage.desk import CHECK_IN, CONVERSATION
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.watched import HIT, HOUSE, IN_DANGER, Watched

BACK_TO_HER_MOOD = ("house.back-to", "check-in.mood")


async def asked_how_she_is(world: World, channel: str = "sms") -> Someone:
    ada = await volunteer(world, "Ada", channel)
    for words in ("MENU", "1"):
        await ada.texts(words)
    return ada


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_a_check_in_comes_back_when_she_leaves_the_safety_conversation(world: World, channel: str):
    ada = await asked_how_she_is(world, channel)
    for words in (IN_DANGER, "sorry ignore me", "SKIP"):
        await ada.texts(words)
    ada.hears("safety.here", *BACK_TO_HER_MOOD)
    await ada.texts("2")
    ada.hears("check-in.want-a-call")


async def test_it_comes_back_when_she_says_that_she_is_safe(world: World):
    ada = await asked_how_she_is(world)
    for words in ("whats the point anymore", "yes im ok"):
        await ada.texts(words)
    ada.hears("safety.here", *BACK_TO_HER_MOOD)


async def test_nothing_comes_back_where_it_is_not_safe_to_text(world: World):
    ada = await asked_how_she_is(world)
    for words in (HIT, "2"):
        await ada.texts(words)
    ada.hears_nothing()


@pytest.mark.parametrize("words", ["HUMAN", "HELP", "LANGUAGE"])
async def test_what_only_listens_is_not_put_again(world: World, words: str):
    ada = await asked_how_she_is(world)
    for each in (IN_DANGER, words, "SKIP"):
        await ada.texts(each)
    ada.does_not_hear("house.back-to")
    await ada.texts("its the flat")
    ada.hears("safety.more")


async def test_an_open_question_of_the_safety_conversation_comes_back_whole(world: World):
    ada = await asked_how_she_is(world)
    for words in ("whats the point anymore", "SKIP", HIT, "HELP", "SKIP"):
        await ada.texts(words)
    ada.hears("help.told-nobody", "house.back-to", "safety.safe-here")


async def test_start_answers_how_long_the_pause_shall_be(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("PAUSE", "START"):
        await ada.texts(words)
    ada.hears("house.started")
    ada.does_not_hear("house.back-to")
    assert ("open",) not in rows(world, CONVERSATION, "state")


async def test_start_brings_the_question_behind_the_pause_back(world: World):
    ada = await asked_how_she_is(world)
    for words in ("PAUSE", "START"):
        await ada.texts(words)
    ada.hears("house.started", *BACK_TO_HER_MOOD)
    await ada.texts("4 grand")
    assert rows(world, CHECK_IN, "mood") == [(4,)]


async def test_whoever_watches_hears_of_more_words_as_before(database: Database):
    async with Watched(database, HOUSE) as world:
        ada = await asked_how_she_is(world)
        for words in (IN_DANGER, "MENU", "SKIP", "please"):
            await ada.texts(words)
        ada.hears("safety.more", "alerts.trying")


# -- one of a kind -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_a_check_in_that_is_open_is_taken_up_again(world: World, channel: str):
    ada = await asked_how_she_is(world, channel)
    for words in ("4", "MENU", "1"):
        await ada.texts(words)
    ada.hears("house.back-to", "check-in.note")
    await ada.texts("been for a walk")
    ada.hears("check-in.thanks")
    ada.does_not_hear("house.back-to")
    assert rows(world, CHECK_IN, "mood", "note") == [(4, "been for a walk")]


async def test_joining_twice_is_joining_once(world: World):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "Ada", "JOIN"):
        await ada.texts(words)
    ada.hears("house.back-to", "joining.language")
    assert rows(world, CONVERSATION, "flow", "state") == [("joining", "open")]


async def test_a_check_in_that_waited_too_long_begins_afresh(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("4")
    world.clock.forward(timedelta(days=6))
    for words in ("MENU", "1"):
        await ada.texts(words)
    ada.hears("check-in.mood")
