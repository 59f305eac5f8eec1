"""Opening hours against a slow and obvious second reading of the same rules."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.opening_hours import (
    DAYS,
    Schedule,
    bank_holidays,
    is_open,
    is_round_the_clock,
    next_open,
    open_until,
    presume_bank_holidays,
)

LONDON = ZoneInfo("Europe/London")
ALWAYS = Schedule(time(0), time(23, 59), byday=DAYS)
OFFICE = Schedule(time(9), time(17), byday=DAYS[:5], on_bank_holidays=False)
NIGHT = Schedule(time(18), time(2), byday=("FR",))
MINUTE = timedelta(minutes=1)
NO_HOLIDAYS: frozenset[date] = frozenset()


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=LONDON)


def open_at(said: str, *schedules: Schedule, holidays=NO_HOLIDAYS) -> bool:
    return is_open(schedules, at(said), LONDON, holidays)


# --- by example -------------------------------------------------------------------------------------


def test_an_office_is_open_from_the_minute_it_opens_until_the_minute_it_closes():
    assert not open_at("2026-11-23 08:59", OFFICE)
    assert open_at("2026-11-23 09:00", OFFICE)
    assert open_at("2026-11-23 16:59", OFFICE)
    assert not open_at("2026-11-23 17:00", OFFICE)
    assert not open_at("2026-11-22 12:00", OFFICE)


def test_a_night_shelter_that_closes_at_two_belongs_to_the_evening_it_opened():
    assert open_at("2026-11-28 01:59", NIGHT)  # Saturday
    assert not open_at("2026-11-27 01:59", NIGHT)  # Friday
    assert not open_at("2026-11-28 02:00", NIGHT)


def test_the_last_valid_evening_goes_on_into_the_next_morning():
    line = Schedule(time(18), time(2), byday=DAYS, valid_to=date(2026, 11, 27))
    assert open_at("2026-11-28 01:00", line)
    assert not open_at("2026-11-28 19:00", line)


def test_midnight_to_one_minute_to_midnight_is_24_hours_without_a_gap():
    assert open_at("2026-11-23 23:59", ALWAYS)
    assert is_round_the_clock([ALWAYS])
    assert open_until([ALWAYS], at("2026-11-23 12:00"), LONDON, NO_HOLIDAYS) is None


def test_until_2359_is_until_midnight_for_an_evening_line_too():
    calm = Schedule(time(17), time(23, 59), byday=DAYS)
    assert open_until([calm], at("2026-11-23 18:00"), LONDON, NO_HOLIDAYS) == at("2026-11-24 00:00")


def test_hours_that_end_some_day_or_leave_out_a_day_are_not_round_the_clock():
    assert not is_round_the_clock([])
    assert not is_round_the_clock([OFFICE])
    assert not is_round_the_clock([Schedule(time(0), time(23, 59), byday=DAYS[:6])])
    assert not is_round_the_clock([Schedule(time(0), time(23, 59), byday=DAYS, until=date(2030, 1, 1))])
    assert not is_round_the_clock([Schedule(time(0), time(23, 59), byday=DAYS, on_bank_holidays=False)])
    christmas = date(2026, 12, 25)
    shut = Schedule(None, None, freq="DAILY", valid_from=christmas, valid_to=christmas, instead=True)
    assert not is_round_the_clock([ALWAYS, shut])


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        ("2026-01-02", {"Scotland"}),
        ("2026-03-17", {"Northern Ireland"}),
        ("2026-04-06", {"England", "Wales", "Northern Ireland"}),
        ("2026-07-13", {"Northern Ireland"}),
        ("2026-08-03", {"Scotland"}),
        ("2026-08-31", {"England", "Wales", "Northern Ireland"}),
        ("2026-11-30", {"Scotland"}),
        ("2026-12-28", {"England", "Wales", "Scotland", "Northern Ireland"}),
        ("2026-12-29", set()),
    ],
)
def test_each_nation_keeps_its_own_bank_holidays(day, closed_in):
    nations = ("England", "Wales", "Scotland", "Northern Ireland")
    noon = f"{day} 12:00"
    assert {n for n in nations if not open_at(noon, OFFICE, holidays=bank_holidays(n))} == closed_in


def test_a_place_that_says_nothing_is_presumed_open_on_bank_holidays_only_with_hours_on_all_seven_days():
    assert [line.on_bank_holidays for line in presume_bank_holidays([ALWAYS])] == [True]
    weekly = [Schedule(time(9), time(17), byday=DAYS[:5]), Schedule(time(9), time(12), byday=("SA",))]
    assert [line.on_bank_holidays for line in presume_bank_holidays(weekly)] == [False, False]


def test_christmas_hours_stand_in_for_the_usual_ones_and_no_hours_mean_closed():
    eve, day = date(2026, 12, 24), date(2026, 12, 25)
    short = Schedule(time(10), time(12), freq="DAILY", valid_from=eve, valid_to=eve, instead=True)
    shut = Schedule(None, None, freq="DAILY", valid_from=day, valid_to=day, instead=True)
    hours = (OFFICE, short, shut)
    assert open_at("2026-12-24 11:00", *hours)
    assert not open_at("2026-12-24 13:00", *hours)
    assert not open_at("2026-12-25 11:00", *hours)
    assert open_at("2026-12-29 13:00", *hours)


def test_the_first_monday_and_the_last_friday_of_a_month_are_found():
    line = Schedule(time(10), time(12), freq="MONTHLY", byday=("1MO", "-1FR"))
    open_days = [d for d in range(1, 31) if open_at(f"2026-11-{d:02} 11:00", line)]
    assert open_days == [2, 27]


def test_every_other_week_counts_from_the_first_day():
    line = Schedule(time(10), time(12), interval=2, byday=("WE",), dtstart=date(2026, 11, 4))
    assert [d for d in range(1, 31) if open_at(f"2026-11-{d:02} 11:00", line)] == [4, 18]


def test_a_place_that_opens_in_the_hour_that_comes_twice_opens_the_first_time():
    line = Schedule(time(1, 30), time(3), byday=DAYS)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 1:30 in summer time
    assert is_open([line], first, LONDON, NO_HOLIDAYS)
    assert not is_open([line], first - MINUTE, LONDON, NO_HOLIDAYS)
    assert is_open([line], first + timedelta(hours=1), LONDON, NO_HOLIDAYS)  # 1:30 in winter time


def test_hours_that_the_clock_swallows_do_not_happen_that_night():
    line = Schedule(time(1, 30), time(2, 15), byday=DAYS)
    assert next_open([line], at("2026-03-29 00:30"), LONDON, NO_HOLIDAYS) == at("2026-03-30 01:30")


def test_a_24_hour_line_is_open_through_both_changes_of_the_clock():
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        start = datetime.combine(day, time(0), tzinfo=UTC)
        assert all(is_open([ALWAYS], start + n * MINUTE * 5, LONDON, NO_HOLIDAYS) for n in range(300))


def test_the_next_opening_is_after_the_weekend_and_the_bank_holiday():
    friday_evening = at("2026-08-28 18:00")
    assert next_open([OFFICE], friday_evening, LONDON, bank_holidays("England")) == at("2026-09-01 09:00")
    assert next_open([OFFICE], friday_evening, LONDON, bank_holidays("Scotland")) == at("2026-08-31 09:00")


def test_the_next_opening_of_a_place_with_two_stretches_a_day_is_the_earlier_one():
    lines = [Schedule(time(18), time(20), byday=DAYS), Schedule(time(9), time(12), byday=DAYS)]
    assert next_open(lines, at("2026-11-23 07:00"), LONDON, NO_HOLIDAYS) == at("2026-11-23 09:00")
    assert next_open(lines, at("2026-11-23 13:00"), LONDON, NO_HOLIDAYS) == at("2026-11-23 18:00")


def test_what_is_open_opens_now_and_what_never_opens_again_says_so():
    assert next_open([OFFICE], at("2026-11-23 10:00"), LONDON, NO_HOLIDAYS) == at("2026-11-23 10:00")
    over = Schedule(time(9), time(17), byday=DAYS, until=date(2020, 1, 1))
    assert next_open([over], at("2026-11-23 10:00"), LONDON, NO_HOLIDAYS) is None
    assert open_until([over], at("2026-11-23 10:00"), LONDON, NO_HOLIDAYS) is None


def test_hours_that_touch_close_only_once():
    lines = [Schedule(time(9), time(12), byday=DAYS), Schedule(time(12), time(17), byday=DAYS)]
    assert open_until(lines, at("2026-11-23 10:00"), LONDON, NO_HOLIDAYS) == at("2026-11-23 17:00")


def test_a_long_weekend_line_is_open_until_monday_morning():
    lines = [
        Schedule(time(18), time(2), byday=DAYS[:4]),
        Schedule(time(18), time(23, 59), byday=("FR",)),
        Schedule(time(0), time(23, 59), byday=("SA", "SU")),
        Schedule(time(0), time(6), byday=("MO",)),
    ]
    assert open_until(lines, at("2026-11-27 20:00"), LONDON, NO_HOLIDAYS) == at("2026-11-30 06:00")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"closes": None}, "not both"),
        ({"opens": None, "closes": None}, "no opening times"),
        ({"opens": time(17)}, "same time"),
        ({"freq": "YEARLY"}, "repeats neither"),
        ({"interval": 2}, "first day"),
        ({"interval": 0}, "interval"),
        ({"byday": ()}, "first day"),
        ({"byday": ("XX",)}, "not a day"),
        ({"byday": ("1MO",)}, "only MONTHLY"),
        ({"bymonthday": (1,)}, "only MONTHLY"),
        ({"freq": "MONTHLY", "bymonthday": (32,)}, "no month has"),
        ({"opens": time(9, tzinfo=UTC)}, "time zone"),
        ({"instead": True}, "a first and a last day"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_reason(wrong, says):
    with pytest.raises(ValueError, match=says):
        Schedule(**{"opens": time(9), "closes": time(17), "byday": ("MO",), **wrong})


# --- against an oracle ------------------------------------------------------------------------------


def oracle_falls_on(line: Schedule, day: date) -> bool:
    """Write out all the days of the line, day by day or month by month, and look."""
    if any(first and day < first for first in (line.dtstart, line.valid_from)):
        return False
    if any(last and day > last for last in (line.until, line.valid_to)):
        return False
    start = line.dtstart
    if line.freq == "MONTHLY":
        months = [
            (start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1)
            for n in range(0, 60, line.interval)
        ]
        return day in {found for month in months for found in oracle_days_in_month(line, *month)}
    if line.freq == "DAILY":
        days = {start + timedelta(n) for n in range(0, 600, line.interval)}
        return day in days and (not line.byday or DAYS[day.weekday()] in line.byday)
    monday = next(start - timedelta(n) for n in range(7) if (start - timedelta(n)).weekday() == 0)
    weeks = [monday + timedelta(weeks=n) for n in range(0, 90, line.interval)]
    days = {week + timedelta(n) for week in weeks for n in range(7)}
    return day in days and DAYS[day.weekday()] in (line.byday or [DAYS[start.weekday()]])


def oracle_days_in_month(line: Schedule, year: int, month: int) -> set[date]:
    days = [date(year, month, n + 1) for n in range(calendar.monthrange(year, month)[1])]
    if not line.byday and not line.bymonthday:
        return {day for day in days if day.day == line.dtstart.day}
    by_weekday, by_number = set(), set()
    for part in line.byday:
        with_name = [day for day in days if DAYS[day.weekday()] == part[-2:]]
        number = int(part[:-2] or 0)
        by_weekday.update(
            with_name
            if not number
            else with_name[number - 1 : number]
            if number > 0
            else with_name[number:][:1]
            if -number <= len(with_name)
            else []
        )
    for number in line.bymonthday:
        by_number.update(days[number - 1 : number] if number > 0 else days[number:][:1] if -number <= len(days) else [])
    if line.byday and line.bymonthday:
        return by_weekday & by_number
    return by_weekday | by_number


@cache
def oracle_moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Walk the minutes until the clock on the wall shows it; where it jumps over it, as if it had not yet."""
    wall = datetime.combine(day, clock)
    walk = wall.replace(tzinfo=UTC) - timedelta(hours=16)
    before = walk.astimezone(zone).replace(tzinfo=None)
    while True:
        shown = walk.astimezone(zone).replace(tzinfo=None)
        if shown == wall:
            return walk
        if before < wall < shown:
            return walk + (wall - before) - MINUTE
        before, walk = shown, walk + MINUTE


def oracle_openings(lines, day: date, zone: ZoneInfo, holidays) -> list[tuple[datetime, datetime]]:
    today = [line for line in lines if oracle_falls_on(line, day)]
    special = [line for line in today if line.instead]
    usual = [line for line in today if not line.instead and (line.on_bank_holidays or day not in holidays)]
    openings = []
    for line in special or usual:
        if line.opens is None:
            continue
        tomorrow = day + timedelta(days=1)
        if line.closes == time(23, 59):
            closing = oracle_moment(tomorrow, time(0), zone)
        else:
            closing = oracle_moment(day if line.closes > line.opens else tomorrow, line.closes, zone)
        openings.append((oracle_moment(day, line.opens, zone), closing))
    return openings


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])) | st.sampled_from(
    [time(0), time(23, 59), time(1), time(1, 30), time(2)]
)
days_of_years = st.dates(date(2020, 1, 1), date(2032, 12, 31))
# Where the clock changes, or a year ends, is where such code breaks.
edges = (
    st.sampled_from(
        [date(y, m, d) for y in range(2021, 2030) for m, d in ((3, 27), (10, 26), (11, 3), (12, 31), (2, 28), (4, 4))]
    )
    | days_of_years
)
zones = st.sampled_from(["Europe/London", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"]).map(
    ZoneInfo
)


@st.composite
def schedules(draw, around: date):
    near = st.integers(-400, 40).map(lambda days: around + timedelta(days))
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY"]))
    opens, closes = draw(st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]))
    nth = st.tuples(st.sampled_from([-5, -2, -1, 1, 2, 3, 4, 5]), st.sampled_from(DAYS)).map(lambda p: f"{p[0]}{p[1]}")
    weekday = st.sampled_from(DAYS)
    byday = draw(st.lists(weekday | nth if freq == "MONTHLY" else weekday, unique=True, max_size=7))
    monthdays = st.lists(st.integers(1, 31) | st.integers(-31, -1), unique=True, max_size=4)
    bymonthday = draw(monthdays) if freq == "MONTHLY" else []
    instead = draw(st.booleans()) and draw(st.booleans())
    bounded = st.none() | near
    return Schedule(
        opens,
        closes,
        freq,
        draw(st.integers(1, 4)),
        tuple(byday),
        tuple(bymonthday),
        dtstart=draw(near),
        until=draw(st.none() | st.integers(-5, 300).map(lambda days: around + timedelta(days))),
        valid_from=around - timedelta(days=30) if instead else draw(bounded),
        valid_to=around + timedelta(days=draw(st.integers(0, 30))) if instead else None,
        on_bank_holidays=draw(st.booleans()),
        instead=instead,
    )


@st.composite
def situations(draw):
    day = draw(edges)
    lines = draw(st.lists(schedules(day), min_size=1, max_size=3))
    zone = draw(zones)
    holidays = frozenset(day + timedelta(n) for n in draw(st.lists(st.integers(-2, 3), max_size=3)))
    minute = draw(st.integers(0, 3 * 24 * 60))
    moment = datetime.combine(day, time(0), tzinfo=UTC) + minute * MINUTE
    return lines, moment, zone, holidays


@settings(max_examples=400, deadline=None)
@given(situations())
def test_open_or_not_is_what_walking_the_minutes_says(situation):
    lines, moment, zone, holidays = situation
    today = moment.astimezone(zone).date()
    around = [today + timedelta(n) for n in (-2, -1, 0, 1)]
    expected = any(a <= moment < b for day in around for a, b in oracle_openings(lines, day, zone, holidays))
    assert is_open(lines, moment, zone, holidays) == expected


@settings(max_examples=300, deadline=None)
@given(days_of_years.flatmap(lambda day: st.tuples(schedules(day), st.just(day))))
def test_the_days_of_a_rule_are_those_of_rfc_5545(line_and_day):
    line, day = line_and_day
    start = day - timedelta(days=20)
    ours = {start + timedelta(n) for n in range(91) if line.falls_on(start + timedelta(n))}
    assert ours == {start + timedelta(n) for n in range(91) if oracle_falls_on(line, start + timedelta(n))}


@settings(max_examples=25, deadline=None)
@given(situations())
def test_the_next_opening_is_the_first_open_minute(situation):
    lines, moment, zone, holidays = situation
    opening = next_open(lines, moment, zone, holidays)
    walk = moment
    while walk < moment + timedelta(days=3):
        if is_open(lines, walk, zone, holidays):
            assert opening is not None
            assert opening.astimezone(UTC) == walk  # in UTC: Python finds no hour that comes twice equal to another's
            return
        walk += MINUTE
    assert opening is None or opening >= walk


@settings(max_examples=25, deadline=None)
@given(situations())
def test_open_until_is_the_first_closed_minute(situation):
    lines, moment, zone, holidays = situation
    closing = open_until(lines, moment, zone, holidays)
    walk = moment
    while walk < moment + timedelta(days=3) and is_open(lines, walk, zone, holidays):
        walk += MINUTE
    if walk == moment:
        assert closing is None
    elif walk < moment + timedelta(days=3):
        assert closing is not None
        assert closing.astimezone(UTC) == walk
    else:
        assert closing is None or closing >= walk


@settings(deadline=None)
@given(st.integers(2015, 2040))
def test_a_line_for_the_29th_of_february_is_open_in_leap_years_only(year):
    line = Schedule(time(9), time(17), freq="MONTHLY", bymonthday=(29,))
    last = date(year, 2, calendar.monthrange(year, 2)[1])
    assert line.falls_on(last) == calendar.isleap(year)
