"""Makes `flows/danger_words/weights.toml` from the texts here: `python -m tests.danger_texts.learn`.

A logistic regression over words, pairs of neighbours and first words of sentences, in whole tenths of its logarithm.
It is fitted to all that three authors use, and again to the heaviest. `--check` tells what it hears of authors whom it
was not fitted to. The locked files are never read.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from typing import Any

from flows.danger import _Hearing
from flows.danger_words.book import built_in_book
from flows.danger_words.language import BREAK, OTHER
from flows.danger_words.spelling import _TOKEN
from flows.danger_words.weights import pieces

HERE = Path(__file__).parent
PUBLIC = HERE.parent / "data" / "danger_examples.jsonl"
TABLE = HERE.parents[1] / "flows" / "danger_words" / "weights.toml"
SIZE, ENOUGH = 600, 40  # words and pairs; the weight from which on to ask: chosen by `--check`
_AUTHORS, _TEXTS = 3, 4  # what fewer use is not learnt
_ROUNDS, _HOLD = 8, 0.5  # passes over all weights, and how strongly they are held near nothing
_HEAD = """\
# What words weigh where no pattern hears anything: from `enough` on, they are worth asking "are you safe?".
#
# The weights of the words in a message, of its pairs of neighbouring words and of the first words of its sentences
# ("^ he"), each counted once, are added to `bias`; so are those of the signs that soften it. Words of idioms have no
# weight. The table never makes anybody act. It was learnt from the texts in tests/danger_texts/*_build.jsonl and
# tests/data/danger_examples.jsonl, spelt as the patterns spell them: `python -m tests.danger_texts.learn` makes it
# again. A weight is ten times the natural logarithm by which the odds of danger grow with the word.
"""


@dataclass(frozen=True)
class Text:
    """One text: what is in it by name, whether it is worth at least a question, and whether a pattern hears it."""

    author: str
    kind: str
    topic: str
    features: frozenset[str]
    is_heavy: bool
    is_heard: bool


@dataclass(frozen=True)
class Table:
    """What was learnt, before it is rounded."""

    bias: float
    weights: Mapping[str, float]

    def weigh(self, features: Iterable[str]) -> float:
        return round(10 * self.bias) + sum(round(10 * self.weights.get(each, 0)) for each in features)


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Every text that may be learnt from, with its author; the public ones count as five."""
    found = []
    for file in [*sorted(HERE.glob("*_build.jsonl")), PUBLIC]:
        for number, line in enumerate(file.read_text("utf-8").splitlines()):
            found.append((f"public {number % 5}" if file == PUBLIC else file.name.split("_")[0], json.loads(line)))
    return found


def texts() -> list[Text]:
    """Every text that may be learnt from, in the spelling of the patterns, every word with a letter of its own."""
    book = built_in_book(has_weights=False)
    given = rows()
    for word in dict.fromkeys(word for _, row in given for word in _TOKEN.findall(row["text"].lower())):
        if word.isalpha() and word.isascii():
            book.speller.letters_of(word)
    names = {letter: word for word, letter in book.speller.alphabet.letters.items()}
    found = []
    for author, row in given:
        hearing = _Hearing(book, book.speller.read(row["text"]))
        met = (each for each in pieces(BREAK + hearing.beside_idioms()) if OTHER not in each and each[-1] != BREAK)
        named = (" ".join("^" if letter == BREAK else names[letter] for letter in each) for each in met)
        signs = (f"{{{sign}}}" for sign in hearing.signs())
        tier = row.get("tier") or ("act" if row.get("should_act") else "none")
        kind = tier if tier in ("act", "ask") else row["topic"]
        is_heard = any(why.tier in ("act", "ask") for why in hearing.whys(to_the_end=False))
        features = frozenset((*named, *signs))
        found.append(Text(author, kind, row["topic"], features, tier in ("act", "ask"), is_heard))
    return found


def learn(given: Sequence[Text]) -> Table:
    """The table that fits the texts: fitted to all that enough authors use, and again to the heaviest."""
    authors, counted = defaultdict[str, set[str]](set), defaultdict[str, int](int)
    for text in given:
        for each in text.features:
            authors[each].add(text.author)
            counted[each] += 1
    used = sorted(each for each in counted if len(authors[each]) >= _AUTHORS and counted[each] >= _TEXTS)
    first = _fitted(given, used).weights
    heaviest = sorted(used, key=lambda each: (-abs(first[each]) * sqrt(counted[each]), each))[:SIZE]
    return _fitted(given, sorted(heaviest))


def _fitted(given: Sequence[Text], features: Sequence[str]) -> Table:
    """The likeliest weights, found one by one, round after round (Newton's steps, ridge penalty)."""
    places: dict[str, list[int]] = {each: [] for each in features}
    for place, text in enumerate(given):
        for each in text.features & places.keys():
            places[each].append(place)
    heavy = [float(text.is_heavy) for text in given]
    sums = [0.0] * len(given)
    chances = [0.5] * len(given)
    weights = dict.fromkeys(features, 0.0)
    bias = 0.0
    for _ in range(_ROUNDS):
        for feature, where in [("", range(len(given))), *places.items()]:
            slope = curve = 0.0
            for place in where:
                chance = chances[place]
                slope += heavy[place] - chance
                curve += chance * (1 - chance)
            if feature:
                step = max(-2.0, min(2.0, (slope - _HOLD * weights[feature]) / (curve + _HOLD)))
                if feature[0] == "{":
                    step = min(step, -weights[feature])
                weights[feature] += step
            else:
                step = slope / (curve + 1e-9)
                bias += step
            for place in where:
                sums[place] += step
                chances[place] = 1 / (1 + exp(-sums[place]))
    return Table(bias, weights)


def written(table: Table) -> str:
    """The table as a file."""
    points = {name: round(10 * weight) for name, weight in table.weights.items() if round(10 * weight)}
    words = [f'"{name}" = {points[name]}' for name in sorted(points) if name[0] != "{"]
    signs = [f"{name[1:-1]} = {points[name]}" for name in sorted(points) if name[0] == "{"]
    lines = [f"\nbias = {round(10 * table.bias)}", f"enough = {ENOUGH}", "\n[signs]", *signs, "\n[words]", *words]
    return _HEAD + "\n".join(lines) + "\n"


def check(given: Sequence[Text]) -> None:
    """Tells how many texts a table asks about whose author it was not fitted to, for other thresholds too."""
    weighed: list[tuple[Text, float]] = []
    for author in sorted({text.author for text in given}):
        table = learn([text for text in given if text.author != author])
        weighed += [(text, table.weigh(text.features)) for text in given if text.author == author]
    for enough in range(ENOUGH - 6, ENOUGH + 7, 2):
        print(f"{enough} is enough; of texts that no pattern acts on or asks about, it asks about")
        for kind in ("everyday", "idiom", "talked_about", "act", "ask"):
            unheard = [weight for text, weight in weighed if text.kind == kind and not text.is_heard]
            heavy = sum(weight >= enough for weight in unheard)
            print(f"  {kind}: {heavy} of {len(unheard)}, {100 * heavy / max(1, len(unheard)):.1f} per cent")


def main() -> None:
    if "--check" in sys.argv:
        check(texts())
    else:
        TABLE.write_text(written(learn(texts())), "utf-8")


if __name__ == "__main__":
    main()
