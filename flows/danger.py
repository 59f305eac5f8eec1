"""Hearing danger in any message: what was heard, by which rule, in which words. It never scores or guesses.

Pure: it keeps nothing and does nothing. What is sent, and who is told, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from flows.danger_words.book import ACT_TOPICS, TIERS, Book, Entry, Search, Tier, built_in_book, extra_book
from flows.danger_words.language import BREAK
from flows.danger_words.spelling import Reading

Safety: TypeAlias = Literal["safe", "not safe", "not sure"]
_RANK = {"act": 0, "ask": 1, "offer": 2}
_LONGEST_ANSWER = 12  # words; more than that is a message of its own
_REACH = 16  # letters before a match in which a negation or another speaker may stand
_STRETCH, _OVERLAP = 64, 32  # letters looked at together in a long message; no phrase is longer than the overlap
_LEADS_TO = {"act": "act: lines at once, and a person is told", "ask": "ask: are you safe?", "offer": "offer help"}


@dataclass(frozen=True)
class Why:
    """One pattern that was heard.

    Attributes:
        pattern: Its id in the pattern files.
        words: The words of the message that matched, as they were read.
        reason: Why the pattern is there, in plain words.
        lowered: What made it count for less than its tier ("they say they do not"), or None.
    """

    pattern: str
    tier: Tier
    topic: str
    words: str
    reason: str
    lowered: str | None = None


@dataclass(frozen=True)
class Heard:
    """What was heard in a message; tier and topic are None when nothing was."""

    tier: Tier | None = None
    topic: str | None = None
    why: tuple[Why, ...] = ()


NOTHING = Heard()


class Listener:
    """Hears danger with the built-in patterns and, beside them, an organisation's own."""

    def __init__(self, *books: Book) -> None:
        self._books = books

    @classmethod
    def load(cls, extra: Path | None = None) -> Listener:
        """The built-in patterns and those in the file `extra`.

        Raises:
            BookProblems: with everything that is wrong in the file; trying again helps when it is mended.
        """
        return cls(_built_in()) if extra is None else cls(_built_in(), extra_book(extra))

    def listen(self, text: str) -> Heard:
        """What is heard in a message."""
        return _sum_up([why for book in self._books for why in _heard_by(book, text)])

    def explain(self, text: str) -> str:
        """A report in plain words, for a safeguarding lead who asks why."""
        heard = self.listen(text)
        if heard.tier is None:
            return "Nothing was heard. No pattern fits these words."
        lines = [f"Heard: {_LEADS_TO[heard.tier]}. Topic: {heard.topic}."]
        return "\n".join([*lines, *(_explained(why) for why in heard.why)])


def listen(text: str) -> Heard:
    """What the built-in patterns hear in a message."""
    return _default().listen(text)


def listen_split(previous: str, text: str) -> Heard:
    """What is heard in the second part of a text message that was cut in two, wherever the cut fell.

    Args:
        previous: The part that came before.
        text: The part that came now. What is heard in it alone also counts.
    """
    whole = [listen(each) for each in (previous.rstrip() + text.lstrip(), f"{previous} {text}", text)]
    return _sum_up([why for heard in whole for why in heard.why])


def explain(text: str) -> str:
    """A report in plain words on what the built-in patterns hear."""
    return _default().explain(text)


def answer_to_are_you_safe(text: str) -> Safety | None:
    """What a reply to "are you safe right now? 1 yes, 2 no, 3 not sure" says; None: it does not answer."""
    book = _built_in()
    if listen(text).tier == "act":
        return "not safe"
    letters = book.speller.letters(text)
    if len(letters) > _LONGEST_ANSWER:
        return None
    kinds: tuple[Safety, ...] = ("not sure", "not safe", "safe")
    return next((kind for kind in kinds if book.answers[kind].search(letters)), None)


@cache
def _built_in() -> Book:
    return built_in_book()


@cache
def _default() -> Listener:
    return Listener.load()


def _explained(why: Why) -> str:
    lowered = f" Lowered to {why.tier}: {why.lowered}." if why.lowered else ""
    return f"- “{why.words}”: {why.reason} (pattern {why.pattern}, {why.tier}, {why.topic}).{lowered}"


def _sum_up(whys: Sequence[Why]) -> Heard:
    if not whys:
        return NOTHING
    in_order = sorted(dict.fromkeys(whys), key=_weight)
    return Heard(in_order[0].tier, in_order[0].topic, tuple(in_order))


def _weight(why: Why) -> tuple[int, int]:
    topics = ACT_TOPICS
    return _RANK[why.tier], topics.index(why.topic) if why.topic in topics else len(topics)


def _heard_by(book: Book, text: str) -> list[Why]:
    letters = book.speller.letters(text)
    present = frozenset(letters)
    found = list(_found(book.starts, letters))
    whys = _Hearing(book, text, letters).whys(found) if found else []
    weight = sum(book.weights[letter] for letter in present & book.weights.keys())
    if book.enough and weight >= book.enough and not any(why.tier in ("act", "ask") for why in whys):
        whys.append(Why("heavy-words", "ask", "low", "", "several heavy words together"))
    return whys


class _Hearing:
    """One message being searched with one book."""

    def __init__(self, book: Book, text: str, letters: str) -> None:
        self._book = book
        self._text = text
        self._letters = letters

    @cached_property
    def _reading(self) -> Reading:
        return self._book.speller.read(self._text)

    @cached_property
    def _idioms(self) -> list[tuple[int, int, str]]:
        found = _found(self._book.idioms, self._letters)
        return [(*match.span(), search.entry.topic) for search, match in found]

    def whys(self, found: Iterable[tuple[Search, re.Match[str]]]) -> list[Why]:
        """The highest-tier match of every pattern that is heard."""
        best: dict[str, Why] = {}
        for search, match in found:
            entry, (start, end) = search.entry, match.span()
            if entry.id in best and best[entry.id].tier == entry.tier:
                continue
            if self._is_idiom(entry.tier, match.span(1)) or self._is_of_others(entry, start, end):
                continue
            why = self._why(entry, start, end)
            if entry.id not in best or _RANK[why.tier] < _RANK[best[entry.id].tier]:
                best[entry.id] = why
        return list(best.values())

    def _is_idiom(self, tier: str, heart: tuple[int, int]) -> bool:
        return any(
            start <= heart[0] and heart[1] <= end and (topic != "talk" or tier != "offer")
            for start, end, topic in self._idioms
        )

    def _is_of_others(self, entry: Entry, start: int, end: int) -> bool:
        soft = self._book.softeners
        if entry.about != "me" or soft.first_person.search(self._letters, start, end):
            return False
        return soft.others.search(self._letters[max(0, start - _REACH) : start]) is not None

    def _why(self, entry: Entry, start: int, end: int) -> Why:
        lowered, tier = self._lowered(entry, start, end)
        return Why(entry.id, tier, entry.topic, self._reading.words(start, end), entry.reason, lowered)

    def _lowered(self, entry: Entry, start: int, end: int) -> tuple[str | None, Tier]:
        """Why a match counts for less, and its tier then; never nothing."""
        tier = next(each for each in TIERS if each == entry.tier)
        if tier == "offer":
            return None, tier
        soft = self._book.softeners
        if soft.negation.search(self._letters[max(0, start - _REACH) : start]):
            return "they say it is not so", "ask"
        opens = self._letters.rfind(BREAK, 0, start) + 1
        closes = self._letters.find(BREAK, end)
        sentence = self._letters[opens : closes if closes >= 0 else None]
        if entry.about == "them" and soft.story.search(sentence):
            return "it is about a story, the news or the work", "offer"
        if soft.past.search(sentence) and not soft.still.search(sentence):
            return "it speaks of the past", "ask"
        if soft.joking.search(self._letters):
            return "they say they are joking", "ask"
        return None, tier


def _found(
    by_letter: Mapping[str, Sequence[Search]], letters: str
) -> Iterator[tuple[Search, re.Match[str]]]:
    """Every place where a phrase is; in long messages stretch by stretch, so that few phrases can be there."""
    for start in range(0, max(1, len(letters) - _OVERLAP), _STRETCH):
        end = start + _STRETCH + _OVERLAP
        for search in _candidates(by_letter, frozenset(letters[start:end])):
            if all(each.search(letters) for each in search.also):
                for match in search.regex.finditer(letters, start, end):
                    yield search, match


def _candidates(by_letter: Mapping[str, Sequence[Search]], present: frozenset[str]) -> Iterator[Search]:
    """The phrases that may be there, going by the words that are; each once."""
    seen: set[int] = set()
    for letter in sorted(present & by_letter.keys()):
        for search in by_letter[letter]:
            for need in search.phrase.needs:
                if need.isdisjoint(present):
                    break
            else:
                if id(search) not in seen:
                    seen.add(id(search))
                    yield search
