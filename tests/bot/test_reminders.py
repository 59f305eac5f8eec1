"""Writing first: in their own zone, outside quiet hours, never into a conversation, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.channels import Reason, Retry, SendFailed
from bot.simulation import World
from bot.times import after_quiet_hours, due_at, next_day, next_quiet_hours
from storage.desk import ADDRESS, OUTBOX, PERSON
from storage.records import PersonRecord
from tests.bot.cast import rows, volunteer

LONDON = ZoneInfo("Europe/London")


def somebody(zone: str = "Europe/London", quiet: tuple[int, int] = (21 * 60, 9 * 60)) -> PersonRecord:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    nothing = dict.fromkeys(PersonRecord.__slots__)
    values = {"id": 1, "zone": zone, "quiet_from_minute": quiet[0], "quiet_until_minute": quiet[1], "created_at": now}
    return PersonRecord(**{**nothing, **values})


def change(world: World, table, **values) -> None:
    with world.service.database.writing() as connection:
        connection.execute(update(table).values(**values))


def sent_at(world: World, lane: int = 2) -> list[datetime]:
    return sorted(at.astimezone(LONDON) for at, its in rows(world, OUTBOX, "settled_at", "lane") if its == lane)


async def weeks(world: World, number: int) -> None:
    """Hour by hour on the day before the hour comes round again, in longer steps before that."""
    for _ in range(number):
        await world.later(timedelta(days=6), step=timedelta(hours=6))
        await world.later(timedelta(days=1), step=timedelta(hours=1))


async def test_a_check_in_comes_each_week_at_the_same_local_time_across_both_clock_changes(world: World):
    ada = await volunteer(world, "Ada")
    for _ in range(38):
        await weeks(world, 1)
        await ada.looks()
        if ada.shown:
            await ada.texts("4 fine")
    times = sent_at(world)
    assert len(times) == 38
    assert {at.time() for at in times} == {time(10, 0)}
    assert {at.utcoffset() for at in times} == {timedelta(0), timedelta(hours=1)}
    assert {later.date() - earlier.date() for earlier, later in pairwise(times)} == {timedelta(7)}


async def test_nobody_is_asked_twice_for_one_thing(world: World):
    ada = await volunteer(world, "Ada")
    await weeks(world, 1)
    for _ in range(50):
        await world.service.reminders.find_due()
    await world.settle()
    assert len(await ada.looks()) == 1


async def test_somebody_who_does_not_answer_is_asked_again_only_the_week_after(world: World):
    ada = await volunteer(world, "Ada")
    await weeks(world, 3)
    assert len(await ada.looks()) == 3


@pytest.mark.parametrize("asleep", [timedelta(hours=13), timedelta(days=12, hours=15)])
async def test_a_service_that_slept_writes_once_and_not_at_night(world: World, asleep: timedelta):
    ada = await volunteer(world, "Ada")
    due = datetime(2026, 3, 9, 10, tzinfo=LONDON)
    world.clock.forward(due - world.clock() + asleep)
    await world.later(timedelta(days=1))
    assert len(await ada.looks()) == 1
    assert all(9 <= at.hour < 21 for at in sent_at(world))


async def test_a_reminder_does_not_interrupt_a_conversation_younger_than_a_day_and_says_why(world: World):
    ada = await volunteer(world, "Ada")
    due = datetime(2026, 3, 9, 10, tzinfo=LONDON)
    world.clock.forward(due - world.clock() - timedelta(hours=2))
    await ada.texts("LANGUAGE")
    await world.later(timedelta(hours=4))
    await ada.looks()
    ada.hears_nothing()
    assert rows(world, PERSON, "check_in_waits_for") == [("a conversation under way",)]
    await world.later(timedelta(days=1))
    await ada.looks()
    ada.hears("check-in.mood")


async def test_a_reminder_that_could_not_leave_before_night_waits_for_the_morning(world: World):
    ada = await volunteer(world, "Ada")
    due = datetime(2026, 3, 9, 10, tzinfo=LONDON)
    world.handsets["sms"].fails_with = SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER, after_seconds=11.5 * 3600)
    await world.later(due - world.clock() + timedelta(minutes=30))
    world.handsets["sms"].fails_with = None
    await world.later(timedelta(hours=18), step=timedelta(minutes=15))
    await ada.looks()
    ada.hears_nothing()
    await world.later(timedelta(hours=8), step=timedelta(minutes=15))
    await ada.looks()
    ada.hears("check-in.mood")
    assert sent_at(world)[0].time() >= time(9)


async def test_after_ninety_silent_days_nothing_personal_is_sent_before_the_name_is_confirmed(world: World):
    ada = await volunteer(world, "Ada")
    await weeks(world, 13)
    await ada.looks()
    assert len(ada.shown) == 13
    ada.shown = ada.shown[-1:]
    ada.hears("still-you.name")
    assert "Ada" not in ada.shown[0].text
    await ada.texts("ada")
    ada.hears("check-in.mood")


async def test_another_name_after_a_long_silence_gets_nothing_personal_and_brings_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await weeks(world, 13)
    await ada.looks()
    await ada.texts("who dis, Brian here")
    ada.hears("still-you.wrong-person")
    assert rows(world, ADDRESS, "closed_reason") == [("somebody else may have this number",)]
    await weeks(world, 3)
    await ada.looks()
    ada.hears_nothing()
    assert rows(world, PERSON, "check_in_waits_for") == [("said STOP, or cannot be reached",)]


async def test_dee_is_written_to_where_she_prefers(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await weeks(world, 1)
    await dee.looks()
    assert dee.shown[0].buttons


# -- times, without a world ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "minute", "expected"),
    [
        (date(2026, 3, 28), 600, datetime(2026, 3, 28, 10, tzinfo=UTC)),
        (date(2026, 3, 29), 600, datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (date(2026, 10, 25), 600, datetime(2026, 10, 25, 10, tzinfo=UTC)),
    ],
)
def test_ten_o_clock_is_ten_o_clock_on_both_sides_of_a_clock_change(day: date, minute: int, expected: datetime):
    assert due_at(day, minute, somebody()) == expected


def test_a_time_that_the_clocks_skip_is_an_hour_later_and_no_day_is_lost():
    awake = somebody(quiet=(0, 0))
    assert due_at(date(2026, 3, 29), 90, awake) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_day(7, "Europe/London", date(2026, 3, 22)) == date(2026, 3, 29)


@given(
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_the_end_of_quiet_hours_is_never_in_quiet_hours_and_never_far(moment, start, end, zone):
    person = somebody(zone, (start, end))
    after = after_quiet_hours(moment, person)
    assert after >= moment
    assert after - moment <= timedelta(hours=25)
    assert after_quiet_hours(after, person) == after
    quiet = next_quiet_hours(after, person)
    if quiet is not None:
        assert after < quiet[0] < quiet[1]
        assert quiet[0] - after <= timedelta(hours=26)


@given(days=st.integers(1, 60), start=st.dates(date(2025, 1, 1), date(2030, 1, 1)))
def test_a_rhythm_of_so_many_days_is_so_many_days(days: int, start: date):
    assert next_day(days, "Europe/London", start) == start + timedelta(days)
