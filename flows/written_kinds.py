"""How replies to a coordinator's own questions are understood.

What somebody says besides the answer ("yes but only after I rang twice") stays with that answer: the next question is
somebody else's, and would take the words for what they are not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from flows import written
from flows.attachments import Attachment
from flows.hearing import Hearing, Reading
from flows.phrases import hear, plain
from flows.replies import AnyWords, Kind, Scale, Understood, a_date, one_of, scale, yes_or_no_and_when

_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
_LONGEST_NUMBER = 12  # letters; a longer one is a telephone number
_BETWEEN = re.compile(r"[,;/&+\n]|(?<=\d)\s+(?=\d)")
_ALL, _NONE = "all", "none"
_YESTERDAY, _LAST = "yesterday", "last"
_WEEK = 7


@dataclass(frozen=True)
class Given:
    """An answer, and what was said besides."""

    value: Any
    more: str = ""


@dataclass(frozen=True)
class Written:
    """A kind of question whose choices are labelled by whoever wrote it.

    Attributes:
        inner: What answers it.
        labels: What is shown for each choice; a choice without one has the words' own label.
        also: Other labels that are understood.
    """

    inner: Kind[Any]
    labels: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices of what answers it."""
        return self.inner.choices

    def understand(self, text: str, hearing: Hearing) -> Understood[Given] | None:
        """An answer with all that was said besides."""
        understood = self.inner.understand(text, self._with_labels(hearing))
        return Understood(Given(understood.value, understood.rest)) if understood else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: what was said belongs to the question it was said to."""

    def check(self, stored: Any) -> Given | None:
        """An answer that still fits."""
        if not isinstance(stored, dict):
            return None
        value = self.inner.check(stored.get("value"))
        return None if value is None else Given(value, str(stored.get("more", "")))

    def store(self, value: Given) -> dict[str, Any]:
        """The answer, and what was said besides where there is any."""
        kept = {"value": self.inner.store(value.value)}
        return {**kept, "more": value.more} if value.more else kept

    def _with_labels(self, hearing: Hearing) -> Hearing:
        if not self.labels:
            return hearing
        shown = [*self.also.items(), *self.labels.items()]
        return replace(hearing, labels={plain(label): choice for choice, label in shown}, book=None)


@dataclass(frozen=True)
class WrittenWords(AnyWords):
    """Whatever they want to say, typed or spoken into the phone."""

    attachments: tuple[str, ...] = ("voice",)

    def understand(self, text: str, hearing: Hearing) -> Understood[Any] | None:
        """The words as they were typed, or a recording."""
        spoken = Attachment.in_words(text)
        if spoken is not None:
            return Understood(Given(spoken, spoken.caption))
        return Understood(Given(text.strip())) if text.strip() else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: what was said belongs to the question it was said to."""

    def check(self, stored: Any) -> Any:
        """Any words, or a recording."""
        value = stored.get("value") if isinstance(stored, dict) else None
        found = value if isinstance(value, str) else Attachment.from_json(value)
        return None if found is None else Given(found, str(stored.get("more", "")))

    def store(self, value: Any) -> Any:
        """The words, or where the recording is."""
        return _kept(value)


@dataclass(frozen=True)
class Attached:
    """A picture or a recording, and nothing typed."""

    attachments: tuple[str, ...]
    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[Given] | None:
        """The attachment, with the words beside it."""
        found = Attachment.in_words(text)
        return Understood(Given(found, found.caption)) if found and found.kind in self.attachments else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never."""

    def check(self, stored: Any) -> Given | None:
        """An attachment of the right kind."""
        found = Attachment.from_json(stored.get("value")) if isinstance(stored, dict) else None
        return Given(found, str(stored.get("more", ""))) if found and found.kind in self.attachments else None

    def store(self, value: Given) -> dict[str, Any]:
        """Where it is."""
        return _kept(value)


def _kept(given: Given) -> dict[str, Any]:
    value = given.value.to_json() if isinstance(given.value, Attachment) else given.value
    return {"value": value, "more": given.more} if given.more else {"value": value}


@dataclass(frozen=True)
class ANumber:
    """One number, whole or not: "about 20", "£3.50", "twelve"."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[float] | None:
        """The one number in a reply; two numbers are no answer."""
        found = _NUMBER.findall(text) or [
            hearing.common[word] for word in hear(text).words if hearing.common.get(word, "").isdecimal()
        ]
        if len(found) != 1 or len(found[0]) > _LONGEST_NUMBER:
            return None
        number = float(found[0].replace(",", ""))
        value = self.check(int(number) if number.is_integer() else number)
        said = text.strip()
        return None if value is None else Understood(value, "" if said == found[0] else said)

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a number among other words may be about anything."""

    def check(self, stored: Any) -> float | None:
        """A number between the ends."""
        if isinstance(stored, bool) or not isinstance(stored, (int, float)):
            return None
        fits = (self.low is None or stored >= self.low) and (self.high is None or stored <= self.high)
        return stored if fits else None

    def store(self, value: float) -> float:
        """The number itself."""
        return value


@dataclass(frozen=True)
class SeveralOf:
    """Some of several choices, by their numbers or labels: "1 3", "tea and cake", "none". It has no buttons."""

    names: tuple[str, ...]
    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[list[str]] | None:
        """Each part of the reply must be a choice."""
        whole = hearing.means.get(plain(text))
        if whole in (_ALL, _NONE):
            return Understood(list(self.names) if whole == _ALL else [])
        if only := hearing.labels.get(plain(text)):
            return Understood([only])
        heard = [one_of(*self.names).understand(part, hearing) for part in self._parts(text, hearing)]
        if not heard or any(each is None or each.rest for each in heard):
            return None
        chosen = {each.value for each in heard if each}
        return Understood([name for name in self.names if name in chosen])

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never."""

    def check(self, stored: Any) -> list[str] | None:
        """Choices of today."""
        return stored if isinstance(stored, list) and all(name in self.names for name in stored) else None

    def store(self, value: list[str]) -> list[str]:
        """The choices' names."""
        return value

    def _parts(self, text: str, hearing: Hearing) -> list[str]:
        ands = [phrase for phrase, meaning in hearing.means.items() if meaning == "and"]
        between = re.compile(rf"\b(?:{'|'.join(map(re.escape, ands))})\b", re.IGNORECASE) if ands else None
        apart = between.sub(",", text) if between else text
        return [part.strip() for part in _BETWEEN.split(apart) if part.strip(" .!")]


@dataclass(frozen=True)
class APastDay:
    """A day that is not to come: "yesterday", "on tuesday", "20/11" are the last such day there was."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[date] | None:
        """The day; a day to come, as "tomorrow" is, does not fit."""
        reading = Reading.of(text, hearing)
        opening = reading.opening({"filler", "polite", "about", "on"})
        if opening.own and opening.meaning == _YESTERDAY:
            return Understood(hearing.today - timedelta(days=1), reading.rest(opening.end))
        if opening.own and opening.meaning == _LAST:
            text = reading.heard.after(opening.end)
        now, week_ago = _read(text, hearing, 0), _read(text, hearing, _WEEK)
        if now is None or now.value <= hearing.today:
            return now
        if week_ago and week_ago.value <= hearing.today and _stays(text, hearing, week_ago.value, _WEEK):
            return week_ago
        year_ago = _read(text, hearing, 365)
        fits = year_ago and year_ago.value <= hearing.today and _stays(text, hearing, year_ago.value, 365)
        return year_ago if fits else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a day among other words may be about anything."""

    def check(self, stored: Any) -> date | None:
        """A day written as 2026-12-05."""
        return a_date.check(stored)

    def store(self, value: date) -> str:
        """The day as 2026-12-05."""
        return value.isoformat()


def _read(text: str, hearing: Hearing, days_ago: int) -> Understood[date] | None:
    """What the text would have meant so many days ago."""
    return a_date.understand(text, replace(hearing, today=hearing.today - timedelta(days=days_ago)))


def _stays(text: str, hearing: Hearing, day: date, days_ago: int) -> bool:
    """Whether a day is fixed ("tuesday", "20/11") and does not move along with today ("tomorrow")."""
    around = (_read(text, hearing, days_ago + step) for step in (-1, 1))
    return any(each is not None and each.value == day for each in around)


def kind_of(question: written.WrittenQuestion) -> Kind[Any]:
    """How replies to a question are understood."""
    names = tuple(question.labels)
    if question.kind == written.WORDS:
        return WrittenWords()
    if question.kind in (written.PHOTO, written.VOICE):
        return Attached((question.kind,))
    inner: dict[str, Kind[Any]] = {
        written.YES_OR_NO: yes_or_no_and_when,
        written.SCALE: scale(int(question.low or 0), int(question.high or 0)),
        written.ONE_OF: one_of(*names),
        written.SEVERAL_OF: SeveralOf(names),
        written.NUMBER: ANumber(question.low, question.high),
        written.DATE: APastDay(),
        written.COMING_DATE: a_date,
    }
    return Written(inner[question.kind], question.labels, question.english)


def names_its_ends(kind: Kind[Any]) -> bool:
    """Whether the question itself says which numbers answer it."""
    return isinstance(kind, Scale) or (isinstance(kind, Written) and isinstance(kind.inner, Scale))


def plain_answer(answer: Given | None) -> Any:
    """An answer as a rule compares it, and as plain JSON: "yes", 3, "bus", ["tea", "cake"], a day's date, words."""
    if answer is None:
        return None
    value = answer.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return value.to_json() if isinstance(value, Attachment) else value
