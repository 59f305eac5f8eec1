"""Those who get the very same words, at the same times of their day: looked at once, however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from bot.broadcasts.wording import Office, Wording
from storage.audiences import Candidate

_WORDS = ("channel", "language", "called", "shares_phone")
_TIMES = ("zone", "quiet_from_minute", "quiet_until_minute", "break_from_minute", "break_until_minute")
_kind = attrgetter(*_WORDS, *_TIMES)


@dataclass(frozen=True)
class Alike:
    """Some who are alike.

    Attributes:
        person: The first of them.
        text: What exactly each of them gets.
        people: How many they are.
    """

    person: Candidate
    text: str
    people: int


def alike(people: Iterable[Candidate], wording: Wording, office: Office) -> list[Alike]:
    """Everybody who gets it, by what they get and when it may reach them; in the order in which the first came."""
    firsts: dict[tuple[object, ...], Candidate] = {}
    number: Counter[tuple[object, ...]] = Counter()
    for person in people:
        kind = _kind(person)
        firsts.setdefault(kind, person)
        number[kind] += 1
    return [Alike(person, wording.to_person(person, office), number[kind]) for kind, person in firsts.items()]
