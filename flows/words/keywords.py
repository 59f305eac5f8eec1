"""The words that anybody can send at any time, in every language at once: STOP, HELP, MENU, ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.phrases import hear, nearest, plain

# Their slips are ordinary words ("smart", "forgot", "ended"), and too much hangs on them: "yes please" must not
# undo a STOP, nor "stop lol" say one.
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


_BEFORE_OTHERS = frozenset({"HELP", "WRONG"})  # "HELP housing", "WRONG 2"
_MOST_WORDS = 4  # of a keyword with others behind it: "please i need help"
_SHORTEST_SLIP = 5  # letters; see `flows.phrases.nearest`
_LONGEST = 80  # letters; no phrase comes near, and most messages that are not keywords need no closer look


class Keywords:
    """Every keyword of every language."""

    def __init__(self, phrases: Mapping[str, str], ordinary: frozenset[str], courtesies: frozenset[str]) -> None:
        """Keep what is looked up often.

        Args:
            phrases: A plain phrase to the keyword it stands for.
            ordinary: Phrases that mean something else; a slip never makes a keyword of them.
            courtesies: Single words that make no difference before or behind: "hi", "please", "mate".
        """
        self._phrases = phrases
        self._ordinary = ordinary
        self._courtesies = courtesies
        self._with_slips = [
            phrase for phrase, name in phrases.items() if " " not in phrase and name not in _LETTER_BY_LETTER
        ]
        self._before_others = {phrase: name for phrase, name in phrases.items() if name in _BEFORE_OTHERS}
        self._first_words = frozenset(phrase.partition(" ")[0] for phrase in self._before_others)

    def find(self, text: str) -> Keyword | None:
        """The keyword that is the whole message, if it is one; "/help@bot" is how Telegram writes it."""
        if len(text) > _LONGEST:
            return None
        typed = plain(_without_bot(text))
        name = self._named(typed)
        if name is None and (bare := self._without_courtesies(typed)) != typed:
            name = self._named(bare)
            typed, name = (typed, None) if name in _LETTER_BY_LETTER else (bare, name)
        return Keyword(name, typed.upper()) if name else None

    def _named(self, typed: str) -> str | None:
        name = self._phrases.get(typed)
        if name is None and " " not in typed and typed not in self._ordinary:
            name = self._phrases.get(nearest(typed, self._with_slips) or "")
        return name

    def _without_courtesies(self, typed: str) -> str:
        words = typed.split()
        while len(words) > 1 and words[-1] in self._courtesies:
            words.pop()
        while len(words) > 1 and words[0] in self._courtesies:
            words.pop(0)
        return " ".join(words)

    def find_before(self, text: str) -> tuple[Keyword, str] | None:
        """HELP or WRONG where a message begins with it, and the words behind it, of which there is at least one."""
        first, _, rest = text.strip().partition(" ")
        typed = first.strip(",.:!").casefold()
        if not rest or len(text) > _LONGEST or (len(typed) < _SHORTEST_SLIP and typed not in self._first_words):
            return None  # most messages; nothing dearer is needed for them
        heard = hear(f"{_without_bot(first)} {rest}")
        for end in range(min(_MOST_WORDS, len(heard.words) - 1), 0, -1):
            phrase = " ".join(heard.words[:end])
            plainly = end > 1 or phrase in self._before_others or phrase in self._ordinary  # "hello" is no slip of HELP
            known = phrase if plainly else nearest(phrase, self._before_others) or ""
            if name := self._before_others.get(known):
                return Keyword(name, phrase.upper()), heard.after(end)
        return None


def _without_bot(text: str) -> str:
    command, at, _ = text.partition("@")
    return command if at and command.startswith("/") else text
