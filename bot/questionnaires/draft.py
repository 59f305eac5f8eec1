"""A questionnaire as somebody wrote it, whether it makes sense or not: settings, and their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 1_000_000
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a file.

    Attributes:
        where: The place in it: "line 12, rating" or "row 3, text".
        what: What is wrong, in words for a coordinator.
        is_warning: It can be saved all the same.
    """

    where: str
    what: str
    is_warning: bool = False

    def __str__(self) -> str:
        """One line of letters, whatever somebody has written in the file."""
        note = "please note: " if self.is_warning else ""
        return printable(f"{self.where}: {note}{self.what}" if self.where else f"{note}{self.what}")


@dataclass(frozen=True)
class Table:
    """Settings that stand together, and where each of them stands.

    Attributes:
        settings: By name, whatever was written there.
        place: Where the table begins: "line 12".
        places: Where a setting stands, if that is known better.
    """

    settings: Mapping[str, Any]
    place: str
    places: Mapping[str, str] = field(default_factory=dict)

    def where(self, setting: str) -> str:
        """The place of a setting, with its name."""
        place = self.places.get(setting, self.place)
        return f"{place}, {setting[:LONGEST_SHOWN]}" if place else setting[:LONGEST_SHOWN]


@dataclass(frozen=True)
class DraftSection:
    """A section, with the questions in it."""

    about: Table
    questions: Sequence[Table]


@dataclass(frozen=True)
class Draft:
    """All of it."""

    about: Table
    sections: Sequence[DraftSection]


def printable(text: str) -> str:
    """Without what could move a terminal's cursor or turn its writing round."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def shown(value: Any) -> str:
    """A piece of what was written, short enough for one line."""
    text = printable(str(value))
    return f"“{text[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{text}”"
