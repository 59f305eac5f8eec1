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
_BLOCK = 8  # letters
_RUNS = [re.compile(b"[%b]+" % re.escape(bytes(x for x in range(256) if x >> bit & 1))) for bit in range(8)]

What = TypeVar("What")
Span: TypeAlias = tuple[int, int]


class Index(Generic[What]):
    """Things that are found by the letters of their phrases.

    Every phrase has three neighbouring bits, one for each set of letters that it needs. If it needs something that
    may be anywhere in the message, that has the third.
    """

    def __init__(self, phrases: Iterable[tuple[Phrase, What]] = ()) -> None:
        self.things: list[What] = []
        self._reaches = array("I")  # of each of them
        bits: dict[str, array[int]] = {}
        given, anywhere = array("I"), array("I")  # bits of what a phrase does not need, and of what may be anywhere
        reaching: dict[int, list[int]] = {}
        for phrase, thing in phrases:  # one by one: together they take up much room
            first = len(self.things) * _SETS
            self.things.append(thing)
            reach = _reach(phrase.longest)
            self._reaches.append(reach)
            reaching.setdefault(reach, []).append(first)
            if phrase.anywhere:
                anywhere.append(first + _SETS - 1)
            for bit, letters in enumerate(_needs(phrase), first):
                for letter in letters:
                    bits.setdefault(letter, array("I")).append(bit)
                if not letters:
                    given.append(bit)
        self._given, self._anywhere = _number(given), _number(anywhere)
        self._reaching = {reach: _number(firsts) for reach, firsts in sorted(reaching.items())}
        self._firsts = reduce(or_, self._reaching.values(), 0)
        shared: dict[bytes, int] = {}
        for each in bits.values():
            if each.tobytes() not in shared:
                shared[each.tobytes()] = _number(each)
        self._numbers = {letter: shared[each.tobytes()] for letter, each in bits.items()}

    def find(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        """Everything that may be in a message, with the stretches that it may be in."""
        if len(letters) > _WHOLE:
            return self._find_in_blocks(letters)
        whole = ((0, len(letters)),)
        return ((self.things[bit // _SETS], whole) for bit in _bits(self._met(self._number_of(letters), self._firsts)))

    def _find_in_blocks(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        blocks = [self._number_of(letters[at : at + _BLOCK]) for at in range(0, len(letters), _BLOCK)]
        elsewhere = reduce(or_, blocks) & self._anywhere
        together, reached, found = [each | elsewhere for each in blocks], 1, [0] * len(blocks)
        for reach, firsts in self._reaching.items():
            for further in range(reached, reach):
                together = list(map(or_, together, [*blocks[further:], *[0] * further]))
            reached = reach
            found = [before | self._met(number, firsts) for before, number in zip(found, together, strict=True)]
        ever = reduce(or_, found)
        width = ever.bit_length() // 8 + 1
        rows = b"".join(each.to_bytes(width, "little") for each in found)
        return ((self.things[bit // _SETS], self._spans(bit, rows, width)) for bit in _bits(ever))

    def _spans(self, bit: int, rows: bytes, width: int) -> Iterator[Span]:
        """The letters from the first to the last block that a phrase may reach over, for each run of first blocks."""
        further = self._reaches[bit // _SETS] - 1
        for run in _RUNS[bit % 8].finditer(rows[bit // 8 :: width]):
            yield run.start() * _BLOCK, (run.end() + further) * _BLOCK

    def _number_of(self, letters: str) -> int:
        known = self._numbers
        return reduce(or_, [known[letter] for letter in {*letters} if letter in known], self._given)

    def _met(self, number: int, firsts: int) -> int:
        """The first bits of those phrases that have all they need."""
        return number & number >> 1 & number >> 2 & firsts


def _needs(phrase: Phrase) -> list[frozenset[str]]:
    """The rarest sets of letters that a phrase needs; empty ones where it needs fewer."""
    nothing = frozenset[str]()
    near = [*phrase.needs, nothing, nothing]
    return [*near[: _SETS - 1], phrase.anywhere or near[_SETS - 1]]


def _reach(longest: int) -> int:
    """How many blocks a phrase may reach over, wherever in the first it begins."""
    return max(2, (longest - 2) // _BLOCK + 2)


def _number(bits: Sequence[int]) -> int:
    row = bytearray(max(bits, default=0) // 8 + 1)
    for bit in bits:
        row[bit // 8] |= 1 << bit % 8
    return int.from_bytes(row, "little")


def _bits(number: int) -> Iterator[int]:
    """The places of a number's bits, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
