"""Two low check-ins in a row offer a person, once, as a question; then not again until a check-in was not low."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulation import World
from storage.desk import CHECK_IN, INBOX
from tests.bot.cast import Someone, rows, volunteer

PEOPLE = [("Ada", "sms", "en"), ("Dee", "telegram", "cy")]
in_both_languages = pytest.mark.parametrize("who", PEOPLE, ids=["english", "welsh"])
NO, SKIP = {"en": "no", "cy": "na"}, {"en": "SKIP", "cy": "SGIP"}


async def a_week_later(world: World, someone: Someone, said: str) -> None:
    """The next weekly check-in, and what they answer to it."""
    await world.later(timedelta(days=7), step=timedelta(hours=6))
    await someone.looks()
    someone.hears("check-in.mood")
    await someone.texts(said)


async def low_once(world: World, someone: Someone, said: str = "2") -> None:
    await a_week_later(world, someone, said)
    someone.hears("check-in.want-a-call")
    await someone.texts(NO[someone.language])
    someone.hears("check-in.thanks-for-telling")


async def low_twice(world: World, someone: Someone) -> None:
    """Up to the question that is put once."""
    await low_once(world, someone)
    await a_week_later(world, someone, "1")
    someone.hears("check-in.want-a-person")
    someone.does_not_hear("check-in.want-a-call")


@in_both_languages
async def test_after_the_second_a_person_is_offered_and_yes_brings_one(world: World, who: tuple[str, str, str]):
    someone = await volunteer(world, *who)
    await low_twice(world, someone)
    await someone.texts("1")
    someone.hears("check-in.someone-will-get-in-touch")
    assert rows(world, INBOX, "why", "taken_back_at") == [("low twice", None)]
    assert rows(world, CHECK_IN, "mood", "wants_a_call") == [(2, False), (1, False)]


@in_both_languages
async def test_no_is_taken_kindly_and_tells_nobody(world: World, who: tuple[str, str, str]):
    someone = await volunteer(world, *who)
    await low_twice(world, someone)
    await someone.texts(NO[someone.language])
    someone.hears("check-in.thanks-for-telling")
    assert rows(world, INBOX, "why") == []


@in_both_languages
async def test_it_is_not_asked_again_while_it_stays_low_and_the_ways_to_a_person_are_said(
    world: World, who: tuple[str, str, str]
):
    someone = await volunteer(world, *who)
    await low_twice(world, someone)
    await someone.texts(SKIP[someone.language])
    for mood in ("1", "2", "2"):
        await a_week_later(world, someone, mood)
        someone.hears("check-in.thanks-for-telling")
        for question in ("check-in.want-a-person", "check-in.want-a-call", "check-in.note"):
            someone.does_not_hear(question)
    assert [mood for (mood,) in rows(world, CHECK_IN, "mood")] == [2, 1, 1, 2, 2]


@in_both_languages
async def test_after_one_that_was_not_low_it_is_asked_again(world: World, who: tuple[str, str, str]):
    someone = await volunteer(world, *who)
    await low_twice(world, someone)
    await someone.texts(NO[someone.language])
    await a_week_later(world, someone, "1")
    someone.hears("check-in.thanks-for-telling")
    await a_week_later(world, someone, "3")
    someone.hears("check-in.note")
    await someone.texts(SKIP[someone.language])
    await low_twice(world, someone)


@in_both_languages
async def test_a_good_day_between_two_low_ones_means_that_they_are_not_in_a_row(
    world: World, who: tuple[str, str, str]
):
    someone = await volunteer(world, *who)
    await low_once(world, someone)
    await a_week_later(world, someone, "4")
    await someone.texts(SKIP[someone.language])
    await low_once(world, someone, "1")


async def test_one_that_was_skipped_says_nothing_either_way(world: World):
    ada = await volunteer(world, "Ada")
    await low_once(world, ada)
    await a_week_later(world, ada, "SKIP")
    await a_week_later(world, ada, "2")
    ada.hears("check-in.want-a-person")


async def test_words_along_with_the_number_answer_it_too(world: World):
    ada = await volunteer(world, "Ada")
    await low_once(world, ada)
    await a_week_later(world, ada, "2 tired no call")
    ada.hears("check-in.thanks-for-telling")
    await a_week_later(world, ada, "1 please call me")
    ada.hears("check-in.someone-will-call")
    assert rows(world, INBOX, "why") == [("call",)], "who asks for it is never told to ask for it"


async def test_somebody_elses_low_days_do_not_count(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    await low_once(world, ada)
    await dee.looks()
    await dee.texts("2")
    dee.hears("check-in.want-a-call")


@in_both_languages
async def test_how_somebody_is_counts_also_where_they_never_answer_what_follows(
    world: World, who: tuple[str, str, str]
):
    someone = await volunteer(world, *who)
    await a_week_later(world, someone, "1")
    someone.hears("check-in.want-a-call")
    await a_week_later(world, someone, "2")
    someone.hears("check-in.want-a-person")
    await a_week_later(world, someone, "2")
    someone.hears("check-in.thanks-for-telling")
    await a_week_later(world, someone, "4")
    await a_week_later(world, someone, "2")
    someone.hears("check-in.want-a-call")
    assert [mood for (mood,) in rows(world, CHECK_IN, "mood")] == [1, 2, 2, 4, 2]


async def test_how_somebody_was_does_not_count_once_they_went_back_over_it(world: World):
    ada = await volunteer(world, "Ada")
    await a_week_later(world, ada, "1")
    await ada.texts("BACK")
    assert rows(world, CHECK_IN, "mood") == []
    await a_week_later(world, ada, "2")
    ada.hears("check-in.want-a-call")


async def test_going_back_from_the_offer_asks_again_how_they_are(world: World):
    ada = await volunteer(world, "Ada")
    await low_twice(world, ada)
    await ada.texts("BACK")
    ada.hears("check-in.mood")
    await ada.texts("3")
    ada.hears("check-in.note")
