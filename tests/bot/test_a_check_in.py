"""A volunteer's check-in, end to end: joining, a good day, a bad day, and everything sent at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from storage.desk import CHECK_IN, INBOX, PERSON
from tests.bot.cast import Someone, meet, rows, volunteer


async def asked_how_she_is(world: World, channel: str = "sms", language: str = "en") -> Someone:
    ada = await volunteer(world, "Ada", channel, language)
    await ada.texts("MENU" if language == "en" else "DEWISLEN")
    await ada.texts("1")
    ada.hears("check-in.mood")
    return ada


@pytest.mark.parametrize("words", ["yes but not after 6", "yes not before 3"])
async def test_it_is_no_plain_yes_that_it_is_safe_at_some_hours_only(world: World, words: str):
    ada = await meet(world, "Ada")
    for each in ("JOIN", "Ada", "SKIP", "1", words):
        await ada.texts(each)
    ada.hears("joining.safe")
    assert rows(world, PERSON, "safe_to_text", "joined_at") == [(None, None)]


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_ada_joins_by_word_and_is_told_everything_before_she_is_asked_anything(world: World, channel: str):
    ada = await meet(world, "Ada", channel)
    await ada.texts("JOIN")
    ada.hears("joining.welcome", "joining.keeps", "joining.name")
    await ada.texts("Ada B")
    ada.hears("joining.language")
    await ada.texts("english")
    ada.hears("joining.times")
    await ada.texts("evening please")
    ada.hears("joining.safe")
    await ada.texts("yeah go on")
    ada.hears("joining.joined")
    columns = ("called", "language", "safe_to_text", "check_in_minute")
    assert rows(world, PERSON, *columns) == [("Ada B", "en", True, 18 * 60)]


async def test_every_question_of_joining_can_be_skipped(world: World):
    ada = await meet(world, "Ada")
    await ada.texts("join")
    for _ in range(4):
        await ada.texts("skip")
    ada.hears("joining.joined")


async def test_where_texting_is_not_safe_the_bot_never_writes_first(world: World):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "Ada", "1", "1", "no"):
        await ada.texts(words)
    ada.hears("joining.only-replies")
    await world.later(timedelta(days=15))
    await ada.looks()
    ada.hears_nothing()


async def test_a_good_day_takes_two_replies(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("4")
    ada.hears("check-in.note")
    await ada.texts("ta, been out walking")
    ada.hears("check-in.thanks")
    assert rows(world, CHECK_IN, "mood", "note", "wants_a_call") == [(4, "ta, been out walking", False)]
    assert rows(world, INBOX, "why") == []


async def test_a_bad_day_takes_two_replies_and_brings_a_person(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("1")
    ada.hears("check-in.want-a-call")
    await ada.texts("yes please, its been a long week")
    ada.hears("check-in.someone-will-call")
    assert rows(world, CHECK_IN, "mood", "wants_a_call") == [(1, True)]
    [(why, note)] = rows(world, INBOX, "why", "note")
    assert why == "call"
    assert "a long week" in note


@pytest.mark.parametrize("when", ["but not before 3", "but i cant talk before 3", "not after 5"])
async def test_a_yes_may_say_when_and_the_person_who_calls_reads_that(world: World, when: str):
    ada = await asked_how_she_is(world)
    for words in ("2", f"yes please {when}"):
        await ada.texts(words)
    ada.hears("check-in.someone-will-call")
    assert rows(world, INBOX, "why", "note") == [("call", when)]


@pytest.mark.parametrize(
    ("words", "flow"), [("menue", "menu.choice"), ("MENU please", "menu.choice"), ("hlep", "help.tell")]
)
@pytest.mark.parametrize("before", [[], ["4"]])
async def test_a_slip_of_the_thumb_is_understood_inside_a_question_too(
    world: World, words: str, flow: str, before: list[str]
):
    ada = await asked_how_she_is(world)
    for each in (*before, words):
        await ada.texts(each)
    ada.hears(flow)


async def test_one_message_can_answer_everything(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("2 tired no call")
    ada.hears("check-in.thanks-for-telling")
    assert rows(world, CHECK_IN, "mood", "note", "wants_a_call") == [(2, "tired", False)]


@pytest.mark.parametrize(
    ("said", "mood"),
    [("not bad", 4), ("3/5", 3), ("👍", 4), ("bit rough", 2), ("five", 5), ("cant complain", 4), ("awful", 1)],
)
async def test_people_answer_in_their_own_way(world: World, said: str, mood: int):
    ada = await asked_how_she_is(world)
    await ada.texts(said)
    await ada.texts("SKIP")
    assert rows(world, CHECK_IN, "mood") == [(mood,)]


async def test_a_reply_that_does_not_fit_gets_a_hint_and_the_same_question(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("purple")
    ada.hears("check-in.mood")
    await ada.texts("3")
    ada.hears("check-in.note")


async def test_back_takes_an_answer_back(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("1")
    await ada.texts("BACK")
    ada.hears("check-in.mood")
    await ada.texts("4")
    await ada.texts("SKIP")
    assert rows(world, CHECK_IN, "mood") == [(4,)]


@pytest.mark.parametrize("before", [[], ["4", "BACK"]])
async def test_where_nothing_was_said_nothing_is_claimed(world: World, before: list[str]):
    ada = await asked_how_she_is(world)
    for words in (*before, "SKIP"):
        await ada.texts(words)
    ada.hears("check-in.nothing-said")
    ada.does_not_hear("check-in.thanks")


async def test_dee_has_the_whole_conversation_in_welsh_with_buttons(world: World):
    dee = await meet(world, "Dee", "telegram", "cy")
    await dee.texts("YMUNO")
    dee.hears("joining.welcome", "joining.keeps", "joining.name")
    await dee.texts("Dee")
    await dee.taps("Cymraeg")
    await dee.taps("Bore")
    await dee.taps("Diogel")
    dee.hears("joining.joined")
    await dee.texts("DEWISLEN")
    await dee.taps("Dweud sut ydw i")
    await dee.texts("gwael")
    dee.hears("check-in.want-a-call")
    await dee.taps("Ie, os gwelwch yn dda")
    dee.hears("check-in.someone-will-call")
