"""A table of words and what they weigh: enough of them together are worth a question, though no pattern hears them.

`weights.toml` is learnt from texts by `tests/danger_texts/learn.py`; here it is only read and added up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Any

from flows.danger_words.language import BREAK

SIGNS = ("joking", "laughing", "past", "story")  # of the softeners: they may only lower the weight
LONG = 40  # letters; a longer message is weighed in its parts


@dataclass(frozen=True)
class Weights:
    """What words, pairs of neighbours and first words of a sentence ("^ he") weigh.

    Attributes:
        enough: The sum from which on they are worth a question; 0: nothing ever is.
        bias: What every message begins with.
        of: The weight of each, by its letters; a first word has a `BREAK` before it.
        names: How each is written in the table.
        signs: What is taken off for a softener anywhere in the message; zero or less.
    """

    enough: int = 0
    bias: int = 0
    of: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, table: Mapping[str, Any], letters_of: Callable[[str], str]) -> Weights:
        """The table as it stands in the file.

        Args:
            table: What TOML gives.
            letters_of: What a word is read as.
        """
        names: dict[str, str] = {}
        for name in table["words"]:
            letters = [BREAK if word == "^" else letters_of(word) for word in name.split()]
            if all(len(each) == 1 for each in letters):  # a word that is spelt as several by now has no weight
                names["".join(letters)] = name
        of = {letters: table["words"][name] for letters, name in names.items()}
        signs = {sign: points for sign, points in table["signs"].items() if points}
        return cls(table["enough"], table["bias"], of, names, signs)

    def heaviest(self, letters: str) -> tuple[int, Collection[str]]:
        """The weight of the heaviest part of a message that is heavy enough, and what was weighed; 0 if none is."""
        of, best, which = self.of, self.enough - self.bias - 1, set[str]()
        for part in _parts(BREAK + letters):
            met = of.keys() & pieces(part)
            weight = sum(map(of.__getitem__, met))
            if weight > best:
                best, which = weight, met
        return (best + self.bias, which) if which else (0, which)


def _parts(letters: str) -> Iterator[str]:
    """A short message as it is; of a long one each stretch and each sentence, so that none hides another."""
    if len(letters) <= LONG:
        yield letters
        return
    for at in range(0, len(letters) - LONG // 2, LONG // 2):
        yield letters[at : at + LONG]
    yield from (BREAK + each for each in letters.split(BREAK) if len(each) < LONG)


def pieces(letters: str) -> set[str]:
    """The letters after the first, alone and as a pair with the one before; before a first word stands `BREAK`."""
    return {*letters[1:], *map(add, letters, letters[1:])}
