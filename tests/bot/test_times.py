"""TIMES: somebody says when and how often suits them, and it is so, also when the clocks change."""

from __future__ import annotations

from calendar import day_name, monthcalendar
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.simulation import World
from bot.times import after_quiet_hours, due_at, next_day
from flows.named_days import next_named
from flows.rhythm import DAY, Rhythm, Wish, changed
from flows.words import Words
from storage.desk import INBOX, PERSON
from storage.nudges import NewNudge, add_nudges
from storage.records import PersonRecord
from tests.bot.cast import Someone, meet, rows, volunteer

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


async def asked_on(world: World, ada: Someone, days: int) -> list[str]:
    """When she is asked how she is, hour by hour, in these days; she never answers."""
    asked = []
    for _ in range(days * 24):
        await world.later(timedelta(hours=1))
        if await ada.looks():
            ada.hears("check-in.mood")
            asked.append(f"{world.clock():%a %d %b %H}")
    return asked


async def test_two_days_of_the_week_are_two_check_ins_a_week(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    [text] = await ada.texts("Mondays and Thursdays after 5")
    ada.hears("times.changed", "times.named", "times.hours")
    assert "every week on Monday and Thursday at about 6pm, next on Thursday 5 March." in text
    await ada.looks()
    assert await asked_on(world, ada, 11) == ["Thu 05 Mar 18", "Mon 09 Mar 18", "Thu 12 Mar 18"]


async def test_the_first_friday_of_the_month_is_once_a_month_also_when_the_clocks_change(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    [text] = await ada.texts("the first Friday of the month")
    ada.hears("times.changed", "times.first-of-month", "times.hours")
    assert "on the first Friday of every month at about 10am, next on Friday 6 March." in text
    await ada.looks()
    assert await asked_on(world, ada, 34) == ["Fri 06 Mar 10", "Fri 03 Apr 09"]  # the world's clock is in UTC


async def test_not_afternoons_leaves_the_morning_and_the_evening(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    [text] = await ada.texts("Tuesdays, not afternoons please")
    ada.hears("times.changed", "times.weekly", "times.hours-with-a-gap")
    assert "I text you first only between 9am and noon, and between 5pm and 9pm." in text
    await ada.looks()
    [(her,)] = rows(world, PERSON, "id")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
        due = datetime(2026, 3, 4, 13, tzinfo=UTC)
        add_nudges(connection, [NewNudge(her, "tea", "menu", due, due + timedelta(days=1))])
    said = []
    for _ in range(3 * 24):
        await world.later(timedelta(hours=1))
        if await ada.looks():
            said.append(f"{world.clock():%a %d %b %H}")
    assert said == ["Wed 04 Mar 17"]


async def test_my_data_says_the_same_of_it_as_times(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("TIMES")
    await ada.texts("mon + thu")
    [text] = await ada.texts("MYDATA")
    assert "I ask how you are every week on Monday and Thursday at about 10am, next on Thursday 5 March." in text


async def test_what_is_said_later_goes_before(world: World):
    ada = await volunteer(world, "Ada")
    for text, heard in {
        "last monday of the month": "times.last-of-month",
        "every other Friday": "times.weeks",
        "mondays and fridays": "times.named",
        "not weekends": "times.named",
        "after 6": "times.named",
        "daily": "times.daily",
        "wednesdays and saturdays": "times.named",
        "weekdays": "times.named",
        "never": "times.never",
    }.items():
        await ada.texts("TIMES")
        await ada.texts(text)
        ada.hears(heard)
    assert what_is_set(world)[:2] == (None, None)


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
    await ada.texts("mondays or thursdays")
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


NAMED = ("monday thursday", "saturday sunday", "tuesday", "first friday", "third wednesday", "last sunday")


def is_one_of(days: str, day: date) -> bool:
    """Read off the calendar's page of that month."""
    which, *rest = days.split()
    orders = {"first": 0, "third": 2, "last": -1}
    if which not in orders:
        return f"{day:%A}".lower() in days.split()
    page = [week[list(day_name).index(rest[0].capitalize())] for week in monthcalendar(day.year, day.month)]
    return [number for number in page if number][orders[which]] == day.day


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 1)), QUARTERS, st.sampled_from(NAMED))
def test_named_days_are_those_of_the_calendar_at_the_same_local_time(zone: str, today: date, minute: int, named: str):
    """Against looking at the clock every quarter of an hour, all those days."""
    rhythm = changed(Rhythm(7, today, 600, 540, 1260, today), Wish(named=named, minute=minute))
    assert rhythm.on is not None
    them, first = person(zone, rhythm), datetime.combine(today + timedelta(days=1), time(), ZoneInfo(zone))
    local = [(first.astimezone(UTC) + timedelta(minutes=15 * n)).astimezone(ZoneInfo(zone)) for n in range(70 * 96)]
    wanted = [at.astimezone(UTC) for at in local if at.hour * 60 + at.minute == minute and is_one_of(named, at.date())]
    seen, day, last = [], rhythm.on, local[-1].date()
    while day < last:
        if exists(datetime.combine(day, time(minute // 60, minute % 60)), zone):
            seen.append(due_at(day, rhythm.minute, them))
        day = next_named(named, day)
    second_times = {at for at in wanted if at - timedelta(hours=1) in wanted or at - timedelta(minutes=30) in wanted}
    assert seen == [at for at in wanted if at not in second_times and at.astimezone(ZoneInfo(zone)).date() < last]


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    st.sampled_from([(0, 0), (1260, 540), (120, 480)]),
    st.tuples(QUARTERS, QUARTERS).map(sorted),
)
def test_quiet_hours_and_a_break_end_when_the_clock_says_so(
    zone: str, moment: datetime, night: tuple[int, int], away: list[int]
):
    """Against looking at the clock every minute."""
    moment = moment.replace(second=0, microsecond=0)
    them = replace(person(zone, Rhythm(7, None, 600, night[1], night[0] or DAY, moment.date())))
    them.quiet_from_minute, them.break_from_minute, them.break_until_minute = night[0], *away

    def is_quiet(at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        at_night = night[0] <= minute < night[1] if night[0] < night[1] else minute >= night[0] or minute < night[1]
        return (at_night and night[0] != night[1]) or away[0] <= minute < away[1]

    awake = next((at for n in range(3 * DAY) if not is_quiet(at := moment + timedelta(minutes=n))), None)
    if awake is None:
        return  # no minute of the day is left, which nobody can wish for
    assert (
        timedelta()
        <= after_quiet_hours(moment, them) - awake
        <= timedelta(hours=1 if clocks_change(moment, zone) else 0)
    )


def clocks_change(moment: datetime, zone: str) -> bool:
    """Whether they do in the days from then on."""
    there = [(moment + timedelta(days=days)).astimezone(ZoneInfo(zone)).utcoffset() for days in range(-1, 4)]
    return len(set(there)) > 1


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
