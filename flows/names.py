"""What somebody wants to be called, taken out of what they typed. Pure, and no judge of names.

Any name is fine. But a question, a whole sentence or something said in anger is none that they would like to be greeted
with, so they are asked once more; what they say then is used, if it is short enough. Nothing is ever cut off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.hearing import Reading
from flows.replies import AnyWords, Hearing, Understood

LONGEST_NAME = 40  # letters; a greeting with a longer one costs a second part
MOST_WORDS = 4
NO_NAME = ""
_INTRO, _INTRO_AT_THE_START, _AFTER, _THEN = "intro", "intro at the start", "after", "then"
_NEVER, _UNLIKELY = "never", "unlikely"
_NOT_NAMES = frozenset(
    {
        *("yes", "yes if alone", "no", "no if alone", "no if it ends there", "unsure", "skip", "back", "filler"),
        *("please", "polite", "negation", "clause", "or", "but", "correction", "about"),
    }
)
_BEFORE = frozenset({"filler", "polite", "please"})
_ENDS_A_NAME = re.compile(r"[,.;:!?\n]\s|[,;:!?\n]")


@dataclass(frozen=True)
class AName(AnyWords):
    """A name, also inside "my name is Ada", "call me Ada please"; `NO_NAME` where none can be seen.

    The phrases around a name are the question's own, in its words.

    Attributes:
        asked_before: They were asked once more, so whatever is short is the name they want.
    """

    asked_before: bool = False

    def understand(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """The name as they typed it, or `NO_NAME`; an empty message is no answer."""
        if not text.strip():
            return None
        reading = Reading.of(text, hearing)
        start, introduced = _where_it_begins(reading)
        name = _trimmed(reading, start, introduced)
        if not _could_be_one(reading, name) or (not self.asked_before and _is_unlikely(reading, name, introduced)):
            return Understood(NO_NAME)
        return Understood(name)

    def overhear(self, text: str, hearing: Hearing) -> Understood[str] | None:
        """Only a name that they introduce: "yes please, im Ada"."""
        if not _where_it_begins(Reading.of(text, hearing))[1]:
            return None
        name = self.understand(text, hearing)
        return name if name and name.value != NO_NAME else None


a_name = AName()
a_name_after_all = AName(asked_before=True)


def _where_it_begins(reading: Reading) -> tuple[int, bool]:
    """The index of the first word that may be a name, and whether "my name is" or the like stands before it."""
    last = len(reading.words)
    for left_out in (_BEFORE, _BEFORE | {"yes", "yes if alone"}):
        first = reading.phrase(reading.book.skip(reading.words, 0, left_out))
        if first and first.own and first.meaning == _INTRO_AT_THE_START and first.end < last:
            return first.end, True
    marks = filter(None, map(reading.phrase, range(last)))
    introduced = [mark.end for mark in marks if mark.own and mark.meaning == _INTRO and mark.end < last]
    if introduced:
        return introduced[-1], True
    greeted = reading.book.skip(reading.words, 0, {"filler"})
    return (greeted if greeted < last else 0), False


def _trimmed(reading: Reading, start: int, introduced: bool) -> str:
    """The words from there on, without what only stands around a name: "please", an emoji, the rest of a sentence."""
    end = _end_of_clause(reading, start) if introduced else len(reading.words)
    while (shorter := _without_last(reading, start, end)) < end:
        end = shorter
    start = next((at for at in range(start, end) if reading.words[at][0].isalnum()), end)
    if start >= end:
        return NO_NAME
    return " ".join(reading.heard.text[reading.heard.spans[start][0] : reading.heard.spans[end - 1][1]].split())


def _without_last(reading: Reading, start: int, end: int) -> int:
    """The index before an emoji or a "thanks" at the end; the end itself where neither stands there."""
    if end > start and not reading.words[end - 1][0].isalnum():
        return end - 1
    return next((at for at in range(max(start + 1, end - 3), end) if _stands_behind(reading, at, end)), end)


def _stands_behind(reading: Reading, at: int, end: int) -> bool:
    mark = reading.phrase(at)
    return mark is not None and mark.own and mark.meaning == _AFTER and mark.end == end


def _end_of_clause(reading: Reading, start: int) -> int:
    """Where another clause begins: "Ada, im 34", "Ada and I live in Leeds"."""
    for index in range(start + 1, len(reading.words)):
        mark = reading.phrase(index)
        goes_on = mark is not None and mark.own and mark.meaning in (_THEN, _INTRO_AT_THE_START)
        if goes_on or _ENDS_A_NAME.match(reading.heard.gap(index)):
            return index
    return len(reading.words)


def _could_be_one(reading: Reading, name: str) -> bool:
    """Whether it is short, has letters, and nothing in it is never a name."""
    short = len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS
    return short and any(map(str.isalpha, name)) and not _says(Reading.of(name, reading.hearing), _NEVER)


def _is_unlikely(reading: Reading, name: str, introduced: bool) -> bool:
    """Whether hardly anybody would like to be greeted so, as far as a list can tell."""
    inside = Reading.of(name, reading.hearing)
    first, whole = inside.phrase(0), reading.phrase(0)
    said = first is not None and not first.own and (first.meaning in _NOT_NAMES or first.meaning.isdecimal())
    said_in_full = (
        whole is not None and not whole.own and whole.end == len(reading.words) and whole.meaning in _NOT_NAMES
    )
    asked = "?" in reading.heard.text and not introduced
    return said or said_in_full or asked or _says(inside, _UNLIKELY) or _says(inside, _INTRO)


def _says(reading: Reading, meaning: str) -> bool:
    """Whether one of the question's own phrases of this meaning stands anywhere in it."""
    marks = map(reading.phrase, range(len(reading.words)))
    return any(mark.own and mark.meaning == meaning for mark in marks if mark)
