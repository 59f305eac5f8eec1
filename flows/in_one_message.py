"""A word of ours with what it asks for right behind it: "SUGGEST more biscuits", "ASK Sam where is it".

The word itself means us even where any words would be an answer, if it stands out: "ASK Sam", and not "ask sam".
Otherwise it may well be an answer ("ask my brother"), and counts for us only where no question takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flows.conversation import Json, unread
from flows.help import WithWords
from flows.phrases import hear
from flows.words import Keyword

SOFTLY = " WITH"
"""Behind a keyword's name: it did not stand out."""
ASK_SOFTLY = f"ASK{SOFTLY}"
_WORDS = {
    "suggest": "SUGGEST",
    "awgrymu": "SUGGEST",
    "skills": "SKILLS",
    "sgiliau": "SKILLS",
    "ask": "ASK",
    "gofyn": "ASK",
}
_BEFORE_A_NAME = ("i", "to")


def in_one_message(text: str) -> WithWords | None:
    """The word that a message begins with, and what stands behind it; None: it is no such message."""
    first, _, behind = text.strip().partition(" ")
    word = first.strip("/:,").casefold()
    name = _WORDS.get(word)
    if name is None or not behind.strip():
        return None
    stands_out = first.startswith("/") or (first.isupper() and not text.isupper())
    return WithWords(Keyword(name if stands_out else name + SOFTLY, word.upper()), behind.strip())


def begun_with(keyword: str, behind: str, today: date) -> dict[str, Json]:
    """The answers that such a message brings to its flow."""
    if keyword == "ASK":
        return {"said": behind}
    idea = unread(behind, today)
    return {"idea": idea} if keyword == "SUGGEST" else {"what": "add", "first": idea}


def after_a_name(said: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    """Whose name words begin with, and the rest of them; None: nobody's, or that of two people."""
    heard = hear(said)
    start = 1 if heard.words[:1] and heard.words[0] in _BEFORE_A_NAME else 0
    found: dict[str, int] = {}
    for each, name in names.items():
        called = hear(name).words
        if called and heard.words[start : start + len(called)] == called:
            found[each] = start + len(called)
    if len(found) != 1:
        return None
    ((who, end),) = found.items()
    return who, heard.after(end)
