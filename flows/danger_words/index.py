"""Where in a message a phrase may be, found from the message's letters alone, without trying the phrases one by one.

Every phrase has bits in a number. For each letter there is a number with the bits of the phrases that need it; the
numbers of some neighbouring letters, taken together, tell which phrases may be there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Generic, TypeAlias, TypeVar

from flows.danger_words.language import Phrase

_SETS = 3  # of the sets of letters that a phrase needs, so many are looked for: the rarest
_WHOLE = 64  # letters; a longer message is looked at block by block
_BLOCK = 16  # letters
_ONE = re.compile("1")
_RUNS = [re.compile(b"[%b]+" % re.escape(bytes(x for x in range(256) if x >> bit & 1))) for bit in range(8)]

What = TypeVar("What")
Span: TypeAlias = tuple[int, int]


class Index(Generic[What]):
    """Things that are found by the letters of their phrases.

    A number has three fields with a bit for every phrase, one field for each set of letters that a phrase needs. If
    it needs something that may be anywhere in the message, that has the third.
    """

    def __init__(self, phrases: Iterable[tuple[Phrase, What]] = ()) -> None:
        self.things: list[What] = []
        self._reaches = array("I")  # of each of them
        bits: dict[str, array[int]] = {}  # of each letter: the place of a phrase and a field, in one number
        given, anywhere = array("I"), array("I")  # bits of what a phrase does not need, and of what may be anywhere
        for place, (phrase, thing) in enumerate(phrases):  # one by one: together they take up much room
            self.things.append(thing)
            self._reaches.append(_reach(phrase.longest))
            if phrase.anywhere:
                anywhere.append(place * _SETS + _SETS - 1)
            for bit, letters in enumerate(_needs(phrase), place * _SETS):
                for letter in letters:
                    bits.setdefault(letter, array("I")).append(bit)
                if not letters:
                    given.append(bit)
        self._given, self._anywhere = self._number(given), self._number(anywhere)
        reaches = sorted(set(self._reaches))
        self._reaching = {each: self._number(self._firsts(reach=each)) for each in reaches}
        shared: dict[bytes, int] = {}
        for each in bits.values():
            if each.tobytes() not in shared:
                shared[each.tobytes()] = self._number(each)
        self._numbers = {letter: shared[each.tobytes()] for letter, each in bits.items()}

    def _firsts(self, reach: int) -> list[int]:
        return [place * _SETS for place, each in enumerate(self._reaches) if each == reach]

    def _number(self, bits: Sequence[int]) -> int:
        """The number with the given bits, field by field."""
        places = [bit % _SETS * len(self.things) + bit // _SETS for bit in bits]
        row = bytearray(max(places, default=0) // 8 + 1)
        for place in places:
            row[place // 8] |= 1 << place % 8
        return int.from_bytes(row, "little")

    def find(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        """Everything that may be in a message, with the stretches that it may be in."""
        if len(letters) > _WHOLE:
            return self._find_in_blocks(letters)
        whole = ((0, len(letters)),)
        every = (1 << len(self.things)) - 1
        return ((self.things[place], whole) for place in _bits(self._met(self._number_of(letters), every)))

    def _find_in_blocks(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        blocks = [self._number_of(letters[at : at + _BLOCK]) for at in range(0, len(letters), _BLOCK)]
        elsewhere = reduce(or_, blocks) & self._anywhere
        together, reached, found = [each | elsewhere for each in blocks], 1, [0] * len(blocks)
        for reach, phrases in self._reaching.items():
            for further in range(reached, reach):
                together = list(map(or_, together, [*blocks[further:], *[0] * further]))
            reached = reach
            found = [before | self._met(number, phrases) for before, number in zip(found, together, strict=True)]
        ever = reduce(or_, found)
        width = ever.bit_length() // 8 + 1
        rows = b"".join(each.to_bytes(width, "little") for each in found)
        places = map(re.Match.start, _ONE.finditer(f"{ever:b}"[::-1]))
        return ((self.things[place], self._spans(place, rows, width)) for place in places)

    def _spans(self, place: int, rows: bytes, width: int) -> Iterator[Span]:
        """The letters from the first to the last block that a phrase may reach over, for each run of first blocks."""
        further = self._reaches[place] - 1
        for first, end in map(re.Match.span, _RUNS[place % 8].finditer(rows[place // 8 :: width])):
            yield first * _BLOCK, (end + further) * _BLOCK

    def _number_of(self, letters: str) -> int:
        known = self._numbers
        return reduce(or_, [known[letter] for letter in {*letters} if letter in known], self._given)

    def _met(self, number: int, phrases: int) -> int:
        """The bits of those phrases that have all they need."""
        field = len(self.things)
        return phrases & number & number >> field & number >> 2 * field


def _needs(phrase: Phrase) -> list[frozenset[str]]:
    """The rarest sets of letters that a phrase needs; empty ones where it needs fewer."""
    nothing = frozenset[str]()
    near = [*phrase.needs, nothing, nothing]
    return [*near[: _SETS - 1], phrase.anywhere or near[_SETS - 1]]


def _reach(longest: int) -> int:
    """How many blocks a phrase may reach over, wherever in the first it begins."""
    return max(2, (longest - 2) // _BLOCK + 2)


def _bits(number: int) -> Iterator[int]:
    """The places of a number's bits, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
