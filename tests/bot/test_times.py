"""TIMES: somebody says when and how often suits them, and it is so, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulation import World
from bot.times import due_at, next_day
from flows.rhythm import DAY, Rhythm, Wish, changed
from flows.words import Words
from storage.desk import INBOX, PERSON
from storage.records import PersonRecord
from tests.bot.cast import meet, rows, volunteer

SET = ("check_in_every_days", "check_in_on", "check_in_minute", "quiet_until_minute", "quiet_from_minute")


def what_is_set(world: World) -> Any:
    [row] = rows(world, PERSON, *SET)
    return row


async def test_it_says_what_is_set_asks_once_and_says_what_was_understood(world: World):
    ada = await volunteer(world, "Ada")
    [text] = await ada.texts("TIMES")
    ada.hears("times.weekly", "times.hours", "times.when")
    assert "every week at about 10am, next on Monday 9 March.\nI text you first only between 9am and 9pm." in text
    [text] = await ada.texts("every other Friday after 5")
    ada.hears("times.changed", "times.weeks", "times.hours")
    assert "every 2 weeks at about 6pm, next on Friday 6 March.\nI text you first only between 5pm and 9pm." in text
    assert what_is_set(world) == (14, date(2026, 3, 6), 18 * 60, 17 * 60, 21 * 60)


async def test_the_check_in_comes_when_they_said(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    await ada.texts("every other Friday after 5")
    await ada.looks()
    asked: list[datetime] = []
    for _ in range(19 * 24):
        await world.later(timedelta(hours=1))
        if await ada.looks():
            ada.hears("check-in.mood")
            asked.append(world.clock())
    assert [f"{at:%a %d %b %H}" for at in asked] == ["Fri 06 Mar 18", "Fri 20 Mar 18"]


async def test_never_means_no_check_ins(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    await ada.texts("never")
    ada.hears("times.changed", "times.never")
    await world.later(timedelta(days=20), timedelta(hours=6))
    assert await ada.looks() == []
    await ada.texts("TIMES")
    await ada.texts("once a month")
    ada.hears("times.weeks")


async def test_what_is_not_understood_changes_nothing_and_a_person_can_read_it(world: World):
    ada = await volunteer(world, "Ada")
    before = what_is_set(world)
    await ada.texts("TIMES")
    await ada.texts("the first friday of the month")
    assert "changed nothing" in ada.shown[-1].text
    assert what_is_set(world) == before
    assert rows(world, INBOX, "why") == [("not understood at a question",)]
    await ada.texts("SKIP")
    ada.hears("times.unchanged")


async def test_words_besides_go_to_a_person_and_they_are_told(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    await ada.texts("evenings, my mum is in hospital")
    ada.hears("times.changed", "times.rest")
    assert rows(world, INBOX, "why", "note") == [("times", "evenings, my mum is in hospital")]


async def test_another_word_of_ours_is_no_answer(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    await ada.texts("HUMAN")
    ada.hears("human.about")


async def test_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", language="cy")
    await dee.texts("AMSERAU")
    [text] = await dee.texts("bob yn ail ddydd Gwener, ar ôl 5")
    dee.hears("times.changed", "times.weeks", "times.hours")
    assert "tua 6yh" in text


async def test_where_nothing_is_written_first_there_is_nothing_to_set(world: World):
    ada = await meet(world, "Ada")
    await ada.texts("TIMES")
    ada.hears("times.not-here")


@pytest.mark.parametrize("text", ["tired", "time", "sometimes", "3 times", "anytime", "times are hard", "timed"])
def test_an_ordinary_reply_is_not_taken_for_the_word(text: str):
    keyword = Words.load().keyword(text)
    assert keyword is None or (text, keyword.name) == ("timed", "TIMES")  # alone, it is a slip of it


# -- when the clocks change ----------------------------------------------------------------------------

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata")
QUARTERS = st.integers(0, DAY // 15 - 1).map(lambda quarter: quarter * 15)


def person(zone: str, rhythm: Rhythm) -> PersonRecord:
    known: dict[str, Any] = dict.fromkeys(PersonRecord.__dataclass_fields__)
    quiet = {"quiet_from_minute": rhythm.end % DAY, "quiet_until_minute": rhythm.start}
    return PersonRecord(**(known | quiet | {"zone": zone, "check_in_minute": rhythm.minute}))


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 1)), QUARTERS, st.sampled_from([1, 7, 14, 28]))
def test_it_stays_the_same_local_time_and_day_when_the_clocks_change(zone: str, today: date, minute: int, every: int):
    rhythm = changed(Rhythm(7, today, 600, 540, 1260, today), Wish(every_days=every, minute=minute))
    assert rhythm.on is not None
    day, them = rhythm.on, person(zone, rhythm)
    for _ in range(60 // every + 2):
        local = due_at(day, rhythm.minute, them).astimezone(ZoneInfo(zone))
        wanted = datetime.combine(day, time(rhythm.minute // 60, rhythm.minute % 60))
        if exists(wanted, zone):
            assert local.replace(tzinfo=None) == wanted
        else:
            assert wanted < local.replace(tzinfo=None) <= wanted + timedelta(days=1)  # the clocks skip it
        following = next_day(every, zone, day)
        if zone != "Pacific/Apia":
            assert following - day == timedelta(days=every)
        day = following


def exists(wanted: datetime, zone: str) -> bool:
    """Whether the clocks ever show that."""
    there = wanted.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wanted
