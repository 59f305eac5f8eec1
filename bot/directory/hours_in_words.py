"""Opening hours as coordinators write them: "Mon-Fri 9am-5pm; Sat 10-2", "24/7". Understood fully, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time

from flows.opening_hours import DAYS, Schedule, presume_bank_holidays

HALF_DAY = 720  # minutes
EARLIEST = 360  # "9-5" is in the morning, "1-5" nobody knows
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?|midnight|noon|midday)"
_DAYS = re.compile(rf"(?:{_DAY}|weekdays?|weekends?|every day|daily|7 days(?: a week)?)")
_RANGE = re.compile(rf"({_CLOCK})\s*(?:-|to|until|till)\s*({_CLOCK})")
_ALWAYS = re.compile(
    r"(?:open )?(?:24\s*/\s*7|24 hours(?: a day)?(?:,? (?:7 days(?: a week)?|every day))?|day and night)"
)
_BANK_HOLIDAYS = re.compile(r"\W*(closed|not|except|open|including|and)\W+(?:on )?(?:bank|public) holidays?\W*$")


def understand_hours(said: str) -> tuple[Schedule, ...]:
    """The hours that these words say; empty: they are not understood to the last word."""
    words = re.sub(r"[–—]", "-", said.lower()).strip(" .")
    holidays = _BANK_HOLIDAYS.search(words)
    if holidays:
        words = words[: holidays.start()].strip(" .,;")
    if _ALWAYS.fullmatch(words):
        return (Schedule(time(0), time(23, 59), byday=DAYS),)
    schedules: list[Schedule] = []
    # A comma stands between two stretches of hours, and between two days: "Mon, Wed 9-5, Sat 10-2".
    for part in re.split(r"\s*[;\n]\s*|(?<=[\dm])\s*,\s*(?=[a-z])", words):
        understood = _part(part)
        if not understood:
            return ()
        schedules.extend(understood)
    if holidays:
        is_open = holidays[1] in ("open", "including", "and")
        return tuple(_with_bank_holidays(schedules, is_open))
    return presume_bank_holidays(schedules)


def _part(part: str) -> list[Schedule]:
    """Days, then one or more stretches of hours: "mon-fri 9-12, 1pm-5pm"; empty: not understood."""
    first_time = re.search(rf"\b{_CLOCK}\s*(?:-|to|until|till)", part)
    if not first_time:
        return []
    days = _days(part[: first_time.start()])
    stretches = [_RANGE.fullmatch(said.strip()) for said in re.split(r",|&|\band\b", part[first_time.start() :])]
    if not days or not all(stretches):
        return []
    times = [_times(match[1], match[2]) for match in stretches if match]
    return [Schedule(opens, closes, byday=days) for opens, closes in filter(None, times)] if all(times) else []


def _days(words: str) -> tuple[str, ...]:
    left = re.sub(r"[:.]", " ", words).strip()
    days: list[str] = []
    while left:
        if match := re.match(rf"({_DAY})\s*(?:-|to)\s*({_DAY})", left):
            first, last = (_number(name) for name in match.groups())
            days.extend(DAYS[n % 7] for n in range(first, first + (last - first) % 7 + 1))
        elif match := _DAYS.match(left):
            days.extend(_named(match[0]))
        else:
            return ()
        left = re.sub(r"^\s*(?:,|&|and\b|/)?\s*", "", left[match.end() :])
    return tuple(dict.fromkeys(days))


def _named(name: str) -> Iterable[str]:
    if name.startswith("weekday"):
        return DAYS[:5]
    if name.startswith("weekend"):
        return DAYS[5:]
    return DAYS if name.startswith(("every", "daily", "7")) else (DAYS[_number(name)],)


def _number(name: str) -> int:
    return DAYS.index(name[:2].upper())


def _times(opens: str, closes: str) -> tuple[time, time] | None:
    """Two times of day: "9-5" is nine to seventeen; None: not understood, or it may mean two things ("1-5")."""
    first, last = _clock(opens), _clock(closes)
    if first is None or last is None:
        return None
    (start, is_start_sure), (end, is_end_sure) = first, last
    if not is_start_sure and not is_end_sure:
        if start < EARLIEST:
            return None
        end += HALF_DAY if end <= start else 0
    elif not is_start_sure and start + HALF_DAY < end:
        return None
    elif not is_end_sure and end not in (start, HALF_DAY):
        if start < end < HALF_DAY or end + HALF_DAY < start:
            return None
        end += HALF_DAY if end < HALF_DAY else 0
    return (_as_time(start), _as_time(end)) if start % (2 * HALF_DAY) != end % (2 * HALF_DAY) else None


def _clock(said: str) -> tuple[int, bool] | None:
    """Minutes after midnight, and whether the half of the day is sure; None: no time of day."""
    if said in ("noon", "midday", "midnight"):
        return (0 if said == "midnight" else HALF_DAY), True
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?", said.strip())
    if not match:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if minute > 59 or hour > (12 if half else 24) or (half and hour == 0):
        return None
    if half:
        return (hour % 12 + (12 if half == "pm" else 0)) * 60 + minute, True
    return hour * 60 + minute, hour > 12 or match[1].startswith("0")


def _as_time(minutes: int) -> time:
    hour, minute = divmod(minutes % 1440, 60)
    return time(hour, minute)


def _with_bank_holidays(schedules: Iterable[Schedule], is_open: bool) -> Iterable[Schedule]:
    for line in schedules:
        yield Schedule(line.opens, line.closes, byday=line.byday, on_bank_holidays=is_open)
