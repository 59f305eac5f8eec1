"""The words that anybody can send at any time, in every language at once: STOP, HELP, MENU, ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.phrases import nearest, plain

# Their slips are ordinary words ("smart", "forgot", "ended"), and too much hangs on them.
_LETTER_BY_LETTER = frozenset({"STOP", "START", "EXIT", "FORGET"})


@dataclass(frozen=True)
class Keyword:
    """A word from the list.

    Attributes:
        name: What it asks for: "STOP".
        typed: The word that was typed, in capitals: "END". YES, END, QUIT and CANCEL are answers while a
            question that takes them is open, and YES opts in only an address that is stopped.
    """

    name: str
    typed: str


_LONGEST = 80  # letters; no phrase comes near, and most messages that are not keywords need no closer look


class Keywords:
    """Every keyword of every language."""

    def __init__(self, phrases: Mapping[str, str], ordinary: frozenset[str]) -> None:
        """Keep what is looked up often.

        Args:
            phrases: A plain phrase to the keyword it stands for.
            ordinary: Phrases that mean something else; a slip never makes a keyword of them.
        """
        self._phrases = phrases
        self._ordinary = ordinary
        self._with_slips = [
            phrase for phrase, name in phrases.items() if " " not in phrase and name not in _LETTER_BY_LETTER
        ]

    def find(self, text: str) -> Keyword | None:
        """The keyword that is the whole message, if it is one; "/help@bot" is how Telegram writes it."""
        if len(text) > _LONGEST:
            return None
        typed = plain(_without_bot(text))
        name = self._phrases.get(typed)
        if name is None and " " not in typed and typed not in self._ordinary:
            name = self._phrases.get(nearest(typed, self._with_slips) or "")
        return Keyword(name, typed.upper()) if name else None


def _without_bot(text: str) -> str:
    command, at, _ = text.partition("@")
    return command if at and command.startswith("/") else text
