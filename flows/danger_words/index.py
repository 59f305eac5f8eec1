"""Where in a message a phrase may be, found from the message's letters alone, without trying the phrases one by one.

Every phrase has bits in a number. For each letter there is a number with the bits of the phrases that need it; the
numbers of a stretch of letters, taken together, tell which phrases may be there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import zip_longest
from operator import or_
from typing import Generic, TypeAlias, TypeVar

from flows.danger_words.language import Phrase

_WHOLE = 64  # letters; a longer message is looked at stretch by stretch
_SETS = 3  # of the sets of letters that a phrase needs, so many are looked for: the rarest
_SHORT = 8  # letters; longer phrases are on a shelf of their own, as they must be looked for in longer stretches
_RUNS = [re.compile(b"[%b]+" % re.escape(bytes(x for x in range(256) if x >> bit & 1))) for bit in range(8)]

What = TypeVar("What")
Span: TypeAlias = tuple[int, int]


class Index(Generic[What]):
    """Things that are found by the letters of their phrases."""

    def __init__(self, phrases: Iterable[tuple[Phrase, What]] = ()) -> None:
        short, longer = _Making[What](), _Making[What]()
        for phrase, thing in phrases:  # one by one: together they take up much room
            (short if phrase.longest <= _SHORT else longer).add(phrase, thing)
        self._shelves = [_Shelf(each) for each in (short, longer) if each.things]

    @property
    def things(self) -> Iterator[What]:
        """Everything that can be found."""
        return (thing for shelf in self._shelves for thing in shelf.things)

    def find(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        """Everything that may be in a message, with the stretches that it may be in."""
        for shelf in self._shelves:
            yield from shelf.find(letters)


class _Making(Generic[What]):
    """A shelf that is being filled."""

    def __init__(self) -> None:
        self.things: list[What] = []
        self.longest = _SHORT
        self.bits: dict[str, array[int]] = {}
        self.given = array("I")  # the bits of what a phrase does not need

    def add(self, phrase: Phrase, thing: What) -> None:
        first = len(self.things) * _SETS
        for bit, letters in zip_longest(range(first, first + _SETS), phrase.needs[:_SETS]):
            for found in map(self._of, letters) if letters else [self.given]:
                found.append(bit)
        self.longest = max(self.longest, phrase.longest)
        self.things.append(thing)

    def _of(self, letter: str) -> array[int]:
        return self.bits.setdefault(letter, array("I"))


class _Shelf(Generic[What]):
    """Phrases of about the same length.

    Every phrase has three neighbouring bits, one for each set of letters that it needs.
    """

    def __init__(self, made: _Making[What]) -> None:
        self.things = tuple(made.things)
        self._size = made.longest
        self._given = _number(made.given)
        self._firsts = _number(range(0, len(self.things) * _SETS, _SETS))
        shared: dict[bytes, int] = {}
        for bits in made.bits.values():
            if bits.tobytes() not in shared:
                shared[bits.tobytes()] = _number(bits)
        self._numbers = {letter: shared[bits.tobytes()] for letter, bits in made.bits.items()}

    def find(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        """Everything that may be in a message, with the stretches that it may be in."""
        if len(letters) <= _WHOLE:
            whole = ((0, len(letters)),)
            return ((self.things[bit // _SETS], whole) for bit in _bits(self._met(self._number_of({*letters}))))
        return self._find_in_stretches(letters)

    def _find_in_stretches(self, letters: str) -> Iterator[tuple[What, Iterable[Span]]]:
        size = self._size
        blocks = [self._number_of({*letters[at : at + size]}) for at in range(0, len(letters), size)]
        found = list(map(self._met, blocks, [*blocks[1:], 0]))  # two together: a phrase may begin in one
        anywhere = reduce(or_, found)
        width = anywhere.bit_length() // 8 + 1
        rows = b"".join(each.to_bytes(width, "little") for each in found)
        return ((self.things[bit // _SETS], self._spans(rows[bit // 8 :: width], bit % 8)) for bit in _bits(anywhere))

    def _number_of(self, letters: Iterable[str]) -> int:
        known = self._numbers
        return reduce(or_, [known[letter] for letter in letters if letter in known], self._given)

    def _met(self, number: int, following: int = 0) -> int:
        """The first bits of the phrases that have all they need."""
        number |= following
        return number & number >> 1 & number >> 2 & self._firsts

    def _spans(self, column: bytes, bit: int) -> Iterator[Span]:
        """The stretches in which a phrase may be; those that touch are one."""
        for run in _RUNS[bit].finditer(column):
            yield run.start() * self._size, (run.end() + 1) * self._size


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
