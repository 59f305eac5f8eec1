"""Days as people type them, in British order: "tue", "the 5th", "5/12", "a week on friday", "in 2 weeks".

A weekday is the next one to come; "next tuesday" is the Tuesday of next week. A day and month that are past
this year mean next year's. Years, where written, are of this century.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from flows.phrases import SHORTEST_START, Heard, Phrasebook

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_BOTH = "tuesday or march"  # Welsh has one word for the two
_WEEKDAY = {**{name: number for number, name in enumerate(WEEKDAYS)}, _BOTH: 1}
_MONTH = {**{name: number for number, name in enumerate(MONTHS, start=1)}, _BOTH: 3}
_NEAR = {"today": 0, "tomorrow": 1, "day after tomorrow": 2}
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}
_PAST = {"ago", "back"}  # Welsh says "2 weeks back"
_LONGEST_COUNT = 366
_NEXT_LEAP_YEAR = 8  # years at most: 1896 and 2096 are followed by a century without one

_NUMERIC = re.compile(r"(\d{1,2}) ?([/.\-]) ?(\d{1,2})(?: ?\2 ?(20\d\d|\d\d))?(?![\d/:\-]|\.\d)")
_ISO = re.compile(r"(20\d\d)-(\d\d)-(\d\d)(?!\d)")
_YEAR = re.compile(r"20\d\d")
_ORDINAL = re.compile(r"\d{1,2}(st|nd|rd|th)")
_GLUED = re.compile(r"(\d{1,2})([^\W\d_]+)")


def weekday_called(meaning: str) -> int | None:
    """The day of the week that a phrase means, counted from Monday; None: it means none."""
    return _WEEKDAY.get(meaning)


class Weekdays(tuple[int, ...]):
    """Days of the week, counted from Monday, as a value of a sentence: written out in the person's language."""

    __slots__ = ()


Found = tuple[date, int]  # a day, and the index of the word after it


class _Written(NamedTuple):
    """A date as it was written, possible or not, and the index of the word after it."""

    day: int
    month: int | None
    year: int | None
    end: int


def read_date(heard: Heard, start: int, book: Phrasebook, today: date) -> Found | None:
    """The day named at a word, or None when there is none or it does not exist.

    Args:
        heard: The reply.
        start: The index of the word to begin at.
        book: What phrases mean; it carries the names of days, months and units.
        today: The person's own day.
    """
    calendar = _Calendar(heard, book, today)
    return calendar.fixed(start) or calendar.counted(start) or calendar.near(start) or calendar.weekday(start)


def differs(heard: Heard, found: Found, book: Phrasebook, today: date) -> bool:
    """Whether another day follows at once ("tue wed"), so that neither can be taken."""
    if found[1] >= len(heard.words):
        return False
    following = read_date(heard, found[1], book, today)
    return following is not None and following[0] != found[0]


def day_begun(word: str, common: Mapping[str, str]) -> str | None:
    """The one day whose name a word begins ("wednes"), by its meaning."""
    if len(word) < SHORTEST_START:
        return None
    named = {*WEEKDAYS, *_NEAR}
    meant = {meaning for phrase, meaning in common.items() if meaning in named and phrase.startswith(word)}
    return meant.pop() if len(meant) == 1 else None


class _Calendar:
    """The ways of naming a day; each gives the day and the index after it."""

    def __init__(self, heard: Heard, book: Phrasebook, today: date) -> None:
        self.heard = heard
        self.words = heard.words
        self.book = book
        self.common = book.common
        self.today = today

    def fixed(self, start: int) -> Found | None:
        """5/12, 12.12.2026, the 5th, 5 dec, december the 5th."""
        written = self._numeric(start) or self._in_words(start)
        day = self._resolved(written) if written else None
        return (day, written.end) if written and day else None

    def near(self, start: int) -> Found | None:
        """Today, tomorrow; "tomorrow week"."""
        meaning, end = self._phrase(start)
        if meaning not in _NEAR:
            return None
        return self._week_later(self.today + timedelta(days=_NEAR[meaning]), end)

    def counted(self, start: int) -> Found | None:
        """In 2 weeks, in a month, a week on friday, week tomorrow."""
        first = self.book.skip(self.words, start, {"in", "about"})
        count, index = self._count(first)
        count = count or int(first > start)  # Welsh has no "a": "in week"
        unit, end = self._phrase(index)
        if unit == "month" and count:
            return _months_later(self.today, count), self._after_time(end)
        if unit not in _DAYS_IN or self._phrase(self._after_time(end))[0] in _PAST:
            return None
        later = timedelta(days=_DAYS_IN[unit] * (count or 1))
        base = self._base(self.book.skip(self.words, end, {"on", "to"})) if unit != "day" else None
        if base:
            return base[0] + later, base[1]
        return (self.today + later, self._after_time(end)) if count else None

    def weekday(self, start: int) -> Found | None:
        """Tue, this tuesday, next tuesday, tuesday next week, friday week; with the date it must agree."""
        index, next_week = self._next(self.book.skip(self.words, start, {"this"}))
        name, end = self._phrase(index)
        if name not in _WEEKDAY:
            return None
        if self._numeric(end) or self._in_words(end):
            stated = self.fixed(end)
            return stated if stated and stated[0].weekday() == _WEEKDAY[name] else None
        after, next_said = self._next(end)
        day = self._coming(_WEEKDAY[name], next_week or next_said)
        return (day, after) if next_week or next_said else self._week_later(day, end)

    def _coming(self, weekday: int, next_week: bool) -> date:
        if next_week:
            return self.today + timedelta(days=7 - self.today.weekday() + weekday)
        return self.today + timedelta(days=(weekday - self.today.weekday() - 1) % 7 + 1)

    def _base(self, start: int) -> Found | None:
        meaning, end = self._phrase(start)
        if meaning in _WEEKDAY:
            return self._coming(_WEEKDAY[meaning], next_week=False), end
        return (self.today + timedelta(days=_NEAR[meaning]), end) if meaning in _NEAR else None

    def _next(self, start: int) -> tuple[int, bool]:
        """The index after "next" or "next week", and whether it was there."""
        meaning, end = self._phrase(start)
        if meaning != "next":
            return start, False
        unit, after = self._phrase(end)
        return (after if unit == "week" else end), True

    def _week_later(self, day: date, end: int) -> Found:
        unit, after = self._phrase(end)
        return (day + timedelta(days=7), after) if unit == "week" else (day, end)

    def _count(self, start: int) -> tuple[int, int]:
        """How many, and the index after it; 0 when nobody said."""
        index = self.book.skip(self.words, start, {"a"})
        meaning, end = self._phrase(index)
        if meaning == "couple":
            return 2, self.book.skip(self.words, end, {"of"})
        if index > start:
            return 1, index
        word = self.words[start] if start < len(self.words) else ""
        number = word if word.isdecimal() else self.common.get(word, "")
        fits = number.isdecimal() and len(number) <= 3 and 0 < int(number) <= _LONGEST_COUNT
        return (int(number), start + 1) if fits else (0, start)

    def _after_time(self, end: int) -> int:
        return self.book.skip(self.words, end, {"time"})

    def _numeric(self, start: int) -> _Written | None:
        if start >= len(self.words) or not self.words[start][0].isdecimal():
            return None
        where = self.heard.spans[start][0]
        if iso := _ISO.match(self.heard.text, where):
            return _Written(int(iso[3]), int(iso[2]), int(iso[1]), self._index_at(iso.end()))
        written = _NUMERIC.match(self.heard.text, where)
        if written is None or (written[2] == "-" and not written[4]):
            return None
        year = int(written[4]) % 100 + 2000 if written[4] else None
        return _Written(int(written[1]), int(written[3]), year, self._index_at(written.end()))

    def _index_at(self, position: int) -> int:
        return sum(1 for begin, _ in self.heard.spans if begin < position)

    def _in_words(self, start: int) -> _Written | None:
        """The 5th, 5 dec, 5dec, 5th of december; a bare "5" is no date, it may be an hour."""
        first = self.book.skip(self.words, start, {"the"})
        if month_first := self._month(first):
            number, _, end = self._day_of_month(self.book.skip(self.words, first + 1, {"the"}))
            return self._with_year(number, month_first, end) if number else None
        number, plainly, end = self._day_of_month(first)
        glued = _GLUED.fullmatch(self.words[first]) if number else None
        if glued and (month := _MONTH.get(self.common.get(glued[2], ""))):
            return self._with_year(number, month, end)
        after = self.book.skip(self.words, end, {"of"})
        if number and (month := self._month(after)):
            return self._with_year(number, month, self._phrase(after)[1])
        return _Written(number, None, None, end) if number and (plainly or first > start) else None

    def _month(self, index: int) -> int | None:
        return _MONTH.get(self._phrase(index)[0])

    def _day_of_month(self, index: int) -> tuple[int, bool, int]:
        """A day's number, whether it is plainly one ("5th"), and the index after it; 0 for none."""
        word = self.words[index] if index < len(self.words) else ""
        if word.isdecimal() and len(word) <= 2:
            return int(word), False, index + 1
        glued = _GLUED.fullmatch(word)
        ending = self.common.get(glued[2], "") if glued else ""
        if glued and (ending == "ordinal ending" or ending in _MONTH):
            return int(glued[1]), True, index + 1
        meaning, end = self._phrase(index)
        return (int(meaning[:-2]), True, end) if _ORDINAL.fullmatch(meaning) else (0, False, index)

    def _with_year(self, day: int, month: int, end: int) -> _Written:
        word = self.words[end] if end < len(self.words) else ""
        year = int(word) if _YEAR.fullmatch(word) else None
        return _Written(day, month, year, end + 1 if year else end)

    def _resolved(self, written: _Written) -> date | None:
        """The day that is meant: without a year or a month, the next that is not past."""
        day, month, year, _ = written
        if month and year:
            return _day(year, month, day)
        days = self._in_years(day, month) if month else self._in_months(day)
        return next((possible for possible in days if possible and possible >= self.today), None)

    def _in_years(self, day: int, month: int) -> Iterator[date | None]:
        return (_day(self.today.year + later, month, day) for later in range(_NEXT_LEAP_YEAR + 1))

    def _in_months(self, day: int) -> Iterator[date | None]:
        firsts = (_months_later(self.today.replace(day=1), later) for later in range(12))
        return (_day(first.year, first.month, day) for first in firsts)

    def _phrase(self, start: int) -> tuple[str, int]:
        return self.book.common_at(self.words, start) or ("", start)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
