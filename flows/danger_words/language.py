"""The small language the danger patterns are written in, turned into regular expressions over whole words.

Every word that occurs in a pattern is given one character, its *letter*, and a message becomes a short
string of letters. "{i} {want} to die" is then a run of character sets: nothing repeats without a bound, so
no message can make the search slow.

    word            that word, in any spelling `spelling.toml` knows
    {slot}          any of the phrases listed under that name
    (a|b c|d)       any of these phrases
    x?              x may be missing
    !x              x is the heart of the phrase, which an idiom must cover to cancel it; without a mark it is
                    the part with the rarest words
    _   ...   ..... up to one, three, six other words, none of them "not" or "never"
    ^   $           the start, the end of a sentence
    x + y           y as well, anywhere in the message
    x - y           y nowhere within thirty words of it (after any "+"); for words that show it is nothing of the kind
    #few #many #year    a number below eight, from eight on, and one like 2015
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

BREAK = "\ue000"  # the end of a sentence
OTHER = "\ue001"  # a word no pattern mentions
_STRETCHES = (range(0xE002, 0xF900), range(0xF0000, 0xFFFFE))  # Unicode's private areas: 70,000 words
_GAPS = {"_": 1, "...": 3, ".....": 6}
_TOO_MANY = 64  # letters; a set of so many is in nearly every message, and only takes up room
_FLAT = re.compile(r"\(([^()]*)\)")
_BRACKET = re.compile(r"[()|]")
_PART = re.compile(r"(!)?(?:\{(\w+)\}|(\()|(\.{5}|\.{3}|_(?!\w))|([\^$])|([\w#'@]+))(\?)?\s*")


def kind_of_number(digits: str) -> str:
    """The word that stands for a number: itself if it means something of its own (below eight, 999)."""
    if digits == "999" or (len(digits) == 1 and digits < "8"):
        return digits
    return "#year" if len(digits) == 4 and digits[:2] in ("19", "20") else "#many"


class NotUnderstood(ValueError):
    """A phrase that is not in the language; the message says what is wrong, in words for its author."""


@dataclass
class Alphabet:
    """The letter of every word that some pattern mentions.

    Attributes:
        alike: Words that also count as another ("to": "2", "too").
        common: Frequent words, the most frequent first; all others are thought rare.
    """

    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    common: Sequence[str] = ()
    letters: dict[str, str] = field(default_factory=dict)

    def letter(self, word: str) -> str:
        """The word's letter, given out on first use."""
        if word not in self.letters:
            self.letters[word] = chr(_code(len(self.letters)))
        return self.letters[word]

    def how_common(self, letters: Iterable[str]) -> float:
        """How often one of the letters may be met, for comparison only."""
        return sum(self._frequencies.get(each, 0.02) for each in letters)

    @cached_property
    def _frequencies(self) -> dict[str, float]:
        return {self.letter(word): 100 / (rank + 3) for rank, word in enumerate(self.common)}

    def family(self, word: str) -> frozenset[str]:
        """The letters of the word and of those that count as it."""
        return frozenset(map(self.letter, (word, *self.alike.get(word, ()))))


def _code(number: int) -> int:
    for stretch in _STRETCHES:
        if number < len(stretch):
            return stretch[number]
        number -= len(stretch)
    raise NotUnderstood("there are more different words than the alphabet has letters")


class Part(NamedTuple):
    """A piece of a phrase: how it is searched, and the letters without which it cannot occur.

    Attributes:
        firsts: The letters that it may begin with; none if it may begin with any.
    """

    regex: str
    letters: frozenset[str]
    longest: int = 1
    may_miss: bool = False
    is_heart: bool = False
    firsts: frozenset[str] = frozenset()
    is_word: bool = False


class Phrase(NamedTuple):
    """A whole phrase, ready to be searched for.

    Attributes:
        regex: The search; group 1 is the heart.
        longest: No match has more letters.
        needs: Of each of these sets a letter must be there; the rarest first.
        anywhere: One of these letters, if there are any, must be somewhere in the message.
        also: Searches that must each find something somewhere in the message.
        unless: Searches none of which may find anything around it.
        probe: Tells sooner than `regex` whether it is there, and not where it ends; empty if nothing does.
    """

    regex: str
    longest: int
    needs: tuple[frozenset[str], ...]
    anywhere: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    probe: str = ""


class Grammar:
    """Reads phrases.

    Args:
        alphabet: Gives every word its letter.
        slots: The named lists of phrases.
        spell: Turns a written word into standard ones ("wanna" to "want", "to"); none for a filler.
    """

    def __init__(
        self, alphabet: Alphabet, slots: Mapping[str, Sequence[str]], spell: Mapping[str, Sequence[str]]
    ) -> None:
        self._alphabet = alphabet
        self._slots = slots
        self._spell = spell
        self._read: dict[str, Part] = {}
        self._words: dict[str, list[Part]] = {}
        self._pieces: dict[str, list[Part]] = {}
        self._alternatives: dict[str, Part | None] = {}
        self._commonness: dict[frozenset[str], float] = {}
        pairs = {spelt: " ".join(meant) for spelt, meant in spell.items() if " " in spelt}
        self._pairs = re.compile(rf"(?<![\w'])({_one_of(pairs)})(?![\w'])".replace(" ", " !?")) if pairs else None
        self._paired = pairs
        nots = sorted(alphabet.letter(word) for word in ("not", "never"))
        self._any = f"[^{BREAK}{''.join(nots)}]"

    def phrase(self, text: str) -> Phrase:
        """A phrase ready to be searched for; raises `NotUnderstood`."""
        wanted, *unless = self._pair(text).split(" - ")
        first, *also = wanted.split(" + ")
        others = [self._any_of([each]) for each in also]
        parts = self._parts(first)
        if not parts and first.strip():
            raise NotUnderstood(f"“{text}” is nothing but words that are skipped in every message")
        heart = self._heart(parts, first)
        marked = [f"({part.regex})" if part is heart else part.regex for part in parts]
        needed = (part.letters for part in parts if not part.may_miss)
        rarest, *needs = sorted(needed, key=self._how_common)
        has_probe = bool(parts[0].firsts) and not parts[0].is_word
        return Phrase(
            regex="".join(marked),
            longest=_longest(parts),
            needs=(rarest, *(each for each in needs if len(each) < _TOO_MANY)),
            anywhere=min((part.letters for part in others), key=len, default=frozenset()),
            also=tuple(_probe(part) for part in others),
            unless=tuple(_probe(self._any_of([self._pair(each)])) for each in unless),
            probe=_probe(parts[0]._replace(regex="".join(marked))) if has_probe else "",
        )

    def set_of(self, phrases: Iterable[str]) -> str:
        """A regular expression for any of the phrases."""
        return self._any_of([self._pair(phrase) for phrase in phrases]).regex

    def _pair(self, text: str) -> str:
        """The phrase with two words that are spelt as one ("the night", "over dose") written so."""
        if self._pairs is None:
            return text
        return self._pairs.sub(lambda found: self._together(found.group()), text)

    def _together(self, words: str) -> str:
        return ("!" if "!" in words else "") + self._paired[words.replace("!", "")]

    def _parts(self, text: str) -> list[Part]:
        parts: list[Part] = []
        at = len(text) - len(text.lstrip())
        while at < len(text):
            found = _PART.match(text, at)
            if found is None:
                raise NotUnderstood(f"“{text[at:]}” in “{text}” is not part of the pattern language")
            if found[3]:
                more, at = self._choice(text, found)
            else:
                more, at = self._piece(found), found.end()
            parts += more
        return parts

    def _choice(self, text: str, found: re.Match[str]) -> tuple[list[Part], int]:
        """The choice whose bracket was found, and where the text goes on after it."""
        inside, end = _between_brackets(text, found.start(3))
        may_miss = text[end : end + 1] == "?"
        if may_miss and not any(map(self._parts, inside)):
            return [], _next(text, end)  # fillers only
        return self._marked([self._any_of(inside)], bool(found[1]), may_miss), _next(text, end)

    def _piece(self, found: re.Match[str]) -> list[Part]:
        """A piece without brackets; most occur again and again."""
        written = found.group()
        if written not in self._pieces:
            self._pieces[written] = self._part(found)
        return self._pieces[written]

    def _part(self, found: re.Match[str]) -> list[Part]:
        heart, slot, _, gap, edge, word, optional = found.groups()
        if gap:
            return [Part(f"{self._any}{{0,{_GAPS[gap]}}}?", frozenset(), _GAPS[gap], may_miss=True)]
        if edge:
            return [Part(f"(?<![^{BREAK}])" if edge == "^" else f"(?![^{BREAK}])", frozenset(), 0, may_miss=True)]
        return self._marked(self._word(word) if word else [self._slot(slot)], bool(heart), bool(optional))

    def _marked(self, parts: Sequence[Part], is_heart: bool, may_miss: bool) -> list[Part]:
        if may_miss:
            return [Part(_maybe(parts), frozenset(), _longest(parts), may_miss=True)]
        if not is_heart:
            return list(parts)
        return [part._replace(is_heart=not part.may_miss) for part in parts]

    def _heart(self, parts: Sequence[Part], text: str) -> Part:
        needed = [part for part in parts if not part.may_miss]
        if not needed:
            raise NotUnderstood(f"“{text}” has no word that must be there")
        if len(needed) == 1:
            return needed[0]
        marked = [part for part in needed if part.is_heart]
        return marked[0] if marked else min(needed, key=lambda part: self._how_common(part.letters))

    def _how_common(self, letters: frozenset[str]) -> float:
        if letters not in self._commonness:
            self._commonness[letters] = self._alphabet.how_common(letters)
        return self._commonness[letters]

    def _word(self, word: str) -> list[Part]:
        if word not in self._words:
            self._words[word] = self._spelt(word)
        return self._words[word]

    def _spelt(self, word: str) -> list[Part]:
        words = self._spell.get(word, (kind_of_number(word) if word.isdigit() else word,))
        families = [self._alphabet.family(each) for each in words]
        return [_word_of(family) for family in families]

    def _slot(self, name: str) -> Part:
        if name not in self._slots:
            raise NotUnderstood(f"there is no list called {{{name}}}")
        if name not in self._read:
            self._read[name] = Part("", frozenset(), 0)  # a slot inside itself matches nothing
            self._read[name] = self._any_of([self._pair(phrase) for phrase in self._slots[name]])
        return self._read[name]

    def _any_of(self, phrases: Sequence[str]) -> Part:
        words: set[str] = set()
        several: list[Part] = []
        for phrase in phrases:
            if phrase not in self._alternatives:
                self._alternatives[phrase] = self._together_as_one(phrase)
            part = self._alternatives[phrase]
            if part is None:
                continue  # nothing but fillers, which no message has left
            if part.is_word:
                words |= part.letters
            else:
                several.append(part)
        if words:
            several.append(_word_of(frozenset(words)))
        if not any(part.letters for part in several):
            raise NotUnderstood(f"“{'|'.join(phrases)}” has no word that must be there")
        return several[0] if len(several) == 1 else _either(several)

    def _together_as_one(self, phrase: str) -> Part | None:
        """A whole phrase as a piece of another; None if nothing is left of it."""
        parts = self._word(phrase) if phrase.isalpha() else self._parts(phrase)
        if not parts:
            return None
        if len(parts) == 1 and parts[0].is_word:
            return parts[0]
        is_edge = all(part.may_miss for part in parts)
        letters = frozenset[str]() if is_edge else self._heart(parts, phrase).letters
        return Part("".join([part.regex for part in parts]), letters, _longest(parts), is_edge, firsts=parts[0].firsts)


def _word_of(letters: frozenset[str]) -> Part:
    return Part(_charset(letters), letters, firsts=letters, is_word=True)


def _either(several: Sequence[Part]) -> Part:
    """Any of several pieces."""
    letters = frozenset[str]().union(*[part.letters for part in several])
    longest, has_edge = max([part.longest for part in several]), any(part.may_miss for part in several)
    firsts = [part.firsts for part in several]
    any_first = frozenset[str]().union(*firsts) if all(firsts) else frozenset[str]()
    return Part(f"(?:{'|'.join([part.regex for part in several])})", letters, longest, has_edge, firsts=any_first)


def _probe(part: Part) -> str:
    """A regular expression that finds only whether a piece is there.

    It begins with the set of all letters that the piece may begin with: so Python passes over all others quickly, as
    it does not where a piece begins in several ways. From there it looks back over the letter and onward for the whole.
    """
    if part.is_word or not part.firsts:
        return part.regex
    return f"{_charset(part.firsts)}(?<=(?={part.regex}).)"


def _one_of(phrases: Iterable[str]) -> str:
    """A regular expression that looks at a place in a text once for all phrases with the same first letter."""
    rests: dict[str, list[str]] = {}
    for phrase in phrases:
        rests.setdefault(phrase[0], []).append(phrase[1:])
    return "|".join(f"{first}(?:{'|'.join(each)})" for first, each in rests.items())


def _longest(parts: Iterable[Part]) -> int:
    return sum([part.longest for part in parts])


def _between_brackets(text: str, start: int) -> tuple[list[str], int]:
    """The phrases of the choice that opens at `start`, and the place after its closing bracket."""
    if flat := _FLAT.match(text, start):
        return flat[1].split("|"), flat.end()
    phrases: list[str] = []
    depth, begins = 0, start + 1
    for found in _BRACKET.finditer(text, start):
        depth += (found.group() == "(") - (found.group() == ")")
        if depth == 0 or (depth == 1 and found.group() == "|"):
            phrases.append(text[begins : found.start()])
            begins = found.end()
        if depth == 0:
            return phrases, begins
    raise NotUnderstood(f"a bracket in “{text}” is not closed")


def _next(text: str, end: int) -> int:
    end += text[end : end + 1] == "?"
    return end + len(text[end:]) - len(text[end:].lstrip())


def _maybe(parts: Sequence[Part]) -> str:
    regex = "".join(part.regex for part in parts)
    return f"{regex}?" if len(parts) == 1 and parts[0].is_word else f"(?:{regex})?"


def _charset(letters: Iterable[str]) -> str:
    ordered = "".join(sorted(letters))
    return ordered if len(ordered) == 1 else f"[{ordered}]"
