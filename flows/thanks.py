"""THANKS: what people have thanked somebody for, tied to what they did; and the thanks when they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.conversation import Talk, flow

SHOWN = 3
"""So many are shown at once; the others are counted."""


@dataclass(frozen=True)
class Thanked:
    """A thanks: the words, whose they are, the day, and what it was for (None: for no one thing)."""

    words: str
    by: str
    day: date
    what_for: str | None = None


@flow("thanks", light=True, facts=("thanks",))
async def thanks(talk: Talk) -> None:
    """The newest first, and how many more there are."""
    all_of_them: Sequence[Thanked] = talk.facts["thanks"]
    for number, each in enumerate(all_of_them[:SHOWN], 1):
        key = "one-for" if each.what_for else "one"
        talk.say(f"{key}:{number}", name=each.by, words=each.words, what=each.what_for, day=each.day)
    if more := len(all_of_them) - SHOWN if len(all_of_them) > SHOWN else 0:
        talk.say("more", number=more)


@flow("thanks-given", light=True, facts=("thanked",))
async def thanks_given(talk: Talk) -> None:
    """Somebody from the team thanks them, by name."""
    given: Thanked = talk.facts["thanked"]
    talk.say("from", name=given.by, words=given.words)
    if given.what_for:
        talk.say("for", what=given.what_for)
    talk.say("kept")
