"""Who is on call, and when somebody next will be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rota import Rota, shift

LONDON = ZoneInfo("Europe/London")
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment in London; 2 March 2026 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def rota(*lines: tuple, holidays: tuple = (), zone: str = "Europe/London") -> Rota:
    lines = tuple(line if len(line) == 5 else (*line, True) for line in lines)
    return Rota(
        tuple(
            shift(who, days, start, end, ZoneInfo(zone), on_holidays) for who, days, start, end, on_holidays in lines
        ),
        holidays,
    )


OFFICE = rota(("Sam", "MO-FR", "09:00", "17:00"))


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        (at(2, 8, 59), ()),
        (at(2, 9), ("Sam",)),
        (at(2, 16, 59), ("Sam",)),
        (at(2, 17), ()),
        (at(7, 12), ()),
        (at(2, 12).astimezone(UTC), ("Sam",)),
    ],
)
def test_somebody_is_on_call_from_the_start_of_their_hours_until_just_before_the_end(moment, who):
    assert OFFICE.on_call(moment) == who


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(2, 12), at(2, 12)),
        (at(2, 3), at(2, 9)),
        (at(2, 17), at(3, 9)),
        (at(6, 17), at(9, 9)),
        (at(27, 18), at(30, 9)),  # the clocks change between the two
    ],
)
def test_the_next_time_somebody_is_on_call_is_the_start_of_the_next_hours(moment, expected):
    assert OFFICE.next_on_call(moment) == expected


def test_a_night_belongs_to_the_evening_it_began_on():
    nights = rota(("Kim", "FR", "22:00", "06:00"))
    assert nights.on_call(at(7, 5)) == ("Kim",)
    assert nights.on_call(at(6, 5)) == ()
    assert nights.on_call(at(7, 6)) == ()


def test_24_00_is_the_end_of_the_day_and_a_day_can_be_whole():
    always = rota(("Kim", "MO-SU", "00:00", "24:00"))
    assert all(always.on_call(at(2, 0) + timedelta(minutes=minutes)) for minutes in range(0, 3 * 1440, 7))
    assert always.on_call(at(2, 23, 59)) == ("Kim",)


def test_people_whose_hours_overlap_are_both_on_call_each_once_in_the_order_of_the_rota():
    both = rota(("Sam", "MO", "09:00", "13:00"), ("Bo", "MO", "12:00", "18:00"), ("Sam", "MO", "12:00", "14:00"))
    assert both.on_call(at(2, 12, 30)) == ("Sam", "Bo")
    assert both.on_call(at(2, 15)) == ("Bo",)


def test_a_bank_holiday_is_a_gap_unless_the_line_says_otherwise():
    easter = (GOOD_FRIDAY, EASTER_MONDAY)
    off = rota(("Sam", "MO-FR", "09:00", "17:00", False), holidays=easter)
    assert off.on_call(at(3, 12, month=4)) == ()
    assert off.next_on_call(at(2, 18, month=4)) == at(7, 9, month=4)
    on = rota(("Sam", "MO-FR", "09:00", "17:00", True), holidays=easter)
    assert on.on_call(at(3, 12, month=4)) == ("Sam",)


def test_each_line_goes_by_its_own_clock():
    abroad = rota(("Lou", "MO", "09:00", "17:00"), zone="Asia/Kolkata")
    assert abroad.on_call(datetime(2026, 3, 2, 4, tzinfo=UTC)) == ("Lou",)
    assert abroad.next_on_call(datetime(2026, 3, 2, 12, tzinfo=UTC)) == datetime(2026, 3, 9, 3, 30, tzinfo=UTC)


def test_an_empty_rota_has_nobody_ever():
    assert Rota().on_call(at(2, 12)) == ()
    assert Rota().next_on_call(at(2, 12)) is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("MO-FR", ("MO", "TU", "WE", "TH", "FR")),
        ("fr-mo", ("FR", "SA", "SU", "MO")),
        ("SA, SU", ("SA", "SU")),
        (["MO-TU", "TH"], ("MO", "TU", "TH")),
        ("MO-SU", ("MO", "TU", "WE", "TH", "FR", "SA", "SU")),
    ],
)
def test_days_are_understood_as_people_write_them(days, expected):
    assert shift("Sam", days, "09:00", "17:00", LONDON, True).hours.byday == expected


@pytest.mark.parametrize(
    ("days", "start", "end", "told"),
    [
        ("MO-XX", "09:00", "17:00", "is not a day"),
        ([], "09:00", "17:00", "no days"),
        ("", "09:00", "17:00", "is not a day"),
        ("MO", "9am", "17:00", "'9am' is not a time"),
        ("MO", "09:00", "25:00", "'25:00' is not a time"),
        ("MO", "09:00", "09:00", "opens and closes at the same time"),
    ],
)
def test_a_line_that_cannot_be_understood_says_why(days, start, end, told):
    with pytest.raises(ValueError, match=told):
        shift("Sam", days, start, end, LONDON, True)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    days=st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
)
def test_nobody_is_on_call_before_the_next_time_and_somebody_is_at_it(moment, start, length, days):
    hours = (f"{start:02}:00", f"{(start + length) % 24:02}:00")
    some = rota(("Sam", sorted(days), *hours))
    following = some.next_on_call(moment)
    assert following is not None
    assert some.on_call(following) == ("Sam",)
    gap = following - moment
    assert all(not some.on_call(moment + gap * part / 10) for part in range(10) if gap)


def test_a_time_of_day_is_plain():
    assert shift("Sam", "MO", "09:30", "24:00", LONDON, True).hours.closes == time(23, 59)
