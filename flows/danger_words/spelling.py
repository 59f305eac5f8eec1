"""How a message is spelt out, word by word, into the letters of the pattern language.

It undoes what people do to words (text-speak, slips, stretching, joining, hiding) and keeps nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.danger_words.language import BREAK, OTHER, Alphabet

_TOKEN = re.compile(r"[a-z0-9]+(?:['*@$!#][a-z0-9]+)*|\.(?!\.)(?<!\.\.)|[?!;\n]")
_ENDS = frozenset(".?!;\n")
_SPELT_OUT = re.compile(r"(?<![a-z0-9'])[a-z](?:[ .\-_*|/]{1,2}[a-z](?![a-z0-9'])){2,40}")
_DOUBLE, _REPEATED, _STRETCHED = re.compile(r"(.)\1"), re.compile(r"(.)\1+"), re.compile(r"(.)\1{2,}")
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_CURLY = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'", "…": " "})
_LOOKALIKE = str.maketrans("авекмнорстухіјѕԁɡαειορτυν", "abekmhopctyxijsdgaeioptuv")
_LEET = str.maketrans("01345789@$!", "oieastbgasi")
_LONGEST_WORD, _LONGEST_JOINED, _SHORTEST_SLIP = 14, 64, 6


@dataclass(frozen=True)
class Reading:
    """A message as letters, and for each letter the stretch of `text` it came from."""

    text: str
    letters: str
    spans: Sequence[tuple[int, int]]

    def words(self, start: int, end: int) -> str:
        """The words behind a stretch of letters."""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]]


class Speller:
    """Reads messages into letters.

    Args:
        alphabet: The words that patterns mention.
        rewrites: Other spellings, each with the standard words it stands for (none: a filler, left out).
        plain: Everyday words that are never taken for a slip of another.
        core: Pieces of words; a word that holds one may be several words run together.
        hidden: Words that people write with stars.
    """

    def __init__(
        self,
        alphabet: Alphabet,
        rewrites: Mapping[str, Sequence[str]],
        plain: Iterable[str],
        core: Iterable[str],
        hidden: Iterable[str],
    ) -> None:
        words = {word: letter for word, letter in alphabet.letters.items() if not word.startswith("#")}
        self._few, self._many, self._year = (alphabet.letter(f"#{kind}") for kind in ("few", "many", "year"))
        self._plain = frozenset(plain)
        self._known = dict.fromkeys(self._plain, OTHER) | words | dict.fromkeys(_ENDS, BREAK)
        for spelling, meant in rewrites.items():
            if " " not in spelling:
                self._known[spelling] = "".join(words.get(word, OTHER) for word in meant)
        self._pairs = {
            tuple(spelling.split()): "".join(words.get(word, OTHER) for word in meant)
            for spelling, meant in rewrites.items()
            if " " in spelling
        }
        self._squeezed = {_squeeze(word): letter for word, letter in words.items()}
        self._long = {word: letter for word, letter in words.items() if len(word) >= _SHORTEST_SLIP}
        self._with_gap = {gap: word for word in self._long for gap in _one_missing(word)}
        self._core = re.compile("|".join(map(re.escape, core)))
        self._hidden = [(word, words[word]) for word in hidden if word in words]

    def letters(self, text: str) -> str:
        """The message as letters; about a microsecond a word."""
        return "".join(self._spell(_TOKEN.findall(self._prepare(text))))

    def read(self, text: str) -> Reading:
        """The message as letters that know where they came from."""
        text = self._prepare(text)
        found = list(_TOKEN.finditer(text))
        spelt = self._spell([each.group() for each in found])
        spans = [each.span() for each, letters in zip(found, spelt, strict=True) for _ in letters]
        return Reading(text, "".join(spelt), spans)

    def _prepare(self, text: str) -> str:
        if not text.isascii():
            text = _plain_letters(text)
        return _SPELT_OUT.sub(self._put_together, text.lower())

    def _put_together(self, found: re.Match[str]) -> str:
        word = "".join(letter for letter in found.group() if letter.isalpha())
        return word if word in self._known or self._apart(word) else found.group()

    def _spell(self, tokens: Sequence[str]) -> list[str]:
        known, spelt = self._known, []
        for place, token in enumerate(tokens):
            letters = known.get(token)
            spelt.append(self._puzzle(token) if letters is None else letters)
            if place and spelt[-2] != BREAK:
                self._join(tokens[place - 1], token, spelt)
        return spelt

    def _join(self, before: str, token: str, spelt: list[str]) -> None:
        letters = self._pairs.get((before, token))
        if letters is None and OTHER in (spelt[-1], spelt[-2]):
            letters = self._long.get(before + token)
        if letters is not None:
            spelt[-2:] = [letters, ""]

    def _puzzle(self, token: str) -> str:
        """The letters of a word that is not known as it stands."""
        if token.isdigit():
            return self._number(token)
        if not token.isalpha():
            return self._with_signs(token)
        return self._alone(token) or self._apart(token) or self._slip(token) or OTHER

    def _number(self, token: str) -> str:
        if len(token) == 4 and token[:2] in ("19", "20"):
            return self._year
        return self._few if len(token) == 1 and token < "8" else self._many

    def _with_signs(self, token: str) -> str:
        bare = token.replace("'", "")
        if bare.isalpha():
            return self._known.get(bare) or self._puzzle(bare)
        if "*" in bare or "#" in bare:
            return self._starred(bare)
        clear = bare.translate(_LEET)
        if clear.isalpha():
            return self._known.get(clear) or self._alone(clear) or self._apart(clear) or self._slip(clear) or OTHER
        return OTHER

    def _starred(self, token: str) -> str:
        bare = re.sub("[*#]", "", token)
        fitting = (letter for word, letter in self._hidden if _fits(token, word))
        return next(fitting, None) or self._known.get(bare) or self._apart(bare) or OTHER

    def _alone(self, token: str) -> str | None:
        """One word, stretched ("dieeee") or without its last g."""
        known = self._known
        if token.endswith("in") and token + "g" in known:
            return known[token + "g"]
        if _DOUBLE.search(token) is None:
            return self._squeezed.get(token)
        shorter = _STRETCHED.sub(r"\1\1", token)
        once = _squeeze(token)
        if shorter in known:
            return known[shorter]
        return OTHER if once in self._plain else self._squeezed.get(once)

    def _apart(self, token: str) -> str | None:
        """Several words run together, if every bit of it is a known word."""
        if len(token) > _LONGEST_JOINED or not self._core.search(token):
            return None
        cuts: list[str | None] = [""] + [None] * len(token)
        for start in range(len(token)):
            so_far = cuts[start]
            if so_far is None:
                continue
            for end in range(start + 1, min(start + _LONGEST_WORD, len(token)) + 1):
                piece = token[start:end]
                letters = self._known.get(piece)
                if letters is not None and cuts[end] is None and (end - start > 1 or piece in "iua"):
                    cuts[end] = so_far + letters  # reached first from furthest back: by the longest last word
        return cuts[-1]

    def _slip(self, token: str) -> str | None:
        """A long word that is one letter away, beginning with the same letter."""
        if not _SHORTEST_SLIP <= len(token) + 1 <= _LONGEST_WORD + 2:
            return None
        word = self._with_gap.get(token)
        if word is None:
            for shorter in _one_missing(token):
                word = shorter if shorter in self._long else self._with_gap.get(shorter)
                if word is not None and _is_one_edit(token, word):
                    break
        if word is None or word[0] != token[0] or not _is_one_edit(token, word):
            return None
        return self._long[word]


def _plain_letters(text: str) -> str:
    text = _INVISIBLE.sub("", text).translate(_CURLY)
    bare = unicodedata.normalize("NFKD", text)
    return "".join(each for each in bare if not unicodedata.combining(each)).lower().translate(_LOOKALIKE)


def _squeeze(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def _one_missing(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _fits(starred: str, word: str) -> bool:
    return len(starred) == len(word) and all(a in "*#" or a == b for a, b in zip(starred, word, strict=True))


def _is_one_edit(written: str, word: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    if len(written) > len(word):
        written, word = word, written
    same = next((at for at, (a, b) in enumerate(zip(written, word, strict=False)) if a != b), len(written))
    if len(written) < len(word):
        return written[same:] == word[same + 1 :]
    swapped = written[same + 1 : same + 2] + written[same : same + 1]
    return written[same + 1 :] == word[same + 1 :] or swapped + written[same + 2 :] == word[same:]
