"""When a place is open: hours that repeat, and what they say about one moment. It has no clock and says no words.

A `Schedule` is one line of opening hours as Open Referral (HSDS) writes them, after the RRULEs of RFC 5545.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, cached_property
from typing import Literal, TypeAlias, get_args

Nation: TypeAlias = Literal["England", "Wales", "Scotland", "Northern Ireland"]
NATIONS: tuple[Nation, ...] = get_args(Nation)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LOOK_AHEAD = timedelta(days=370)
NEVER_CLOSES = timedelta(days=8)
ONE_DAY = timedelta(days=1)
_BYDAY = re.compile(rf"(?:([+-]?[1-5]))?({'|'.join(DAYS)})")


@dataclass(frozen=True)
class Schedule:
    """One line of opening hours; times and dates are local, and dates are those of the opening.

    Attributes:
        opens: When it opens; None, together with `closes`, only where `instead` says that it is closed.
        closes: When it closes: earlier than `opens` is the next morning, 23:59 and 00:00 are midnight.
        freq: What repeats.
        interval: Every so many of `freq`, counted from `dtstart`.
        byday: "MO"; with MONTHLY also "2MO" (the second Monday) and "-1FR" (the last Friday).
        bymonthday: With MONTHLY, days of the month; -1 is the last. With `byday`, both must hold.
        dtstart: The first day, and what `interval` counts from.
        until: The last day; so is `valid_to`.
        valid_from: The first day that this line may be believed.
        valid_to: The last day that this line may be believed.
        on_bank_holidays: Whether it also holds on a bank holiday.
        instead: On its days it replaces all lines that are not `instead`, bank holiday or not.

    Raises:
        ValueError: The line makes no sense; the reason is in plain words.
    """

    opens: time | None
    closes: time | None
    freq: Literal["DAILY", "WEEKLY", "MONTHLY"] = "WEEKLY"
    interval: int = 1
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    dtstart: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    on_bank_holidays: bool = True
    instead: bool = False

    def __post_init__(self) -> None:
        for says, is_wrong in _MISTAKES.items():
            if is_wrong(self):
                raise ValueError(says)

    def falls_on(self, day: date) -> bool:
        """Whether this line has an opening that begins on this day, bank holidays aside."""
        firsts = (self.dtstart, self.valid_from)
        lasts = (self.until, self.valid_to)
        if any(first and day < first for first in firsts) or any(last and day > last for last in lasts):
            return False
        return _REPEATS[self.freq](self, day)


def is_open(schedules: Sequence[Schedule], at: datetime, zone: tzinfo, nation_holidays: Container[date]) -> bool:
    """Whether one of these lines has the place open at this moment; no lines, not known to be open.

    Args:
        schedules: Everything that is known of the hours.
        at: The moment, with a time zone.
        zone: The place's own.
        nation_holidays: The bank holidays of the place's nation; see `bank_holidays`.
    """
    moment = at.astimezone(UTC)
    today = at.astimezone(zone).date()
    return any(
        opening <= moment < closing
        for day in (today - ONE_DAY, today)
        for opening, closing in _openings(schedules, day, zone, nation_holidays)
    )


def next_open(
    schedules: Sequence[Schedule], at: datetime, zone: tzinfo, nation_holidays: Container[date]
) -> datetime | None:
    """When it next opens, in local time: `at` itself if it is open; None: not within a year."""
    if is_open(schedules, at, zone, nation_holidays):
        return at.astimezone(zone)
    moment = at.astimezone(UTC)
    today = at.astimezone(zone).date()
    for days in range(LOOK_AHEAD.days):
        openings = _openings(schedules, today + timedelta(days), zone, nation_holidays)
        if later := [opening for opening, _ in openings if opening > moment]:
            return min(later).astimezone(zone)
    return None


def open_until(
    schedules: Sequence[Schedule], at: datetime, zone: tzinfo, nation_holidays: Container[date]
) -> datetime | None:
    """When it next closes, in local time; None: it is closed, or stays open for more than a week."""
    moment = end = at.astimezone(UTC)
    day = at.astimezone(zone).date() - ONE_DAY
    while day <= end.astimezone(zone).date():
        for opening, closing in sorted(_openings(schedules, day, zone, nation_holidays)):
            end = max(end, closing) if opening <= end else end
        if end > moment + NEVER_CLOSES:
            return None
        day += ONE_DAY
    return end.astimezone(zone) if end > moment else None


def is_round_the_clock(schedules: Iterable[Schedule]) -> bool:
    """Whether these hours are day and night, every day of every year."""
    lines = list(schedules)
    always = [line for line in lines if _is_whole_day(line) and _is_unbounded(line)]
    return not any(line.instead for line in lines) and _days(always) == set(DAYS)


def presume_bank_holidays(schedules: Sequence[Schedule]) -> tuple[Schedule, ...]:
    """The same hours where nothing says what happens on bank holidays.

    A place with hours on all seven days is presumed open then, any other closed: to be told "closed"
    about an open place costs a phone call later, the other way round it costs a journey.
    """
    every_day = _days(schedules) == set(DAYS)
    return tuple(replace(line, on_bank_holidays=every_day) for line in schedules)


class BankHolidays(Container[date]):
    """The bank holidays of a nation, of any year; they take long to import, so not before they are asked for."""

    def __init__(self, nation: Nation) -> None:
        self._nation = nation

    def __contains__(self, day: object) -> bool:
        return day in self._calendar

    @cached_property
    def _calendar(self) -> Container[object]:
        from holidays import country_holidays

        codes: dict[Nation, str] = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
        return country_holidays("GB", subdiv=codes[self._nation])


@cache
def bank_holidays(nation: Nation) -> Container[date]:
    """The bank holidays of a nation, of any year."""
    return BankHolidays(nation)


def _openings(
    schedules: Sequence[Schedule], day: date, zone: tzinfo, nation_holidays: Container[date]
) -> Iterator[tuple[datetime, datetime]]:
    """The openings that begin on this day, as moments in UTC."""
    lines = [line for line in schedules if line.falls_on(day)]
    if any(line.instead for line in lines):
        lines = [line for line in lines if line.instead]
    elif any(not line.on_bank_holidays for line in lines) and day in nation_holidays:
        lines = [line for line in lines if line.on_bank_holidays]
    for line in lines:
        if line.opens is not None and line.closes is not None:
            opening = _moment(day, line.opens, zone)
            closing = _closing(day, line.opens, line.closes, zone)
            if opening < closing:
                yield opening, closing


def _closing(day: date, opens: time, closes: time, zone: tzinfo) -> datetime:
    if _is_last_minute(closes):
        return _moment(day + ONE_DAY, time(0), zone)
    return _moment(day if closes > opens else day + ONE_DAY, closes, zone)


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """When the local clock shows this, by RFC 5545 3.3.5.

    An hour that comes twice means the first time; one that is left out is reckoned by the clock before the change.
    """
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=0).astimezone(UTC)


def _is_last_minute(clock: time) -> bool:
    """HSDS writes 24 hours as 00:00-23:59; nobody closes for that one minute."""
    return (clock.hour, clock.minute) == (23, 59)


def _is_whole_day(line: Schedule) -> bool:
    return line.opens == time(0) and line.closes is not None and _is_last_minute(line.closes)


def _is_unbounded(line: Schedule) -> bool:
    bounds = (line.dtstart, line.until, line.valid_from, line.valid_to)
    return line.on_bank_holidays and line.interval == 1 and not any(bounds)


def _days(schedules: Iterable[Schedule]) -> set[str]:
    """The weekdays that have hours every week."""
    days: set[str] = set()
    for line in schedules:
        if line.opens is not None and line.interval == 1 and line.freq != "MONTHLY":
            days.update(line.byday or (DAYS if line.freq == "DAILY" else ()))
    return days


def _repeats_daily(line: Schedule, day: date) -> bool:
    if line.byday and DAYS[day.weekday()] not in line.byday:
        return False
    return line.interval == 1 or (day - _anchor(line)).days % line.interval == 0


def _repeats_weekly(line: Schedule, day: date) -> bool:
    if line.interval > 1 and (_monday(day) - _monday(_anchor(line))).days // 7 % line.interval:
        return False
    return DAYS[day.weekday()] in (line.byday or (DAYS[_anchor(line).weekday()],))


def _repeats_monthly(line: Schedule, day: date) -> bool:
    if line.interval > 1 and (_month(day) - _month(_anchor(line))) % line.interval:
        return False
    if not line.byday and not line.bymonthday:
        return day.day == _anchor(line).day
    last = _days_in_month(day)
    by_weekday = not line.byday or any(_is_nth(part, day, last) for part in line.byday)
    by_number = not line.bymonthday or day.day in line.bymonthday or day.day - last - 1 in line.bymonthday
    return by_weekday and by_number


def _is_nth(part: str, day: date, last: int) -> bool:
    number, weekday = _split(part)
    if DAYS[day.weekday()] != weekday:
        return False
    if number is None:
        return True
    return number == ((day.day - 1) // 7 + 1 if number > 0 else -((last - day.day) // 7 + 1))


def _split(part: str) -> tuple[int | None, str]:
    match = _BYDAY.fullmatch(part)
    if not match:
        raise ValueError(f"{part!r} is not a day")
    return int(match[1]) if match[1] else None, match[2]


def _anchor(line: Schedule) -> date:
    if line.dtstart is None:
        raise ValueError("its first day (dtstart) is missing")
    return line.dtstart


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _days_in_month(day: date) -> int:
    return ((day.replace(day=28) + timedelta(4)).replace(day=1) - ONE_DAY).day


_REPEATS: Mapping[str, Callable[[Schedule, date], bool]] = {
    "DAILY": _repeats_daily,
    "WEEKLY": _repeats_weekly,
    "MONTHLY": _repeats_monthly,
}
_MISTAKES: Mapping[str, Callable[[Schedule], bool]] = {
    "it has an opening or a closing time, but not both": lambda s: (s.opens is None) != (s.closes is None),
    "it has no opening times": lambda s: s.opens is None and not s.instead,
    "it opens and closes at the same time": lambda s: s.opens is not None and s.opens == s.closes,
    "its times carry a time zone": lambda s: any(t and t.tzinfo for t in (s.opens, s.closes)),
    "it repeats neither DAILY, WEEKLY nor MONTHLY": lambda s: s.freq not in _REPEATS,
    "its interval is not a number from 1 to 100": lambda s: not 1 <= s.interval <= 100,
    "it has a day that is not a day": lambda s: not all(_BYDAY.fullmatch(part) for part in s.byday),
    "only MONTHLY hours can have days like 2MO": lambda s: (
        s.freq != "MONTHLY" and any(part not in DAYS for part in s.byday)
    ),
    "only MONTHLY hours can have days of the month": lambda s: s.freq != "MONTHLY" and bool(s.bymonthday),
    "it has a day of the month that no month has": lambda s: not all(1 <= abs(n) <= 31 for n in s.bymonthday),
    "it counts from a first day (dtstart) that is missing": lambda s: (
        s.dtstart is None and (s.interval > 1 or (s.freq != "DAILY" and not s.byday and not s.bymonthday))
    ),
    "hours that replace others need a first and a last day": lambda s: (
        s.instead and (s.valid_from is None or s.valid_to is None)
    ),
}
