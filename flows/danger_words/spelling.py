"""How a message is spelt out, word by word, into the letters of the pattern language.

It undoes what people do to words (text-speak, slips, stretching, joining, hiding) and keeps nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flows.danger_words.language import BREAK, OTHER, Alphabet, kind_of_number

_TOKEN = re.compile(r"[a-z0-9]+(?:['*@$!#][a-z0-9]+)*|\.(?!\.)(?<!\.\.)|[?!;\n,]")
_ENDS = frozenset(".?!;\n")
_SPELT_OUT = re.compile(r"(?<![a-z0-9'])[a-z](?:[ .\-_*|/]{1,2}[a-z](?![a-z0-9'])){2,40}")
_OVERDOSED = re.compile(r"(?<![a-z0-9.'])o\.d(?!\.?[a-z0-9])(?:\.(?!\.))?")  # "O.D.", "O.D'd"
_OVERDOSED_LOUD = re.compile(r"(?<![A-Za-z0-9])OD(?:d|ed)(?![A-Za-z0-9])")  # "ODd", which is not "odd"
_DOUBLE, _REPEATED, _STRETCHED = re.compile(r"(.)\1"), re.compile(r"(.)\1+"), re.compile(r"(.)\1{2,}")
_NOT_PLAIN = re.compile("[^\x00-\x7f]+|`")
_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_CURLY = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "＇": "'", "…": " "})
_LOOKALIKE = str.maketrans("авекмнорстухіјѕԁɡαειορτυν", "abekmhopctyxijsdgaeioptuv")
_LEET = str.maketrans("01345789@$!", "oieastbgasi")
_LEANING = frozenset(("s", "i", "n", "r", "u", "w", "m", "ch"))  # after an apostrophe: "he's"; in Welsh "curo'i blant"
_THE = ("t", "th")  # before an apostrophe, in the north: "on t'bridge"
_LONGEST_WORD, _LONGEST_JOINED, _SHORTEST_SLIP, _SHORTEST_PLURAL = 14, 256, 6, 3


@dataclass(frozen=True)
class Reading:
    """A message, made readable, and the letters of each of its words."""

    text: str
    spelt: Sequence[str]

    @cached_property
    def letters(self) -> str:
        """The message as one string of letters."""
        return "".join(self.spelt)

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        spans = map(re.Match.span, _TOKEN.finditer(self.text))
        return [span for span, letters in zip(spans, self.spelt, strict=True) for _ in letters]

    def words(self, start: int, end: int) -> str:
        """The words behind a stretch of letters."""
        return self.text[self._spans[start][0] : self._spans[end - 1][1]]

    def after(self, end: int, length: int) -> str:
        """What stands in the text right after a stretch of letters that ends there."""
        place = self._spans[end - 1][1]
        return self.text[place : place + length]


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
        self.alphabet = alphabet
        self._numbers = {word: letter for word, letter in alphabet.letters.items() if word[0] in "#0123456789"}
        self._is = alphabet.letter("is")
        self._plain = frozenset(plain)
        self._known = dict.fromkeys(self._plain, OTHER) | words | dict.fromkeys(_ENDS, BREAK) | {",": ""}
        for spelling, meant in rewrites.items():
            if " " not in spelling:
                self._known[spelling] = "".join(words.get(word, OTHER) for word in meant)
        self._pairs = {
            tuple(spelling.split()): "".join(words.get(word, OTHER) for word in meant)
            for spelling, meant in rewrites.items()
            if " " in spelling
        }
        self._seconds = frozenset(second for _, second in self._pairs)
        self._squeezed = {_squeeze(word): letter for word, letter in words.items()}
        self._long = {word: letter for word, letter in words.items() if len(word) >= _SHORTEST_SLIP}
        self._near = {gap: word for word in self._long for gap in _one_missing(word)}
        self._near |= {word: word for word in self._long}
        self._core = re.compile("|".join(map(re.escape, core)))
        self._hidden = [(word, words[word]) for word in hidden if word in words]

    def letters_of(self, word: str) -> str:
        """What a word is read as; it is given a letter of its own if it is no word of any pattern."""
        letters = self._numbers.get(word) or self.read(word).letters
        if letters == OTHER:
            letters = self._known[word] = self.alphabet.letter(word)
        return letters

    def read(self, text: str) -> Reading:
        """The message as letters that know where they came from; about a microsecond a word."""
        text = self._prepare(text)
        return Reading(text, self._spell(_TOKEN.findall(text)))

    def _prepare(self, text: str) -> str:
        if not text.isascii():
            text = _NOT_PLAIN.sub(_plain_letters, text)
        text = _OVERDOSED_LOUD.sub("od'd", text).lower() if "OD" in text else text.lower()
        if "o.d" in text:
            text = _OVERDOSED.sub("od", text)
        return _SPELT_OUT.sub(self._put_together, text)

    def _put_together(self, found: re.Match[str]) -> str:
        word = "".join(letter for letter in found.group() if letter.isalpha())
        is_one = word in self._known or self._apart(word) or self._in_two(word)
        return word if is_one else found.group()

    def _spell(self, tokens: Sequence[str]) -> list[str]:
        known, seconds = self._known, self._seconds
        spelt: list[str] = []
        puzzled: dict[str, str] = {}
        before, was_known = "", True
        for token in tokens:
            letters = known.get(token)
            is_known = letters is not None
            if letters is None:
                letters = puzzled.get(token)
                if letters is None:
                    letters = puzzled[token] = self._puzzle(token)
            spelt.append(letters)
            if token in seconds or not (is_known and was_known):
                self._join(before, token, spelt)
            before, was_known = token, is_known
        return spelt

    def _join(self, before: str, token: str, spelt: list[str]) -> None:
        """Makes one word of the last two if they are one, cut in two ("over dose")."""
        letters = self._pairs.get((before, token)) or self._long.get(before + token)
        if letters is not None and len(spelt) > 1:
            spelt[-2:] = [letters, ""]

    def _puzzle(self, token: str) -> str:
        """The letters of a word that is not known as it stands."""
        if token.isdigit():
            return self._numbers.get(kind_of_number(token), OTHER)
        if not token.isalpha():
            return self._with_signs(token)
        return self._alone(token) or self._apart(token) or self._slip(token) or self._in_two(token) or OTHER

    def _with_signs(self, token: str) -> str:
        bare = token.replace("'", "")
        if bare.isalpha():
            owner, _, tail = token.partition("'")
            if owner in _THE and len(tail) > 1 and bare not in self._known:
                return self._known.get(tail) or self._puzzle(tail)
            owned = self._known.get(owner) if tail in _LEANING else None
            return self._known.get(bare) or (owned + self._is * (tail == "s") if owned else self._puzzle(bare))
        if "*" in bare or "#" in bare:
            return self._starred(bare)
        clear = token.translate(_LEET)
        if clear in self._known:
            return self._known[clear]
        joined = self._before_a_number(token)
        if joined:
            return joined
        return self._puzzle(clear) if clear != token and clear.replace("'", "").isalpha() else OTHER

    def _before_a_number(self, token: str) -> str | None:
        """Words run together with a last one that begins with a digit ("killmyself2nite")."""
        cut = next(place for place, each in enumerate(token) if not each.isalpha())
        first, last = token[:cut], self._known.get(token[cut:])
        before = (self._known.get(first) or self._apart(first)) if last and first else None
        return before + last if before and last else None

    def _starred(self, token: str) -> str:
        bare = re.sub("[*#]", "", token)
        fitting = (letter for word, letter in self._hidden if _fits(token, word))
        return next(fitting, None) or self._known.get(bare) or self._apart(bare) or OTHER

    def _alone(self, token: str) -> str | None:
        """One word: stretched ("dieeee"), without its last g, or more than one of it."""
        known = self._known
        if token.endswith("in") and token + "g" in known:
            return known[token + "g"]
        if len(token) > _SHORTEST_PLURAL and token[-1] == "s" and token[:-1] not in self._plain:
            one = known.get(token[:-1])
            if one:
                return one
        if _DOUBLE.search(token) is None:
            return self._squeezed.get(token)
        shorter = _STRETCHED.sub(r"\1\1", token)
        once = _squeeze(token)
        fitting = next((each for each in (shorter, once) if each in known), None)
        return self._squeezed.get(once) if fitting is None else known[fitting]

    def _in_two(self, token: str) -> str | None:
        """Two known words run together ("iwas"), split where the second is longest."""
        if len(token) > 2 * _LONGEST_WORD:
            return None
        known = self._known
        begins = range(1 if token[0] in "iu" else 2, len(token) - 1)
        cuts = [cut for cut in begins if token[:cut] in known and token[cut:] in known]
        return known[token[: cuts[0]]] + known[token[cuts[0] :]] if cuts else None

    def _apart(self, token: str) -> str | None:
        """Several words run together, if every bit of it is a known word, and one begins as a core word does."""
        if len(token) > _LONGEST_JOINED or not self._core.search(token):
            return None
        cuts: list[tuple[str, bool] | None] = [("", False), *[None] * len(token)]
        for start in range(len(token)):
            so_far = cuts[start]
            if so_far is None:
                continue
            core = self._core.match(token, start)
            for end in range(start + 1, min(start + _LONGEST_WORD, len(token)) + 1):
                piece = token[start:end]
                letters = self._known.get(piece)
                if letters is None or (end - start == 1 and piece not in "iua"):
                    continue
                has_core = so_far[1] or (core is not None and core.end() <= end)
                known = cuts[end]
                if known is None or (has_core and not known[1]):
                    cuts[end] = so_far[0] + letters, has_core  # from furthest back: by the longest last word
        whole = cuts[-1]
        return whole[0] if whole is not None and whole[1] else None

    def _slip(self, token: str) -> str | None:
        """A long word that is one letter away, beginning with the same letter."""
        if not _SHORTEST_SLIP <= len(token) + 1 <= _LONGEST_WORD + 2:
            return None
        word = self._near.get(token)
        if word is not None:
            return self._long[word] if word[0] == token[0] else None
        shorter = [*_one_missing(token)]
        if self._near.keys().isdisjoint(shorter):
            return None
        words = (self._near.get(each) for each in shorter)
        fitting = next((word for word in words if word is not None and _is_one_edit(token, word)), None)
        return None if fitting is None or fitting[0] != token[0] else self._long[fitting]


def _plain_letters(found: re.Match[str]) -> str:
    bare = unicodedata.normalize("NFKD", _INVISIBLE.sub("", found.group()).translate(_CURLY))
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
