"""What people type when they look for help, and which topics they mean by it. No score, no model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_PHRASE = 5
SLIPS_FROM = 5  # letters: "meds" and "beds" are two words, "housng" is one with a slip
TWO_SLIPS_FROM = 8


def understand_topics(text: str) -> tuple[str, ...]:
    """The topics that these words speak of, the main one first; empty: none that we know.

    Args:
        text: A topic's own name, or anything that people or other directories call it, in English or Welsh.
    """
    if text in TOPICS:
        return (text, *(topic for topic in _meanings().get(text.replace("_", " "), ()) if topic != text))
    words = _plain(text).split()
    found: list[str] = []
    start = 0
    while start < len(words):
        length, topics = _longest(words[start : start + LONGEST_PHRASE])
        found.extend(topics)
        start += length
    return tuple(dict.fromkeys(found))


def _longest(words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """How many of the first words make a phrase that we know, and what it means; (1, ()) if none does."""
    for length in range(len(words), 0, -1):
        if topics := _meanings().get(" ".join(words[:length])):
            return length, topics
    return 1, _meanings().get(_without_slips(words[0]), ())


def _without_slips(word: str) -> str:
    if len(word) < SLIPS_FROM:
        return word
    slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
    nearest = process.extractOne(word, _long_words(), scorer=OSA.distance, score_cutoff=slips)
    return nearest[0] if nearest else word


def _plain(text: str) -> str:
    """Lower case, words and numbers only; "cam-drin", "can't" and "cant" are each written one way."""
    lower = text[:500].casefold().replace("’", "'").replace("'", "")
    return " ".join(re.findall(r"[^\W_]+\+?", lower))


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    said = tomllib.loads(files("flows.signposts").joinpath("topics.toml").read_text("utf-8"))
    return {
        _plain(phrase): tuple(meaning["topics"])
        for meaning in said["meaning"]
        for language in ("cy", "en")
        for phrase in meaning[language]
    }


@cache
def _long_words() -> list[str]:
    return [phrase for phrase in _meanings() if " " not in phrase and len(phrase) >= SLIPS_FROM]


TOPICS = frozenset(topic for topics in _meanings().values() for topic in topics)
