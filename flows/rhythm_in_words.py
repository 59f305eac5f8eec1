"""Understanding when and how often somebody likes to be asked how they are: "every other Friday, not mornings".

In doubt it is not understood: whoever said "Mondays or Thursdays" must not be asked on both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from flows.dates import WEEKDAYS, weekday_called
from flows.days_in_words import ORDINALS, DaysSaid
from flows.hearing import Hearing, Reading
from flows.phrases import Heard, Phrasebook
from flows.replies import Understood
from flows.rhythm import DAY, EARLIEST, LATEST, SHORTEST, WEEKEND, Wish

EVERY: Mapping[str, int] = {"daily": 1, "weekly": 7, "fortnightly": 14, "three weeks": 21, "monthly": 28}
"""Days between two check-ins; a month is four weeks, so that it stays the same day of the week."""
PARTS: Mapping[str, tuple[int, int, int]] = {
    "morning": (EARLIEST, 12 * 60, 10 * 60),
    "afternoon": (12 * 60, 17 * 60, 14 * 60),
    "evening": (17 * 60, LATEST, 18 * 60),
}
"""When a part of the day begins and ends, and when we ask in it."""
_UNITS: Mapping[str, int] = {"day": 1, "week": 7, "fortnight": 14}
_MOST_DAYS = 84
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?:\s?(am|pm|a\.m\.|p\.m\.|yb|yp|yh|o'?clock))?(?![\w:])", re.IGNORECASE)
_CHANGES_THE_SENSE = {
    "negation",
    "no",
    "no if alone",
    "no if it ends there",
    "or",
    "unsure",
    "but",
    "condition",
    "doubt",
    *ORDINALS,
}
_MAKES_NO_DIFFERENCE = "makes no difference"
_OF_TIME = {*WEEKDAYS, *_UNITS, "month", "today", "tomorrow", "unit", "ordinal ending", "next", "couple", "this"}


@dataclass(frozen=True)
class WhenAndHowOften:
    """The kind of question that a wish answers."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[Wish] | None:
        """A wish; None where anything might mean something else than it seems."""
        reading = Reading.of(text, hearing)
        wish = _Listening(reading.heard, reading.book).wish()
        if (wish is None or wish.rest) and (right := reading.without_slips()):
            guessed = _Listening(right.heard, right.book).wish()
            wish = guessed if guessed and not guessed.rest else wish  # it must at least be all of it
        return Understood(wish) if wish else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a day among other words may be about anything."""

    def check(self, stored: Any) -> Wish | None:
        """A wish as it was stored."""
        return Wish(**stored) if isinstance(stored, dict) and stored.keys() <= asdict(Wish()).keys() else None

    def store(self, value: Wish) -> dict[str, Any]:
        """The wish as plain JSON."""
        return asdict(value)


when_and_how_often = WhenAndHowOften()


class _Listening:
    """One reply, read from left to right."""

    def __init__(self, heard: Heard, book: Phrasebook) -> None:
        self.heard = heard
        self.words = heard.words
        self.book = book
        self.at = 0
        self.said: dict[str, Any] = {}
        self.not_parts: set[str] = set()
        self.weekly = False  # "fridays"
        self.days_said = DaysSaid()
        self.timed_first = False  # "after 5 on fridays"
        self.leaves_out = False
        self.in_doubt = False
        self.half_day_said = False
        self.part: str | None = None
        harmless = {
            word for phrase, meaning in book.own.items() if meaning == _MAKES_NO_DIFFERENCE for word in phrase.split()
        }
        self.telling = {word for phrase in book.own for word in phrase.split()} - harmless

    def wish(self) -> Wish | None:
        """What was said; None where nothing was understood, or it is in doubt."""
        while self.at < len(self.words) and not self.in_doubt:
            self._step()
        self._leave_out_parts()
        self._settle_days()
        if self.part and self.said["start"] <= PARTS[self.part][2] < self.said["end"]:
            self.said.setdefault("minute", PARTS[self.part][2])
        if self.in_doubt or not self.said or not self._is_possible():
            return None
        return Wish(**self.said, rest=self.heard.text.strip() if self.leaves_out else "")

    def _is_possible(self) -> bool:
        """Whether what was said goes together."""
        every, weekday, days = (self.said.get(name) for name in ("every_days", "weekday", "days"))
        names_a_day = weekday is not None or days is not None
        named, not_from, minute = (self.said.get(name) for name in ("named", "not_from", "minute"))
        if (named and (days or every is not None)) or (not_from is not None and minute is not None):
            return False
        if names_a_day and every is not None and (every == 0 or every % 7):
            return False
        if weekday is not None and days is not None and (weekday >= WEEKEND) != (days == "weekends"):
            return False
        start, end = self.said.get("start", 0), self.said.get("end", DAY)
        return bool(end - start >= SHORTEST)

    def _step(self) -> None:
        meaning, end, own = self._phrase()
        rule = _RULES.get(meaning) if own else None
        if rule is not None:
            self.at = end
            rule(self)
        elif own and meaning in EVERY:
            self.at = end
            self._set("every_days", EVERY[meaning])
        elif own and meaning in PARTS:
            self.at = end
            self._only(meaning)
        elif (weekday := weekday_called(meaning)) is not None:
            self._on(weekday, end)
        elif self._is_a_stretch():
            self.between()
        elif (minute := self._clock(plainly=True)) is not None:
            self._at_or_from(minute)
        else:
            self._leave(meaning, end)

    def _phrase(self) -> tuple[str, int, bool]:
        """The phrase here: its meaning, the index after it, and whether it is the question's own.

        "Bob dydd" is every day, but "bob dydd Mawrth" every Tuesday.
        """
        meaning, end, own = self.book.at(self.words, self.at) or ("", self.at, False)
        following = self.book.at(self.words, self.at + 1)
        if meaning == "daily" and following and weekday_called(following[0]) is not None and following[1] > end:
            return "every", self.at + 1, True
        if own and meaning == "weekdays" and end == self.at + 2 and not self._is_a_dash(self.at + 1):
            alone = self.book.common_at(self.words[self.at : self.at + 1], 0)
            if alone and alone[0] in WEEKDAYS:  # "mon-fri" is a stretch, "mon/fri" are two days
                return alone[0], self.at + 1, False
        return meaning, end, own

    def _is_a_dash(self, index: int) -> bool:
        return index > 0 and self.heard.gap(index).strip() in ("-", "–")

    def _on(self, weekday: int, end: int) -> None:
        """A day of the week; "fridays" are one every week, and "nos Wener" is an evening."""
        self.weekly = self.weekly or self.words[end - 1].endswith("days")
        part = self.book.at(self.words[self.at : self.at + 1], 0)
        of_a_part = bool(part and part[2] and part[0] in PARTS)
        self._one_more(weekday, of_a_part, end)
        self.at = end
        if part and of_a_part:
            self._only(part[0])
        meaning, after, own = self.book.at(self.words, self.at) or ("", self.at, False)
        if own and meaning in ORDINALS:  # "dydd Gwener cyntaf y mis"
            self.at = after
            self._of_a_month(meaning, behind=True)

    def _one_more(self, weekday: int, of_a_part: bool, end: int) -> None:
        """One more day; "mon-thu" and "monday mornings and thursdays" leave open what is meant."""
        timed = bool(self.not_parts or {"start", "end", "minute"} & self.said.keys())
        if not self.days_said.weekdays:
            self.timed_first = timed
        else:
            meaning, _, own = self.book.at(self.words, end) or ("", end, False)
            says_when = of_a_part or (own and (meaning in PARTS or meaning in ("at", "after", "before", "between")))
            self.in_doubt = self.in_doubt or self._is_a_dash(self.at) or (timed and not (self.timed_first or says_when))
        self.days_said.weekdays.append(weekday)

    def nth(self, meaning: str) -> None:
        """The first friday, the last one; a day must follow."""
        following = self.book.at(self.words, self.at)
        self._of_a_month(meaning, behind=False)
        self.in_doubt = self.in_doubt or following is None or weekday_called(following[0]) is None

    def _of_a_month(self, meaning: str, *, behind: bool) -> None:
        is_new = self.days_said.take(ORDINALS[meaning], behind=behind)
        self.in_doubt = self.in_doubt or not is_new

    def of_the_month(self) -> None:
        """Of the month."""
        self.days_said.of_the_month = True

    def _settle_days(self) -> None:
        said = self.days_said.settled(self.said.get("every_days"))
        self.in_doubt = self.in_doubt or said is None
        self.said |= said or {}
        if self.weekly and "named" not in self.said:
            self.said.setdefault("every_days", 7)

    def _at_or_from(self, minute: int) -> None:
        """3pm; 3pm to 5pm."""
        following = self.book.at(self.words, self.at)
        if following is None or following[0] != "to":
            self._set("minute", minute)
            return
        self._set("start", minute)
        self.at = following[1]
        self._ends()

    def _is_a_stretch(self) -> bool:
        """Whether "10 to 12" or "10-12" begins here."""
        if not self.words[self.at].rstrip("apm").isdecimal() or self.at + 1 >= len(self.words):
            return False
        following = self.book.at(self.words, self.at + 1)
        return bool(following and following[0] == "to") or self.heard.gap(self.at + 1).strip() in ("-", "–")

    def _leave(self, meaning: str, end: int) -> None:
        """A word that is not known here; where it may change the sense of the others, all of it is in doubt."""
        word = self.words[self.at]
        of_time = meaning in _OF_TIME or meaning.isdecimal() or word[0].isdecimal() or word in self.telling
        self.in_doubt = of_time or meaning in _CHANGES_THE_SENSE
        self.leaves_out = self.leaves_out or not meaning
        self.at = max(end, self.at + 1)

    def _set(self, name: str, value: Any) -> None:
        """Keep what was said; two different things are none."""
        self.in_doubt = self.in_doubt or self.said.get(name, value) != value
        self.said[name] = value

    def _only(self, part: str) -> None:
        """A part of the day, and what was said of it before: "after 6 in the evening"."""
        start, end, _ = PARTS[part]
        begins, ends = self.said.get("start", start), self.said.get("end", end)
        self.in_doubt = self.in_doubt or self.part not in (None, part) or not start <= begins < ends <= end
        self.said |= {"start": begins, "end": ends}
        self.part = part

    def every(self) -> None:
        """Every friday, every 3 days."""
        self._counted(1)

    def every_other(self) -> None:
        """Every other friday."""
        self._counted(2)

    def every_second(self) -> None:
        """Every second day; every second friday, which may be the second of the month."""
        self.days_said.every_second = True
        self._counted(2)

    def _counted(self, times: int) -> None:
        count, after = self._number(self.at)
        meaning, end, _ = self.book.at(self.words, after) or ("", after, False)
        if meaning in _UNITS:
            days = times * (count or 1) * _UNITS[meaning]
            self.in_doubt = self.in_doubt or days > _MOST_DAYS
            self._set("every_days", days)
        elif (weekday := weekday_called(meaning)) is not None and not count:
            self._set("every_days", 7 * times)
            self._on(weekday, end)
            return
        elif meaning in ORDINALS and times == 1 and not count:
            end = after
        elif meaning in PARTS and times == 1 and not count:
            self._set("every_days", 1)
            self._only(meaning)
        elif meaning == "weekends" and not count:
            self._set("days", meaning)
            self._set("every_days", 7 * times)
        else:
            self.in_doubt = True
        self.at = end

    def not_(self) -> None:
        """Not mornings, not mornings or evenings, not weekends."""
        first = True
        while first or self._joined():
            first = False
            meaning, end, own = self.book.at(self.words, self.at) or ("", self.at, False)
            other = {"weekdays": "weekends", "weekends": "weekdays"}
            if own and meaning in PARTS:
                self.not_parts.add(meaning)
            elif own and meaning in other:
                self._set("days", other[meaning])
            else:
                self.in_doubt = True
            self.at = max(end, self.at + 1)

    def _joined(self) -> bool:
        """Whether "or evenings", "and evenings" follows."""
        meaning, end, _ = self.book.at(self.words, self.at) or ("", self.at, False)
        following = self.book.at(self.words, end)
        if meaning not in ("or", "and") or following is None or following[0] not in PARTS:
            return False
        self.at = end
        return True

    def _leave_out_parts(self) -> None:
        """What is left of a day without some of its parts."""
        if not self.not_parts:
            return
        left = [part for part in PARTS if part not in self.not_parts]
        self.in_doubt = self.in_doubt or not left or "start" in self.said or "end" in self.said
        if left == ["morning", "evening"]:
            self.said |= {"not_from": PARTS["afternoon"][0], "not_until": PARTS["afternoon"][1]}
        elif left:
            self.said |= {"start": PARTS[left[0]][0], "end": PARTS[left[-1]][1]}

    def after(self) -> None:
        """After 5, not before 11; from 10 to 2."""
        self._bound("start", late=7)
        meaning, end, _ = self.book.at(self.words, self.at) or ("", self.at, False)
        if meaning == "to":
            self.at = end
            self._ends()

    def before(self) -> None:
        """Before noon, until 6."""
        self._bound("end", late=7)

    def no_later(self) -> None:
        """Not after 8."""
        self._bound("end", late=11)

    def between(self) -> None:
        """Between 2 and 4."""
        self._bound("start", late=7)
        meaning, end, _ = self.book.at(self.words, self.at) or ("", self.at, False)
        if meaning in ("and", "to"):
            self.at = end
        elif self.at >= len(self.words) or self.heard.gap(self.at).strip() not in ("-", "–"):
            self.in_doubt = True
        self._ends()

    def _ends(self) -> None:
        """The other end of a stretch that has begun: the next such hour after it; "8 to 10pm" begins at 8pm."""
        begins_plainly = self.half_day_said
        self._bound("end", late=0)
        if (
            self.half_day_said
            and not begins_plainly
            and self.said.get("start", DAY) + DAY // 2 < self.said.get("end", 0)
        ):
            self.said["start"] += DAY // 2
        if "start" in self.said and self.said.get("end", DAY) <= self.said["start"]:
            self.said["end"] += DAY // 2

    def at_(self) -> None:
        """At 3."""
        minute = self._clock(late=7)
        if minute is None:
            self.in_doubt = True
        else:
            self._set("minute", minute)

    def _bound(self, name: str, late: int) -> None:
        """One end of a stretch; within a part of the day that was named before, it says more of it."""
        minute = self._clock(late=late)
        if minute is None:
            self.in_doubt = True
        elif self.part is not None and self.said["start"] <= minute <= self.said["end"]:
            self.said[name] = minute
        else:
            self._set(name, minute)

    def any_time(self) -> None:
        """Any time of the day."""
        self._set("start", EARLIEST)
        self._set("end", LATEST)

    def never(self) -> None:
        """Never."""
        self._set("every_days", 0)

    def days(self, which: str) -> None:
        """Weekdays, weekends."""
        self._set("days", which)

    def nothing(self) -> None:
        """A word that makes no difference: "please", "texts"."""

    def _clock(self, *, late: int = 0, plainly: bool = False) -> int | None:
        """A time of day, in minutes; None: there is none.

        Args:
            late: Hours up to this one, without am or pm, are in the afternoon: "after 5" is 17.
            plainly: Only with minutes, am or pm: a bare "5" may be anything.
        """
        meaning, end, own = self.book.at(self.words, self.at) or ("", self.at, False)
        self.half_day_said = False
        if own and meaning == "noon":
            self.at = end
            return 12 * 60
        if own and meaning == "half past":
            before, self.at = self.at, end
            hour = self._clock(late=late)
            if hour is None or hour % 60:
                self.at = before
                return None
            return hour + 30
        found = _CLOCK.match(self.heard.text, self.heard.spans[self.at][0]) if self.at < len(self.words) else None
        return self._written(found, late, plainly) if found else None if plainly else self._in_words(late)

    def _written(self, found: re.Match[str], late: int, plainly: bool) -> int | None:
        hour, minutes, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower().replace(".", "")
        if hour > 23 or minutes > 59 or (plainly and not (found[2] or half)):
            return None
        self.at = sum(1 for begin, _ in self.heard.spans if begin < found.end())
        self.half_day_said = bool(half)
        return _minute(hour, minutes, half, late)

    def _in_words(self, late: int) -> int | None:
        count, after = self._number(self.at)
        if not 0 < count <= 12:
            return None
        self.at = after
        return _minute(count, 0, "", late)

    def _number(self, index: int) -> tuple[int, int]:
        """How many, and the index after it; 0 where nobody said."""
        word = self.words[index] if index < len(self.words) else ""
        number = word if word.isdecimal() else self.book.common.get(word, "")
        return (int(number), index + 1) if number.isdecimal() and len(number) <= 2 else (0, index)


def _minute(hour: int, minutes: int, half: str, late: int) -> int:
    afternoon = half in ("pm", "yp", "yh") or (half not in ("am", "yb") and 0 < hour <= late)
    if hour == 12 and half in ("am", "yb"):
        hour = 0
    return (hour + 12 if afternoon and hour < 12 else hour) * 60 + minutes


_RULES: Mapping[str, Callable[[_Listening], None]] = {
    "every": _Listening.every,
    "every other": _Listening.every_other,
    "every second": _Listening.every_second,
    "of the month": _Listening.of_the_month,
    **{meaning: partial(_Listening.nth, meaning=meaning) for meaning in ORDINALS},
    "not": _Listening.not_,
    "after": _Listening.after,
    "before": _Listening.before,
    "not after": _Listening.no_later,
    "between": _Listening.between,
    "at": _Listening.at_,
    "any time": _Listening.any_time,
    "never": _Listening.never,
    "weekdays": lambda listening: listening.days("weekdays"),
    "weekends": lambda listening: listening.days("weekends"),
    "and": _Listening.nothing,
    _MAKES_NO_DIFFERENCE: _Listening.nothing,
}
