"""Days that have a name: "Mondays and Thursdays", "the first Friday of the month". Pure.

They are written as their names in one line, "monday thursday" or "first friday", as the database keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flows.dates import WEEKDAYS

WEEK, MONTH = 7, 28
"""In how many days they come round again; a month is four weeks."""
OF_THE_MONTH = ("first", "second", "third", "fourth", "last")


def every_week_on(weekdays: Iterable[int]) -> str:
    """These days of every week, counted from Monday."""
    return " ".join(WEEKDAYS[each] for each in sorted(set(weekdays)))


def every_month_on(which: str, weekday: int) -> str:
    """The first such day of every month, or another of `OF_THE_MONTH`."""
    return f"{which} {WEEKDAYS[weekday]}"


def which_of_month(days: str) -> str | None:
    """Which one of a month it is; None: they are days of every week."""
    which = days.split()[0]
    return which if which in OF_THE_MONTH else None


def weekdays_in(days: str) -> list[int]:
    """The days of the week, counted from Monday."""
    return [WEEKDAYS.index(each) for each in days.split() if each in WEEKDAYS]


def days_apart(days: str) -> int:
    """In how many days they come round again."""
    return WEEK if which_of_month(days) is None else MONTH


def next_named(days: str, after: date) -> date:
    """The next of them after a day."""
    day = after + timedelta(days=1)
    while not _is_one(days, day):
        day += timedelta(days=1)
    return day


def without(days: str, weekdays: Iterable[int]) -> str | None:
    """What is left of them without these days of the week; None: nothing."""
    left = [each for each in weekdays_in(days) if each not in set(weekdays)]
    if not left:
        return None
    return days if which_of_month(days) else every_week_on(left)


def _is_one(days: str, day: date) -> bool:
    if day.weekday() not in weekdays_in(days):
        return False
    which = which_of_month(days)
    if which == "last":
        return (day + timedelta(days=7)).month != day.month
    return which is None or OF_THE_MONTH.index(which) == (day.day - 1) // 7
