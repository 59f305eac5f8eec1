"""Understanding what people type: each kind of question knows what an answer to it may look like.

Pure and explainable: no score, no model. A kind reads a reply with the help of a `Hearing`, and
says what it understood and which words were left over, so that "2 tired no call" can answer three questions.
When in doubt it does not fit: asking again costs a message, a wrong answer costs trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, Protocol, TypeVar

from flows.dates import day_begun, differs, read_date
from flows.hearing import POLITE, Hearing, Mark, Reading
from flows.phrases import hear, plain

__all__ = [
    "ADate",
    "AnyWords",
    "Hearing",
    "Kind",
    "OneNamed",
    "OneOf",
    "Scale",
    "SomethingOfTheirs",
    "Understood",
    "WordsToPassOn",
    "YesOrNo",
    "a_date",
    "any_words",
    "one_named",
    "one_of",
    "scale",
    "something_of_theirs",
    "wish",
    "words_to_pass_on",
    "yes_or_no",
    "yes_or_no_and_when",
]

T_co = TypeVar("T_co", covariant=True)

LONGEST_TO_PASS_ON = 1000
"""Letters. Twilio takes no message above 1600, and it also holds the name, a question and what can be answered."""
_LONGEST_COURTESY = 60
_BEFORE_A_CHOICE = frozenset({"filler", "polite"})
_BEFORE_A_NUMBER = frozenset({"filler", "polite", "about", "a"})
_AFTER_A_NUMBER = POLITE | {"today"}
_BEFORE_A_DATE = frozenset({"filler", "polite", "about", "on"})
_IF_ALONE = {"yes if alone": "yes", "no if alone": "no", "please": "yes"}
_IF_IT_ENDS = {"no if it ends there": "no"}


@dataclass(frozen=True)
class Understood(Generic[T_co]):
    """What a reply says, and the words of it that were not needed for that."""

    value: T_co
    rest: str = ""


class Kind(Protocol[T_co]):
    """How the reply to a question is understood. All methods are pure; None: it does not fit."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices to show as buttons or numbers, by their stored names; empty for free words."""

    def understand(self, text: str, hearing: Hearing) -> Understood[T_co] | None:
        """A reply to this very question."""

    def overhear(self, text: str, hearing: Hearing) -> Understood[T_co] | None:
        """Words that came along with another answer: only what plainly belongs to this question."""

    def check(self, stored: Any) -> T_co | None:
        """A stored answer, if it still fits the question as it is asked today."""

    def store(self, value: Any) -> Any:
        """The answer as plain JSON; `check` reads it back."""


@dataclass(frozen=True)
class Scale:
    """A whole number between two ends; see `scale`."""

    low: int
    high: int

    @property
    def choices(self) -> tuple[str, ...]:
        """Every number on the scale."""
        return tuple(str(number) for number in range(self.low, self.high + 1))

    def understand(self, text: str, hearing: Hearing) -> Understood[int] | None:
        """A number at the start, or one of the question's own ways of saying it."""
        if len(text) == 1 and text.isdecimal():
            number = self.check(int(text))
            return None if number is None else Understood(number)
        reading = Reading.of(text, hearing)
        mark = self._read(reading) or reading.begun(self.choices)
        if mark is None and (mended := reading.without_slips()):
            mark = self._read(mended)
        return Understood(int(mark.meaning), reading.rest(mark.end, _AFTER_A_NUMBER)) if mark else None

    def overhear(self, text: str, hearing: Hearing) -> None:
        """Never: a number or a mood among other words may be about anything."""

    def check(self, stored: Any) -> int | None:
        """A whole number that is on today's scale."""
        whole = isinstance(stored, int) and not isinstance(stored, bool)
        return stored if whole and self.low <= stored <= self.high else None

    def store(self, value: int) -> int:
        """The number itself."""
        return value

    def _read(self, reading: Reading) -> Mark | None:
        opening = reading.opening(_BEFORE_A_NUMBER)
        mark = self._mood(reading, opening) if opening.own else self._number(reading, opening.start)
        if mark is None or not self._fits(mark.meaning) or reading.unsettled(mark.end):
            return None
        return mark

    def _number(self, reading: Reading, start: int) -> Mark | None:
        mark = reading.number(start, out_of=self.high)
        return None if mark and reading.second_number(mark.end) else mark

    def _mood(self, reading: Reading, mark: Mark) -> Mark | None:
        """The question's own word, unless one for another number follows at once ("good bad")."""
        while (following := reading.phrase(mark.end)) and following.own:
            if following.meaning != mark.meaning:
                return None
            mark = mark._replace(end=following.end)
        return mark

    def _fits(self, number: str) -> bool:
        return number.isdecimal() and self.low <= int(number) <= self.high


@dataclass(frozen=True)
class OneOf:
    """One of several named choices; see `one_of`."""

    choices: tuple[str, ...]
    may_say_when: bool = False

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A tapped button, the choice's number, its label or a start of it, or a way of saying it."""
        if text in self.choices:
            return Understood(text)
        if len(text) == 1 and text.isdecimal() and text not in hearing.labels and text not in hearing.means:
            number = int(text)
            return Understood(self.choices[number - 1]) if 1 <= number <= len(self.choices) else None
        reading = Reading.of(text, hearing)
        if first := self._first(reading):
            return self._settled(reading, first)
        if begun := reading.begun(self.choices):
            return Understood(begun.meaning, reading.rest(begun.end))
        mended = reading.without_slips()
        if mended and (first := self._first(mended)):
            return self._settled(mended, first)
        return self._overhear(reading)

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The question's own ways of saying it, anywhere, unless something else speaks against it."""
        return self._overhear(Reading.of(text, hearing))

    def check(self, stored: Any) -> str | None:
        """One of today's choices."""
        return stored if isinstance(stored, str) and stored in self.choices else None

    def store(self, value: str) -> str:
        """The choice's name."""
        return value

    def _overhear(self, reading: Reading) -> Understood[str] | None:
        mark = reading.overheard(self.choices)
        fits = mark is not None and mark.meaning in self.choices
        return Understood(mark.meaning, reading.around(mark)) if mark and fits else None

    def _first(self, reading: Reading) -> Mark | None:
        return self._choice(reading, reading.opening(_BEFORE_A_CHOICE))

    def _settled(self, reading: Reading, first: Mark) -> Understood[str] | None:
        """The choice that a reply begins with, unless the rest of it says something else."""
        end = first.end
        while (following := reading.phrase(end)) and following.meaning not in _IF_ALONE:
            more = self._choice(reading, following)
            if more is None:
                break
            if more.meaning != first.meaning:
                return None
            end = more.end
        if reading.only_politeness(_after_echoes(reading, end, first.meaning)):
            return Understood(first.meaning)
        found = first._replace(end=end)
        doubtful = (
            reading.unsettled(end) or reading.turned_round(found, self.may_say_when) or reading.contradicted(found)
        )
        return None if doubtful else Understood(found.meaning, reading.rest(end))

    def _choice(self, reading: Reading, mark: Mark) -> Mark | None:
        """The choice that a phrase stands for where it stands."""
        if not mark.own and mark.meaning in _IF_ALONE:
            return self._weak_choice(reading, mark)
        return self._plain_choice(reading, mark)

    def _plain_choice(self, reading: Reading, mark: Mark) -> Mark | None:
        meaning = mark.meaning if mark.own else _IF_IT_ENDS.get(mark.meaning, mark.meaning)
        if meaning in self.choices:
            fits = mark.own or mark.meaning not in _IF_IT_ENDS or reading.ends_there(mark.end)
            return mark._replace(meaning=meaning) if fits else None
        number = None if mark.own else reading.number(mark.start)
        if number and 1 <= int(number.meaning) <= len(self.choices):
            return number._replace(meaning=self.choices[int(number.meaning) - 1])
        return None

    def _weak_choice(self, reading: Reading, mark: Mark) -> Mark | None:
        """An "ok" is a yes when it is the whole message, or when a plain yes follows."""
        meaning = _IF_ALONE[mark.meaning]
        end = _after_echoes(reading, mark.end, meaning)
        if meaning not in self.choices:
            return None
        if reading.only_politeness(end):
            return Mark(meaning, mark.start, end)
        following = reading.phrase(end)
        plainly = self._plain_choice(reading, following) if following else None
        return plainly if plainly and plainly.meaning == meaning else None


def _after_echoes(reading: Reading, end: int, meaning: str) -> int:
    """The index after weak words that say the same once more ("yeah ok sure")."""
    while (following := reading.phrase(end)) and _IF_ALONE.get(following.meaning) == meaning:
        end = following.end
    return end


@dataclass(frozen=True)
class OneNamed:
    """One of several things that have names of their own; see `one_named`."""

    names: Mapping[str, str]

    @property
    def choices(self) -> tuple[str, ...]:
        """What is stored for each, in the order they are shown."""
        return tuple(self.names)

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """A tapped button, its number, its name or a start of it."""
        return OneOf(self.choices).understand(text, self._with_names(hearing))

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """Its name, anywhere, unless something else speaks against it."""
        return OneOf(self.choices).overhear(text, self._with_names(hearing))

    def check(self, stored: Any) -> str | None:
        """One of those that there are today."""
        return OneOf(self.choices).check(stored)

    def store(self, value: str) -> str:
        """Its key in `names`."""
        return value

    def _with_names(self, hearing: Hearing) -> Hearing:
        labels = {plain(name): choice for choice, name in self.names.items()}
        return Hearing(hearing.today, hearing.common, hearing.means, labels)


@dataclass(frozen=True)
class YesOrNo:
    """Yes (True) or no (False); see `yes_or_no` and `yes_or_no_and_when`."""

    may_say_when: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Yes first."""
        return self._one_of.choices

    @property
    def _one_of(self) -> OneOf:
        return _YES_NO_AND_WHEN if self.may_say_when else _YES_NO

    def understand(self, text: str, hearing: Hearing) -> Understood[bool] | None:
        """Yes and no however people say it, 1 and 2, thumbs; "no idea" is neither."""
        return self._as_bool(self._one_of.understand(text, hearing))

    def overhear(self, text: str, hearing: Hearing) -> Understood[bool] | None:
        """Only the question's own phrases: a bare "no" among other words may answer anything."""
        return self._as_bool(self._one_of.overhear(text, hearing))

    def check(self, stored: Any) -> bool | None:
        """True or False, and nothing that merely looks like it."""
        return stored if isinstance(stored, bool) else None

    def store(self, value: bool) -> bool:
        """The truth itself."""
        return value

    def _as_bool(self, understood: Understood[str] | None) -> Understood[bool] | None:
        return Understood(understood.value == "yes", understood.rest) if understood else None


@dataclass(frozen=True)
class AnyWords:
    """Whatever they want to say; see `any_words`."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The words as they were typed; an empty message is no answer."""
        return Understood(text.strip()) if text.strip() else None

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """Everything that no other question took up."""
        return self.understand(text, hearing)

    def check(self, stored: Any) -> str | None:
        """Any words."""
        return stored if isinstance(stored, str) else None

    def store(self, value: str) -> str:
        """The words themselves."""
        return value


@dataclass(frozen=True)
class WordsToPassOn(AnyWords):
    """Words that go on to somebody else inside a message of ours; see `words_to_pass_on`."""

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The words as they were typed, unless they are too long for one message to carry."""
        understood = super().understand(text, hearing)
        return understood if understood and len(understood.value) <= LONGEST_TO_PASS_ON else None


@dataclass(frozen=True)
class SomethingOfTheirs(WordsToPassOn):
    """Words that are kept for what they say; see `something_of_theirs`."""

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The words as they were typed; no words at all for a bare no; a bare yes or thanks says nothing."""
        if len(text) <= _LONGEST_COURTESY:
            bare = _YES_NO.understand(text, hearing)
            if bare and not bare.rest:
                return Understood("") if bare.value == "no" else None
            if Reading.of(text, hearing).only_politeness(0):
                return None
        return super().understand(text, hearing)


@dataclass(frozen=True)
class ADate:
    """A day; see `a_date`."""

    choices: tuple[str, ...] = ()

    def understand(self, text: str, hearing: Hearing) -> Understood[date] | None:
        """A day in words or numbers, British order; impossible days and two days at once do not fit."""
        reading = Reading.of(text, hearing)
        found = self._read(reading) or self._begun(reading)
        if found is None and (mended := reading.without_slips()):
            found = self._read(mended)
        return Understood(found[0], reading.rest(found[1])) if found else None

    def overhear(self, text: str, hearing: Hearing) -> Understood[date] | None:
        """The question's own names for a day; any other day among other words may be about anything."""
        reading = Reading.of(text, hearing)
        mark = reading.overheard(())
        day = read_date(hear(mark.meaning), 0, reading.book, hearing.today) if mark else None
        return Understood(day[0], reading.around(mark)) if mark and day else None

    def check(self, stored: Any) -> date | None:
        """A day written as 2026-12-05."""
        try:
            return date.fromisoformat(stored)
        except (TypeError, ValueError):
            return None

    def store(self, value: date) -> str:
        """The day as 2026-12-05."""
        return value.isoformat()

    def _read(self, reading: Reading) -> tuple[date, int] | None:
        opening, hearing = reading.opening(_BEFORE_A_DATE), reading.hearing
        if opening.own:
            meant = read_date(hear(opening.meaning), 0, reading.book, hearing.today)
            found = (meant[0], opening.end) if meant else None
        else:
            found = read_date(reading.heard, opening.start, reading.book, hearing.today)
        if found is None or reading.only_politeness(found[1]):
            return found
        if reading.unsettled(found[1]):
            return None
        return None if differs(reading.heard, found, reading.book, hearing.today) else found

    def _begun(self, reading: Reading) -> tuple[date, int] | None:
        words, common = reading.words, reading.hearing.common
        whole = day_begun(words[0], common) if words and reading.only_politeness(1) else None
        found = read_date(hear(whole), 0, reading.book, reading.hearing.today) if whole else None
        return (found[0], 1) if found else None


def scale(low: int, high: int) -> Scale:
    """A whole number from `low` to `high`, both included: "4", "about a 4", "4/5", "great"."""
    return Scale(low, high)


def one_of(*choices: str) -> OneOf:
    """One of these choices, in the order they are shown; the names are stored, so they are for ever."""
    return OneOf(choices)


def one_named(names: Mapping[str, str]) -> OneNamed:
    """One of several things that people gave a name to, shown as it is in every language.

    Args:
        names: What is stored (short: a button carries it) to the name that is shown.
    """
    return OneNamed(names)


_YES_NO = OneOf(("yes", "no"))
_YES_NO_AND_WHEN = OneOf(("yes", "no"), may_say_when=True)
yes_or_no = YesOrNo()
yes_or_no_and_when = YesOrNo(may_say_when=True)
"""For questions whose words are kept: "yes but not before 3" is a yes. Elsewhere it is asked again: whether it is
safe to text somebody is no plain yes when it is not safe after 6."""
any_words = AnyWords()
words_to_pass_on = WordsToPassOn()
something_of_theirs = SomethingOfTheirs()
"""For "what is your idea?" and "anything else?": a bare "no" is an answer, of no words; "yes" and "thanks" are none."""
a_date = ADate()


def wish(text: str, common: Mapping[str, str]) -> Literal["skip", "back"] | None:
    """Whether a whole message asks to skip the question or to go back, however it is put.

    Args:
        text: What the person typed.
        common: The common phrases of their language, as in `Hearing.common`.
    """
    words = hear(text).words
    while len(words) > 1 and common.get(words[-1]) in POLITE:
        words = words[:-1]
    meaning = common.get(" ".join(words))
    return "skip" if meaning == "skip" else "back" if meaning == "back" else None
