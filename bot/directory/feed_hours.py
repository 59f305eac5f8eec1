"""Opening hours in a feed: RRULE-like lines, read strictly, for a wrong "open now" costs a journey."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Literal

from bot.directory.reading import Part
from flows.opening_hours import DAYS, Schedule, presume_bank_holidays

MOST_COUNTED = 500
_LONG_DAYS = {
    name: DAYS[number]
    for number, long in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
    for name in (long, long[:3])
}
_BANK_HOLIDAY = re.compile(r"\b(?:bank|public)\s+holiday", re.IGNORECASE)
_CLOSED = re.compile(r"\bnot\b|\bclosed\b|\bexcept\b|\bexclud|\bno\b", re.IGNORECASE)


def hours_of(*levels: Part) -> tuple[tuple[Schedule, ...], str | None]:
    """The hours, from the first of these levels that has any, and how they are described in words.

    One line that cannot be understood makes all of them unknown: half the hours would say "closed" too often.
    """
    lines = next((found for level in levels if (found := list(_lines(level)))), [])
    described = "; ".join(dict.fromkeys(filter(None, (line.words("description", longest=80) for line in lines))))
    words = described if 0 < len(described) <= 80 else None
    try:
        usual = [_schedule(line) for line in lines]
        special = [_special(line) for level in levels for line in level.many("holiday_schedules")]
    except ValueError as why:
        levels[0].notes.ignore(f"its opening hours are not used: {why}")
        return (), words
    return (*_on_bank_holidays(usual, lines), *(special if usual else ())), words


def _lines(level: Part) -> Iterable[Part]:
    return level.many("schedules", "schedule", "regular_schedules", "regular_schedule")


def _on_bank_holidays(usual: Sequence[Schedule], lines: Sequence[Part]) -> tuple[Schedule, ...]:
    """The hours, with what their descriptions say about bank holidays, or else a presumption."""
    said = " ".join(filter(None, (line.words(name) for line in lines for name in ("description", "notes"))))
    sentences = [sentence for sentence in re.split(r"[.;]", said) if _BANK_HOLIDAY.search(sentence)]
    if not sentences:
        return presume_bank_holidays(usual)
    is_open = not any(_CLOSED.search(sentence) for sentence in sentences)
    return tuple(replace(schedule, on_bank_holidays=is_open) for schedule in usual)


def _schedule(line: Part) -> Schedule:
    opens, closes = _times(line)
    freq = _freq(line)
    schedule = Schedule(
        opens=opens,
        closes=closes,
        freq=freq,
        interval=line.whole("interval") or 1,
        byday=_byday(line),
        # Publishers fill in bymonthday beside WEEKLY, where RFC 5545 gives it no meaning.
        bymonthday=_numbers(line, "bymonthday") if freq == "MONTHLY" else (),
        dtstart=line.day("dtstart"),
        until=line.day("until"),
        valid_from=line.day("valid_from"),
        valid_to=line.day("valid_to"),
    )
    return _counted(schedule, line.whole("count"))


def _freq(line: Part) -> Literal["DAILY", "WEEKLY", "MONTHLY"]:
    said = (line.words("freq") or "WEEKLY").upper()
    if said == "WEEKLY":
        if line.words("byweekno"):
            raise ValueError("it counts the weeks of the year (byweekno)")
        if (line.words("wkst") or "MO").upper() != "MO" and (line.whole("interval") or 1) > 1:
            raise ValueError("its weeks do not begin on Monday (wkst)")
        return "WEEKLY"
    if said == "DAILY":
        return "DAILY"
    if said == "MONTHLY":
        return "MONTHLY"
    raise ValueError(f"it repeats {said[:20]}, and not DAILY, WEEKLY or MONTHLY")


def _byday(line: Part) -> tuple[str, ...]:
    parts = re.split(r"[,;\s]+", line.words("byday") or "")
    days = (_LONG_DAYS.get(part.lower(), part.upper()) for part in parts if part)
    return tuple(dict.fromkeys(days))


def _numbers(line: Part, name: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,;\s]+", line.words(name) or "") if part]
    if not all(re.fullmatch(r"[+-]?\d{1,2}", part) for part in parts):
        raise ValueError(f"{name} is not a list of numbers")
    return tuple(int(part) for part in parts)


def _times(line: Part) -> tuple[time | None, time | None]:
    opens, closes = (clock(line.words(name)) for name in ("opens_at", "closes_at"))
    if opens == time(0) and closes == time(0) and (line.words("closes_at") or "").startswith("24"):
        return opens, time(23, 59)
    return opens, closes


def clock(said: str | None) -> time | None:
    """A time of day; None: there is none.

    A time zone after it is not looked at: publishers add "Z" to what is on the door all year round.

    Raises:
        ValueError: It is not a time of day.
    """
    if said is None:
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?", said.strip())
    if not match or int(match[1]) > 24 or int(match[2]) > 59 or (match[1] == "24" and match[2] != "00"):
        raise ValueError(f"{said[:40]!r} is not a time like 09:00")
    return time(int(match[1]) % 24, int(match[2]))


def _counted(schedule: Schedule, count: int | None) -> Schedule:
    """The same hours, with "so many times" turned into a last day."""
    if count is None:
        return schedule
    if schedule.dtstart is None or not 1 <= count <= MOST_COUNTED:
        raise ValueError("it is open a number of times (count) that cannot be counted")
    day = schedule.dtstart
    left = count
    for _ in range(MOST_COUNTED * 31):
        left -= schedule.falls_on(day)
        if left == 0:
            return replace(schedule, until=day)
        if day == date.max:
            break
        day += timedelta(days=1)
    return schedule


def _special(line: Part) -> Schedule:
    """A holiday schedule of version 1: on these days, these hours and no others, or closed."""
    first = line.day("start_date", "valid_from")
    last = line.day("end_date", "valid_to") or first
    is_closed = str(line.content.get("closed", "")).strip().lower() in ("true", "1", "yes", "y")
    opens, closes = (None, None) if is_closed else _times(line)
    return Schedule(opens, closes, freq="DAILY", valid_from=first, valid_to=last, instead=True)
