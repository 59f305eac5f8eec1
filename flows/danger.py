"""Hearing danger in any message: what was heard, by which rule, in which words.

Only words, never a score, make it act. Where no pattern hears anything, the weight of the words may make it ask.

Pure: it keeps nothing and does nothing. What is sent, and who is told, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from flows.danger_words.book import (
    ACT_TOPICS,
    Book,
    BookProblems,
    Entry,
    Search,
    Tier,
    built_in_book,
    extra_book,
)
from flows.danger_words.index import Index, Span
from flows.danger_words.language import BREAK, OTHER
from flows.danger_words.spelling import Reading
from flows.danger_words.weights import LONG, SIGNS

Safety: TypeAlias = Literal["safe", "not safe", "not sure"]
_RANK = {"act": 0, "ask": 1, "offer": 2}
_ORDER = {topic: place for place, topic in enumerate(ACT_TOPICS)}
_NOTHING_YET = (len(_RANK), 0)
_LONGEST_ANSWER = 12  # words; more than that is a message of its own
_REACH = 16  # letters before a match in which a negation or another speaker may stand
_AROUND = 30  # letters on either side of a match in which words show that it is nothing of the kind
_LAUGHED_AT = "suicide_selfharm"
_LONGEST_LAUGH, _EARSHOT = 16, 28  # words of a text, characters after a match: nobody laughs off a long story
_LEADS_TO = {"act": "act: lines at once, and a person is told", "ask": "ask: are you safe?", "offer": "offer help"}


@dataclass(frozen=True)
class Why:
    """One pattern that was heard.

    Attributes:
        pattern: Its id in the pattern files.
        words: The words of the message that matched, as they were read; of heavy words, what each weighs.
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
        if extra is None:
            return cls(_built_in())
        book = extra_book(extra)
        alone = cls(book)
        unheard = [
            f"{entry.where}: its example “{text}” is not heard by it"
            for entry in book.entries
            for text in entry.examples
            if entry.tier != "idiom" and entry.id not in [why.pattern for why in alone.hear_out(text).why]
        ]
        if unheard:
            raise BookProblems(unheard)
        return cls(_built_in(), book)

    def listen(self, text: str) -> Heard:
        """What is heard in a message. What could change nothing any more is not looked for, so `why` may lack it."""
        return _sum_up([why for book in self._books for why in _heard_by(book, text)])

    def hear_out(self, text: str) -> Heard:
        """The same, with every reason that there is; in a long message it takes longer."""
        return _sum_up([why for book in self._books for why in _heard_by(book, text, to_the_end=True)])

    def explain(self, text: str) -> str:
        """A report in plain words, for a safeguarding lead who asks why."""
        heard = self.hear_out(text)
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
    letters = book.speller.read(text).letters
    if len(letters) > _LONGEST_ANSWER:
        return None
    kinds: tuple[Safety, ...] = ("not sure", "not safe", "safe")
    return next((kind for kind in kinds if book.answers[kind].search(letters)), None)


_READ: list[Book] = []  # the built-in book, once it is needed
_compiled = cache(re.compile)  # few of the phrases are ever looked for


def already_read(book: Book) -> None:
    """Take this for the built-in book, which somebody has read: it need not be read again."""
    _READ[:] = [book]


def _built_in() -> Book:
    if not _READ:
        already_read(built_in_book())
    return _READ[0]


@cache
def _default() -> Listener:
    return Listener.load()


def _explained(why: Why) -> str:
    lowered = f" Lowered to {why.tier}: {why.lowered}." if why.lowered else ""
    return f"- “{why.words}”: {why.reason} (pattern {why.pattern}, {why.tier}, {why.topic}).{lowered}"


def _sum_up(whys: Sequence[Why]) -> Heard:
    if not whys:
        return NOTHING
    in_order = sorted(dict.fromkeys(whys), key=lambda why: _weight(why.tier, why.topic))
    return Heard(in_order[0].tier, in_order[0].topic, tuple(in_order))


def _weight(tier: str, topic: str) -> tuple[int, int]:
    """What of several things decides: the least of these."""
    return _RANK[tier], _ORDER.get(topic, len(_ORDER))


def _heard_by(book: Book, text: str, *, to_the_end: bool = False) -> list[Why]:
    hearing = _Hearing(book, book.speller.read(text))
    whys = hearing.whys(to_the_end=to_the_end)
    if not any(why.tier in ("act", "ask") for why in whys):
        whys += hearing.heavy()
    return whys


class _Hearing:
    """One message being searched with one book."""

    def __init__(self, book: Book, reading: Reading) -> None:
        self._book = book
        self._reading = reading
        self._letters = reading.letters
        self._anywhere: dict[str, bool] = {}
        self._stories: dict[int, bool] = {}

    def whys(self, *, to_the_end: bool) -> list[Why]:
        """The highest-tier match of every pattern that is heard, in the order of the files.

        Args:
            to_the_end: Whether also of those that would decide nothing beside what is heard already.
        """
        best: dict[str, Why] = {}
        done: set[str] = set()
        decides = _NOTHING_YET

        def is_needless(entry: Entry) -> bool:
            return entry.id in done or (not to_the_end and _weight(entry.tier, entry.topic) >= decides)

        for search, match in self._found(self._book.patterns, is_needless):
            why = self._weigh(search.entry, match, best.get(search.entry.id))
            if why is None:
                continue
            best[search.entry.id] = why
            decides = min(decides, _weight(why.tier, why.topic))
            if why.tier == search.entry.tier:
                done.add(search.entry.id)
        return [best[each.id] for each in self._book.entries if each.id in best] if best else []

    def heavy(self) -> list[Why]:
        """The words that are worth a question by their weight, though no pattern hears them."""
        table = self._book.weights
        if not table.enough or not table.heaviest(self._letters)[1]:
            return []
        weight, met = table.heaviest(self.beside_idioms())
        signs = [] if len(self._letters) >= LONG else self.signs()  # its ends say nothing of a long message's middle
        softer = {f"{{{sign}}}": table.signs[sign] for sign in signs if sign in table.signs}
        weight += sum(softer.values())
        if weight < table.enough:
            return []
        points = {table.names[each]: table.of[each] for each in met} | softer
        words = ", ".join(f"{name} {points[name]:+}" for name in sorted(points, key=lambda each: (-points[each], each)))
        said = f"Words that together weigh {weight} with {table.bias:+} for any text; {table.enough} is worth asking."
        return [Why("heavy-words", "ask", "low", words, said)]

    def beside_idioms(self) -> str:
        """The letters, but for those of idioms."""
        letters = list(self._letters)
        for opens, closes, _ in self._idioms:
            letters[opens:closes] = [OTHER] * (closes - opens)
        return "".join(letters)

    def signs(self) -> list[str]:
        """What is in the message that may lower the weight of its words."""
        soft, letters = self._book.softeners, self._letters
        met = {
            "joking": self._is_joke,
            "laughing": soft.laughing.search(self._reading.text) is not None,
            "past": soft.past.search(letters) is not None,
            "story": soft.story.search(letters) is not None,
        }
        return [sign for sign in SIGNS if met[sign]]

    def _found(
        self, index: Index[Search], is_needless: Callable[[Entry], bool] = lambda _: False
    ) -> Iterator[tuple[Search, re.Match[str]]]:
        """Every place where a phrase is, but for those of entries that are not needed."""
        for search, spans in index.find(self._letters):
            if is_needless(search.entry):
                continue
            for match in self._matches(search, spans):
                if not all(map(self._is_anywhere, search.also)):
                    break
                if not (search.unless and any(self._is_around(each, *match.span()) for each in search.unless)):
                    yield search, match

    def _matches(self, search: Search, spans: Iterable[Span]) -> Iterator[re.Match[str]]:
        letters, probe = self._letters, _compiled(search.probe or search.regex)
        for start, end in spans:
            if probe.search(letters, start, end):
                yield from _compiled(search.regex).finditer(letters, start, end)

    def _is_around(self, regex: str, start: int, end: int) -> bool:
        """Whether something is found around a match; at the far end of a long message it says nothing about it."""
        opens, closes = max(0, start - _AROUND), end + _AROUND
        if opens == 0 and closes >= len(self._letters):
            return self._is_anywhere(regex)
        return _compiled(regex).search(self._letters, opens, closes) is not None

    def _is_anywhere(self, regex: str) -> bool:
        if regex not in self._anywhere:
            self._anywhere[regex] = _compiled(regex).search(self._letters) is not None
        return self._anywhere[regex]

    @cached_property
    def _is_joke(self) -> bool:
        jokes = self._book.softeners.joking.finditer(self._letters)
        return any(not self._is_negated(each.start()) for each in jokes)

    def _weigh(self, entry: Entry, match: re.Match[str], known: Why | None) -> Why | None:
        """What a match counts for; None if it is an idiom, speaks of other people, or is no more than was known."""
        start, end = match.span()
        if self._is_idiom(entry.tier, *match.span(1)) or self._is_of_others(entry, start, end):
            return None
        lowered, tier = self._lowered(entry, start, end)
        if known is not None and _RANK[known.tier] <= _RANK[tier]:
            return None
        return Why(entry.id, tier, entry.topic, self._reading.words(start, end), entry.reason, lowered)

    def _is_idiom(self, tier: str, start: int, end: int) -> bool:
        return any(
            opens <= start and end <= closes and (topic != "talk" or tier != "offer")
            for opens, closes, topic in self._idioms
        )

    @cached_property
    def _idioms(self) -> list[tuple[int, int, str]]:
        return [(*match.span(), search.entry.topic) for search, match in self._found(self._book.idioms)]

    def _is_of_others(self, entry: Entry, start: int, end: int) -> bool:
        soft = self._book.softeners
        if entry.about != "me" or soft.first_person.search(self._letters, start, end):
            return False
        return soft.others.search(self._letters[max(0, start - _REACH) : start]) is not None

    def _lowered(self, entry: Entry, start: int, end: int) -> tuple[str | None, Tier]:
        """Why a match counts for less, and its tier then; never nothing."""
        tier: Tier = "offer" if entry.tier == "idiom" else entry.tier
        if tier == "offer":
            return None, tier
        if self._is_negated(start):
            return "they say it is not so", "ask"
        if entry.about == "them" and self._is_story(start):
            return "it is about a story, the news or the work", "offer"
        if self._is_past(start, end):
            return "it speaks of the past", "ask"
        if self._is_joke:
            return "they say they are joking", "ask"
        if entry.topic == _LAUGHED_AT and self._is_laughed_off(end):
            return "they laugh about it", "ask"
        return None, tier

    def _is_story(self, start: int) -> bool:
        """Whether the sentence around a place speaks of a story, the news or the work."""
        opens = self._letters.rfind(BREAK, 0, start) + 1
        if opens not in self._stories:
            closes = self._letters.find(BREAK, opens)
            sentence = self._letters[opens : closes if closes >= 0 else None]
            self._stories[opens] = self._book.softeners.story.search(sentence) is not None
        return self._stories[opens]

    def _is_negated(self, start: int) -> bool:
        return self._book.softeners.negation.search(self._letters[max(0, start - _REACH) : start]) is not None

    def _is_past(self, start: int, end: int) -> bool:
        """Whether words about the past stand by the match, with no "but now" between or "now" inside it."""
        soft, letters = self._book.softeners, self._letters
        if not self._speaks_of_past or soft.present.search(letters, start, end):
            return False
        opens = max(letters.rfind(BREAK, 0, start) + 1, start - _REACH)
        opens = max([opens, *(each.end() for each in soft.turns.finditer(letters, opens, start))])
        closes = letters.find(BREAK, end, end + _REACH)
        turn = soft.turns.search(letters, end, closes if closes >= 0 else end + _REACH)
        closes = turn.start() if turn else closes
        near = letters[opens : closes if closes >= 0 else end + _REACH]
        return soft.past.search(near) is not None and soft.still.search(near) is None

    @cached_property
    def _speaks_of_past(self) -> bool:
        return self._book.softeners.past.search(self._letters) is not None

    def _is_laughed_off(self, end: int) -> bool:
        """Whether laughter follows the match, in a short text that is not earnest."""
        soft = self._book.softeners
        if len(self._letters) > _LONGEST_LAUGH or soft.earnest.search(self._letters):
            return False
        return soft.laughing.search(self._reading.after(end, _EARSHOT)) is not None
