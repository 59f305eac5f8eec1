"""Words as people type them: folded for comparing, while the text itself stays as it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_START = 3  # letters that are enough to begin a word with
READ_FOR_SLIPS = 8  # words; a slip further on is part of a story, not of the answer

# Variation selectors, the keycap frame, skin tones, joiners and gender signs belong to the emoji before them.
_DECORATION = "\ufe0e\ufe0f\u20e3\u200d\u2640\u2642\U0001f3fb-\U0001f3ff"
_TOKEN = re.compile(
    r"[^\W_](?:[^\W_]|[\u0300-\u036f]|['’ʼ`´](?=[^\W_]))*"  # a word or a number
    rf"|[^\w\s!-/:-@\[-`{{-~\u00a1-\u00bf\u0300-\u036f\u2000-\u206f{_DECORATION}]"  # an emoji
)
_APOSTROPHES = re.compile("['’ʼ`´]")
_BETWEEN = re.compile(rf"[\s,.;:!?/)\-–—{_DECORATION}]+")
_STRETCHED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A text, its words folded for comparing, and where each of them stands."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]

    def after(self, end: int) -> str:
        """The text that follows the first `end` words, as it was typed."""
        if end >= len(self.words):
            return ""
        start = self.spans[end - 1][1] if end else 0
        between = _BETWEEN.match(self.text, start)
        return self.text[between.end() if between else start :].rstrip()

    def around(self, start: int, end: int) -> str:
        """The text without the words from `start` up to `end`."""
        before = self.text[: self.spans[start][0]].strip(" \t\n,;:-–—") if start else ""
        return " ".join(part for part in (before, self.after(end)) if part)

    def gap(self, index: int) -> str:
        """What stands between the word before `index` and the word there."""
        return self.text[self.spans[index - 1][1] : self.spans[index][0]]


def hear(text: str) -> Heard:
    """Take a text apart into words; any text at all will do."""
    if text.isascii() and text.isalnum():
        return Heard(text, [text.lower()], [(0, len(text))])  # "3", "yes": half of all messages
    words, spans = [], []
    for token in _TOKEN.finditer(text):
        word = _fold(token.group())
        if word:
            words.append(word)
            spans.append(token.span())
    return Heard(text, words, spans)


def plain(text: str) -> str:
    """How phrases are written for comparing: small letters, no accents, no apostrophes, no punctuation."""
    return " ".join(hear(text).words)


def _fold(token: str) -> str:
    if token.isascii():
        return _APOSTROPHES.sub("", token.lower()) if not token.isalnum() else token.lower()
    letters = unicodedata.normalize("NFKD", token)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _APOSTROPHES.sub("", bare.casefold()).strip()


class Phrasebook:
    """What phrases mean: one question's own, and everybody's; a longer phrase goes before a shorter one."""

    def __init__(self, common: Mapping[str, str], own: Mapping[str, str]) -> None:
        self.common = common
        self.own = own
        phrases = [phrase.split() for phrase in (*common, *own)]
        self.vocabulary = frozenset(word for words in phrases for word in words)
        self._beginnings = frozenset(" ".join(words[:end]) for words in phrases for end in range(1, len(words)))

    def at(self, words: list[str], start: int) -> tuple[str, int, bool] | None:
        """The longest phrase that begins at a word: its meaning, the index after it, whether it is the question's."""
        found = None
        for phrase, end in self._possible(words, start):
            if phrase in self.own:
                found = self.own[phrase], end, True
            elif phrase in self.common:
                found = self.common[phrase], end, False
        return found

    def common_at(self, words: list[str], start: int) -> tuple[str, int] | None:
        """The longest of everybody's phrases that begins at a word: its meaning, and the index after it."""
        found = None
        for phrase, end in self._possible(words, start):
            if phrase in self.common:
                found = self.common[phrase], end
        return found

    def _possible(self, words: list[str], start: int) -> Iterator[tuple[str, int]]:
        """Words from here on that may be a phrase, the shortest first, and the index after them."""
        phrase = ""
        for end in range(start, len(words)):
            phrase = f"{phrase} {words[end]}" if phrase else words[end]
            yield phrase, end + 1
            if phrase not in self._beginnings:
                return

    def skip(self, words: list[str], start: int, meanings: Collection[str]) -> int:
        """The index after any of everybody's phrases that mean one of these."""
        while (found := self.common_at(words, start)) and found[0] in meanings:
            start = found[1]
        return start


def mended(heard: Heard, vocabulary: frozenset[str], keep: Callable[[str], bool]) -> Heard | None:
    """The same text with its spelling slips put right, or None when there are none.

    Args:
        heard: What was typed.
        vocabulary: The words that are known; they are never slips themselves.
        keep: Words that nothing may be mended into.
    """
    head = [_mend(word, vocabulary, keep) for word in heard.words[:READ_FOR_SLIPS]]
    words = head + heard.words[READ_FOR_SLIPS:]
    return None if words == heard.words else Heard(heard.text, words, heard.spans)


def _mend(word: str, vocabulary: frozenset[str], keep: Callable[[str], bool]) -> str:
    if word in vocabulary or word.isdecimal():
        return word
    for letters in (r"\1\1", r"\1"):
        shorter = _STRETCHED.sub(letters, word)
        if shorter in vocabulary:
            return shorter
    return nearest(word, (known for known in vocabulary if not keep(known))) or word


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one known word that this is a slip of: one edit from 5 letters on, two from 8, same first letter.

    The first letter keeps "night" from being an eight; two words equally near are no answer.
    """
    if len(word) < 5:
        return None
    near = [
        (distance, candidate)
        for candidate, distance, _ in process.extract(
            word, [k for k in known if len(k) >= 5 and k[0] == word[0]], scorer=OSA.distance, score_cutoff=2, limit=None
        )
        if distance <= (2 if len(candidate) >= 8 else 1)
    ]
    best = [candidate for distance, candidate in near if distance == min(near)[0]]
    return best[0] if len(best) == 1 else None
