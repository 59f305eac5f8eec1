"""When and how often somebody is asked how they are: what is set now, and what a wish of theirs makes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

DAY = 24 * 60  # minutes
EARLIEST, LATEST = 9 * 60, 21 * 60  # what counts as a day where nobody says more
SHORTEST = 60  # minutes of a day in which we may write first
WEEKEND = 5  # Saturday, counted from Monday


@dataclass(frozen=True)
class Rhythm:
    """What is set: days between two check-ins (None: none come), the next one, and when we may write first.

    Times are minutes after midnight where they are; `end` is after `start`, and so may lie beyond midnight.
    """

    every_days: int | None
    on: date | None
    minute: int
    start: int
    end: int
    today: date


@dataclass(frozen=True)
class Wish:
    """What somebody said; None: nothing about that.

    Attributes:
        every_days: Days between two check-ins; 0: none at all.
        weekday: Counted from Monday.
        days: "weekdays" or "weekends".
        start: Not before this minute of the day.
        end: Not from this minute on.
        minute: When to ask.
        rest: The whole message, where some words of it were not understood and change nothing.
    """

    every_days: int | None = None
    weekday: int | None = None
    days: str | None = None
    start: int | None = None
    end: int | None = None
    minute: int | None = None
    rest: str = ""


def changed(now: Rhythm, wish: Wish) -> Rhythm:
    """What is set after a wish: what it does not speak of stays."""
    start, end = _window(now, wish)
    minute = now.minute if wish.minute is None else wish.minute
    if not start <= minute < end:
        minute = start + min(SHORTEST, (end - start) // 2)
    if wish.every_days == 0:
        return replace(now, every_days=None, on=None, minute=minute, start=start, end=end)
    names_a_day = wish.weekday is not None or wish.days is not None
    every = wish.every_days or now.every_days or (7 if names_a_day else None)
    on = _first_day(now, wish, every) if every else None
    return replace(now, every_days=every, on=on, minute=minute, start=start, end=end)


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
