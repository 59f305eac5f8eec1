"""When and how often somebody is asked how they are: what is set now, and what a wish of theirs makes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flows.named_days import days_apart, next_named, without

DAY = 24 * 60  # minutes
EARLIEST, LATEST = 9 * 60, 21 * 60  # what counts as a day where nobody says more
SHORTEST = 60  # minutes of a day in which we may write first
WEEKEND = 5  # Saturday, counted from Monday
OUTSIDE = {"weekdays": range(WEEKEND, 7), "weekends": range(WEEKEND)}
"""The days of the week that these are not."""

Stretch = tuple[int, int]
"""From which minute of the day until which."""


@dataclass(frozen=True)
class Rhythm:
    """What is set: days between two check-ins (None: none come), the next one, and when we may write first.

    Times are minutes after midnight where they are; `end` is after `start`, and so may lie beyond midnight. In the
    gap, which lies between the two, we don't write first either. `days` are written as `flows.named_days` does.
    """

    every_days: int | None
    on: date | None
    minute: int
    start: int
    end: int
    today: date
    days: str | None = None
    gap: Stretch | None = None


@dataclass(frozen=True)
class Wish:
    """What somebody said; None: nothing about that.

    Attributes:
        every_days: Days between two check-ins; 0: none at all.
        weekday: Counted from Monday.
        days: "weekdays" or "weekends".
        named: Days as `flows.named_days` writes them: several of a week, or one of a month.
        start: Not before this minute of the day.
        end: Not from this minute on.
        not_from: From this minute of the day on not, up to `not_until`.
        not_until: See `not_from`.
        minute: When to ask.
        rest: The whole message, where some words of it were not understood and change nothing.
    """

    every_days: int | None = None
    weekday: int | None = None
    days: str | None = None
    named: str | None = None
    start: int | None = None
    end: int | None = None
    not_from: int | None = None
    not_until: int | None = None
    minute: int | None = None
    rest: str = ""


def changed(now: Rhythm, wish: Wish) -> Rhythm:
    """What is set after a wish: what it does not speak of stays."""
    start, end, gap = _hours(now, wish)
    minute = now.minute if wish.minute is None else wish.minute
    if not is_within(minute, start, end, gap):
        minute = start + min(SHORTEST, ((gap[0] if gap else end) - start) // 2)
    then = replace(now, minute=minute, start=start, end=end, gap=gap)
    if wish.every_days == 0:
        return replace(then, every_days=None, on=None, days=None)
    days = _days(now, wish)
    if days is not None:
        return replace(then, every_days=days_apart(days), on=next_named(days, now.today), days=days)
    names_a_day = wish.weekday is not None or wish.days is not None
    every = wish.every_days or now.every_days or (7 if names_a_day else None)
    on = _first_day(now, wish, every) if every else None
    return replace(then, every_days=every, on=on, days=None)


def _days(now: Rhythm, wish: Wish) -> str | None:
    """The named days after a wish: its own, or those that are set where it says nothing else of days."""
    if wish.named is not None or wish.every_days is not None or wish.weekday is not None:
        return wish.named
    return without(now.days, OUTSIDE[wish.days]) if now.days and wish.days else now.days


def _hours(now: Rhythm, wish: Wish) -> tuple[int, int, Stretch | None]:
    """When we may write first after a wish: from when until when, and the gap between."""
    if wish.not_from is not None and wish.not_until is not None:
        gap = (wish.not_from, wish.not_until)
        return _around(now.start, now.end, gap) or (EARLIEST, LATEST, gap)
    start, end = _window(now, wish)
    if now.gap is None or (wish.start is not None and wish.end is not None):
        return start, end, None
    left = _around(start, end, now.gap)
    fits = left and (wish.minute is None or is_within(wish.minute, *left))
    return left if left and fits else (start, end, None)


def is_within(minute: int, start: int, end: int, gap: Stretch | None) -> bool:
    """Whether a minute of the day is between these two, and not in the gap."""
    return start <= minute < end and not (gap and gap[0] <= minute < gap[1])


def _around(start: int, end: int, gap: Stretch) -> tuple[int, int, Stretch | None] | None:
    """What is left of a day without a gap, with the gap where it lies between; None: nothing is left."""
    before, after = min(end, gap[0]) - start >= SHORTEST, end - max(start, gap[1]) >= SHORTEST
    if gap[1] <= start or gap[0] >= end:
        return start, end, None
    if before and after:
        return start, end, gap
    if before or after:
        return (start, gap[0], None) if before else (gap[1], end, None)
    return None


def _window(now: Rhythm, wish: Wish) -> tuple[int, int]:
    if wish.start is None and wish.end is None:
        start, end = now.start, now.end
    elif wish.start is None:
        end = wish.end or DAY
        start = EARLIEST if end >= EARLIEST + SHORTEST else max(0, end - 2 * SHORTEST)
    else:
        start = wish.start
        end = wish.end or (LATEST if start <= LATEST - SHORTEST else min(DAY, start + 2 * SHORTEST))
    if wish.minute is not None and not start <= wish.minute < end:
        start, end = min(start, wish.minute), max(end, min(DAY, wish.minute + SHORTEST))
    return start, end


def _first_day(now: Rhythm, wish: Wish, every: int) -> date:
    """The next day to ask on: the one that is set, unless it is too far off now or the wrong day of the week."""
    tomorrow = now.today + timedelta(days=1)
    soon = now.on is not None and tomorrow <= now.on <= now.today + timedelta(days=every)
    day = now.on if soon and now.on is not None else now.today + timedelta(days=every)
    if wish.weekday is not None:
        return tomorrow + timedelta(days=(wish.weekday - tomorrow.weekday()) % 7)
    if wish.days == "weekends" and day.weekday() < WEEKEND:
        return tomorrow + timedelta(days=(WEEKEND - tomorrow.weekday()) % 7)
    if wish.days == "weekdays" and day.weekday() >= WEEKEND:
        return day + timedelta(days=7 - day.weekday())
    return day
