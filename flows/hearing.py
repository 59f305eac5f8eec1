"""Reading one reply with what is known about its question: phrases, numbers, and signs of a change of mind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from flows.phrases import READ_FOR_SLIPS, SHORTEST_START, Heard, Phrasebook, hear, mended, plain

POLITE = frozenset({"polite", "please"})
_NEGATIONS = frozenset({"negation", "no", "no if alone", "no if it ends there"})
_DENIALS = frozenset({"negation", "no if alone"})
_NEW_CLAUSE = _NEGATIONS | {"clause", "about", "but"}
_OPEN = frozenset({"or", "unsure"})
_AGAINST = frozenset({"or", "unsure", "correction"})
_CONDITION = "condition"
_STOPS = ".,;:!?-–—(\n"
_NO_SCORE_AFTER = frozenset({"unit", "day", "week", "fortnight", "month", "of"})
_BETWEEN_NUMBERS = frozenset({"unsure", "about", "a", "to", "filler"})

_SECOND_THOUGHTS = 6  # words in which "i mean" still takes the answer back


@dataclass(frozen=True, slots=True)
class Hearing:
    """What an understanding may lean on. Phrases are written as `flows.phrases.plain` writes them.

    Attributes:
        today: The person's own day, for "tomorrow".
        common: A plain phrase to what it means in this language ("yeah go on then" to "yes").
        means: A plain phrase to the choice it stands for in this one question ("no call" to "no").
        labels: What is shown for each choice, to that choice ("yes please" to "yes").
        book: All of them in one, to look up quickly; made when needed if it is not given.
    """

    today: date
    common: Mapping[str, str]
    means: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    book: Phrasebook | None = None


class Mark(NamedTuple):
    """A phrase in a reply: what it means, where it stands, and whether it is this question's own phrase."""

    meaning: str
    start: int
    end: int
    own: bool = False
    negated: bool = False


class Reading:
    """One reply, read for one question."""

    def __init__(self, heard: Heard, hearing: Hearing) -> None:
        self.heard = heard
        self.words = heard.words
        self.hearing = hearing
        self.book = hearing.book or Phrasebook(hearing.common, {**hearing.labels, **hearing.means})
        self._common = hearing.common

    @classmethod
    def of(cls, text: str, hearing: Hearing) -> Reading:
        """Read a text."""
        return cls(hear(text), hearing)

    def without_slips(self) -> Reading | None:
        """The same reply with its spelling slips put right; None when it has none."""
        heard = mended(self.heard, self.book.vocabulary, self.negates)
        return Reading(heard, self.hearing) if heard else None

    def negates(self, word: str) -> bool:
        """Whether a word turns what follows it round."""
        return self._common.get(word) in _NEGATIONS

    def phrase(self, start: int) -> Mark | None:
        """The longest known phrase at a word; the question's own phrases go first."""
        found = self.book.at(self.words, start)
        return Mark(found[0], start, found[1], found[2]) if found else None

    def opening(self, leave_out: Collection[str]) -> Mark:
        """The first phrase that matters; without a meaning when unknown words come first."""
        start = 0
        while mark := self.phrase(start):
            please = mark.meaning == "please" and mark.end < len(self.words)
            if mark.own or not (please or mark.meaning in leave_out):
                return mark
            start = mark.end
        return Mark("", start, start)

    def number(self, start: int, out_of: int | None = None) -> Mark | None:
        """A number that is an answer; not a part of a time, a telephone number or a story ("one of those")."""
        value = self._value(start)
        if value is None or self._before(start) in "£$€+-–.":
            return None
        end = start + 1
        if out_of is not None and (denominator := self._denominator(end)):
            if self._value(denominator) != out_of:
                return None
            end = denominator + 1
        return Mark(str(value), start, end) if self._ends_number(start, end) else None

    def second_number(self, end: int) -> bool:
        """Whether another number follows that makes the first one uncertain ("3 maybe 4")."""
        after = self.book.skip(self.words, end, _BETWEEN_NUMBERS)
        return after > end and self._value(after) is not None

    def unsettled(self, end: int) -> bool:
        """Whether what follows leaves the answer open ("1 or 2") or takes it back ("no i mean yes")."""
        for index in range(end, min(len(self.words), end + _SECOND_THOUGHTS)):
            found = self.book.common_at(self.words, index)
            if found and (found[0] == "correction" or (index == end and found[0] in _OPEN)):
                return True
        return False

    def turned_round(self, mark: Mark, may_say_when: bool = False) -> bool:
        """Whether the opposite follows ("yes but not", "yes maybe later"), or two negations in a row.

        "Yes but not before 3" is turned round only where they may not say when.
        """
        near = self.words[mark.end : mark.end + _SECOND_THOUGHTS]
        if any(self.negates(one) and self.negates(two) for one, two in pairwise(near)):
            return True
        after = self.book.skip(self.words, mark.end, {"but"})
        following = self.phrase(after)
        if mark.meaning == "no":
            return after > mark.end and following is not None and following.meaning == "yes"
        denials = _NEGATIONS | _OPEN if after > mark.end else _DENIALS
        if following is not None and following.meaning == _CONDITION:
            return not may_say_when
        return following is not None and following.meaning in denials

    def ends_there(self, end: int) -> bool:
        """Whether an answer is over: nothing, a stop, an emoji or a new clause follows; in "no food" it is not."""
        if self.only_politeness(end) or self._stops(end) or not self.words[end][0].isalnum():
            return True
        following = self.phrase(end)
        return following is not None and not following.own and following.meaning in _NEW_CLAUSE

    def contradicted(self, mark: Mark) -> bool:
        """Whether the question's own phrase for another choice follows ("2 call me", where 2 is no)."""
        after = (other for other in self._marks(mark.end) if other.own and not other.negated)
        return any(other.meaning != mark.meaning for other in after)

    def begun(self, choices: Collection[str]) -> Mark | None:
        """The one choice whose label or own word the whole message begins ("tomo", "pass")."""
        if len(self.words) > READ_FOR_SLIPS:
            return None
        start = self.book.skip(self.words, 0, {"filler", "polite"})
        end = next(i for i in range(start, len(self.words) + 1) if self.only_politeness(i))
        typed = " ".join(self.words[start:end])
        if len(typed) < SHORTEST_START or self.negates(self.words[end - 1]):
            return None
        labels = {**self.hearing.labels, **{plain(choice): choice for choice in choices}}
        meant = {choice for label, choice in labels.items() if self._begins(typed, label)}
        own = self.hearing.means.items()
        meant |= {choice for phrase, choice in own if self._begins(typed, phrase, inside_a_word=True)}
        fits = len(meant) == 1 and meant <= set(choices)
        return Mark(meant.pop(), start, end, own=True) if fits else None

    def overheard(self, choices: Collection[str]) -> Mark | None:
        """The question's own phrase, wherever it stands, unless something else in the reply speaks against it."""
        marks = list(self._marks())
        own = [mark for mark in marks if mark.own and self._said(mark) in self.hearing.means]
        said = {mark.meaning for mark in marks if mark.own or mark.meaning in choices}
        doubted = any(mark.negated if mark.own else mark.meaning in _AGAINST for mark in marks)
        return own[0] if len(said) == 1 and own and not doubted else None

    def _said(self, mark: Mark) -> str:
        return " ".join(self.words[mark.start : mark.end])

    def _marks(self, start: int = 0) -> Iterator[Mark]:
        """Every known phrase, from left to right, and whether a negation stands before it in its clause."""
        index, negated = start, False
        while index < len(self.words):
            if index and set(self.heard.gap(index)) & set(".,;!?\n"):
                negated = False
            mark = self.phrase(index)
            end = mark.end if mark else index + 1
            negates = self.negates(self.words[index])
            doubled = negates and index > 0 and self.negates(self.words[index - 1])
            if mark:
                yield mark._replace(negated=doubled or (negated and not negates))
            negated = negated or any(self.negates(word) for word in self.words[index:end])
            index = end

    def only_politeness(self, start: int) -> bool:
        """Whether nothing but thanks follows."""
        return self.book.skip(self.words, start, POLITE) >= len(self.words)

    def rest(self, end: int, leave_out: Collection[str] = POLITE) -> str:
        """What follows, as it was typed; nothing if it is only what can be left out."""
        return "" if self.book.skip(self.words, end, leave_out) >= len(self.words) else self.heard.after(end)

    def around(self, mark: Mark) -> str:
        """What stands around a phrase, as it was typed; mere thanks are not kept."""
        around = self.heard.around(mark.start, mark.end)
        return "" if Reading.of(around, self.hearing).only_politeness(0) else around

    def _value(self, index: int) -> int | None:
        word = self.words[index] if index < len(self.words) else ""
        number = word if word.isdecimal() else self._common.get(word, "")
        fits = number.isdecimal() and len(number) <= 3 and (number == "0" or number[0] != "0")
        return int(number) if fits else None

    def _before(self, index: int) -> str:
        start = self.heard.spans[index][0]
        return self.heard.text[start - 1] if start else " "

    def _denominator(self, index: int) -> int | None:
        """Where the 5 of "3/5" and "3 out of 5" stands."""
        if index >= len(self.words):
            return None
        if self.heard.gap(index).strip() == "/":
            return index
        after = self.book.skip(self.words, index, {"out of", "of"})
        return after if after > index and self._value(after) is not None else None

    def _ends_number(self, start: int, end: int) -> bool:
        following = self.words[end] if end < len(self.words) else ""
        if following[:1].isdecimal() or self._after(end)[:1] in {"%", "°"}:
            return False
        unit = self.book.common_at(self.words, end)
        if unit and unit[0] in _NO_SCORE_AFTER:
            return False
        return self.words[start].isdecimal() or self.only_politeness(end) or self._stops(end)

    def _stops(self, end: int) -> bool:
        """Whether a stop follows; the hyphen in "no-show" is none."""
        after = self._after(end)
        inside_a_word = after[:1] == "-" and after[1:2].isalnum()
        return after.lstrip(" ")[:1] in set(_STOPS) and not inside_a_word

    def _after(self, end: int) -> str:
        return self.heard.text[self.heard.spans[end - 1][1] :]

    def _begins(self, typed: str, phrase: str, inside_a_word: bool = False) -> bool:
        if not phrase.startswith(typed) or (inside_a_word and phrase[len(typed) :][:1] == " "):
            return False
        completed = phrase.split()[typed.count(" ")]
        return not self.negates(completed)
