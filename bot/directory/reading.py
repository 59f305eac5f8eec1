"""What reading a directory leads to: signposts and problems; and the cautious look at what others wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from flows.signposts import Signpost

MOST_BYTES = 50_000_000
MOST_ENTRIES = 20_000
MOST_PARTS = 100  # phones of a service, places of a service, lines of opening hours
LONGEST_NAME = 120
LONGEST_WORDS = 300
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+|\s+")
_TAG = re.compile(r"<[^<>]{0,200}>")


class LeftOut(ValueError):
    """An entry cannot be a signpost; the reason is in plain words. Trying again won't help."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with an entry, or with the whole source.

    Attributes:
        where: "row 4", "service 8f1c (Food bank)", or the source's name.
        what: In plain words.
        entry: The id of the entry that was left out; None: it stayed, without the part that was wrong.
    """

    where: str
    what: str
    entry: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Reading(NamedTuple):
    """What was read.

    Attributes:
        entries: The good ones; none if the source as a whole failed.
        problems: In the order of the source.
    """

    entries: tuple[Signpost, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def failed(cls, source: str, what: str, problems: Iterable[Problem] = ()) -> Reading:
        """A reading that came to nothing, because of the source as a whole."""
        return cls((), (*problems, Problem(source, what)))


def refresh(current: Iterable[Signpost], reading: Reading) -> tuple[Signpost, ...]:
    """The entries of a source after it was read again.

    The current ones stay if the reading has none, or more left out than read: such a source is broken.
    An entry that is now faulty stays as it was; one that is gone from the source goes.
    """
    known = tuple(current)
    left_out = {problem.entry for problem in reading.problems if problem.entry}
    if not reading.entries or len(left_out) > len(reading.entries):
        return known
    fresh = {entry.id for entry in reading.entries}
    kept = (old for old in known if old.id not in fresh and old.id.partition("@")[0] in left_out)
    return (*reading.entries, *kept)


@dataclass
class Notes:
    """The problems found so far in one source, and in one entry of it."""

    source: str
    problems: list[Problem] = field(default_factory=list)
    where: str = ""
    entry: str | None = None

    def about(self, where: str, entry: str | None) -> None:
        """From here on, problems are about this entry."""
        self.where, self.entry = where, entry

    def ignore(self, what: str) -> None:
        """A part of the entry is wrong and is left out; the entry stays."""
        self.problems.append(Problem(self.where or self.source, what))

    def leave_out(self, what: str) -> None:
        """The entry is left out."""
        self.problems.append(Problem(self.where or self.source, what, self.entry or self.where))


@dataclass(frozen=True)
class Part:
    """One object of a feed, looked at without believing that anything in it has the right type."""

    content: Mapping[str, Any]
    notes: Notes

    def words(self, *names: str, longest: int = LONGEST_WORDS) -> str | None:
        """The first of these fields that has words in it, on one line; cut off where it is too long."""
        for name in names:
            value = self.content.get(name)
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                if said := one_line(f"{value:.10g}" if isinstance(value, float) else str(value), longest):
                    return said
            elif value is not None and not isinstance(value, bool):
                self.notes.ignore(f"{name} is not text")
        return None

    def many(self, *names: str) -> Iterator[Part]:
        """The objects in all of these fields; a single object counts as a list of one."""
        for name in names:
            value = self.content.get(name)
            items = [value] if isinstance(value, dict) else value
            if items is None or items == "":
                continue
            if not isinstance(items, list):
                self.notes.ignore(f"{name} is not a list")
                continue
            if len(items) > MOST_PARTS:
                self.notes.ignore(f"{name} has {len(items)} parts; only the first {MOST_PARTS} are read")
            for item in items[:MOST_PARTS]:
                if isinstance(item, dict):
                    yield Part(item, self.notes)
                elif item is not None:
                    self.notes.ignore(f"{name} has something in it that is not an object")

    def one(self, *names: str) -> Part:
        """The object in the first of these fields that has one; empty if none has."""
        return next(self.many(*names), Part({}, self.notes))

    def day(self, *names: str) -> date | None:
        """The first of these fields that holds a date; the time of day after it is not looked at."""
        said = self.words(*names)
        if said is None:
            return None
        try:
            return date.fromisoformat(said[:10])
        except ValueError:
            raise ValueError(f"{said[:40]!r} is not a date like 2026-11-23") from None

    def whole(self, *names: str) -> int | None:
        """The first of these fields that has anything in it, as a whole number; a fraction is cut off."""
        said = self.words(*names)
        if said is None:
            return None
        if not re.fullmatch(r"-?\d{1,6}(\.\d+)?", said):
            raise ValueError(f"{said[:40]!r} is not a number")
        return int(said.partition(".")[0])


def unreadable(name: str, fault: OSError) -> str:
    """What to say of a file or folder that cannot be read, and what to do."""
    if isinstance(fault, FileNotFoundError):
        return f"there is no {name} here, so it cannot be read: is its name right, and are you in its folder?"
    return f"{name} cannot be read: may you read it? Ask whoever looks after this machine."


def one_line(text: str, longest: int = LONGEST_WORDS) -> str:
    """Words on one line, without markup, control characters and marks that turn the direction of writing."""
    short = _TAG.sub(" ", text[: longest * 4])
    plain = " ".join(_UNPRINTABLE.sub(" ", short).split())
    return plain if len(plain) <= longest else plain[: longest - 3].rsplit(" ", 1)[0] + "..."
