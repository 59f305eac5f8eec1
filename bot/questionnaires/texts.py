"""The texts that a coordinator writes into a questionnaire: what must be changed in them, and what costs more."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from bot.channels.segments import count, fold
from bot.questionnaires.draft import Problem, Table, shown
from bot.reviewing import STARTS_A_FORMULA
from flows.phrases import plain

MANY_PARTS = 2  # a text of more is much to read, and to pay for
LANGUAGES = ("cy",)  # besides English
Tell: TypeAlias = Callable[[Problem], None]


def read_text(table: Table, name: str, longest: int, tell: Tell, *, required: bool = False) -> dict[str, str] | None:
    """A text in every language that it is written in; None where there is none, or it cannot be used."""
    if name not in table.settings:
        if required:
            tell(Problem(table.where(name), "is missing"))
        for language in LANGUAGES:
            if f"{name}_{language}" in table.settings:
                tell(Problem(table.where(f"{name}_{language}"), f"there is no {name} in English"))
        return None
    text: dict[str, str] = {}
    for language, setting in (("en", name), *((each, f"{name}_{each}") for each in LANGUAGES)):
        if setting in table.settings:
            said = one_text(table.settings[setting], table.where(setting), longest, tell)
            if said is not None:
                text[language] = said
    return text if "en" in text else None


def one_text(value: object, where: str, longest: int, tell: Tell) -> str | None:
    """A text in one language, without what nobody sees; None where it cannot be used."""
    if not isinstance(value, str):
        tell(Problem(where, 'this should be text in quotes, like "this"'))
        return None
    text = " ".join(value.split())
    if not text:
        tell(Problem(where, "is empty"))
    elif len(text) > longest:
        tell(Problem(where, f"has {len(text)} letters; {longest} at most"))
    elif text.startswith(STARTS_A_FORMULA) or value.startswith(STARTS_A_FORMULA):
        tell(Problem(where, f"{shown(text)} begins as a spreadsheet's formula does"))
    elif any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        tell(Problem(where, "has signs in it that no phone shows"))
    else:
        _what_it_costs(text, where, tell)
        return text
    return None


def _what_it_costs(text: str, where: str, tell: Tell) -> None:
    sent = fold(text)
    segments = count(sent)
    if segments.encoding != "GSM-7":
        dear = next((letter for letter in sent if count(letter).encoding != "GSM-7"), "")
        tell(Problem(where, f"with {shown(dear)} in it a text message costs more than twice as much", is_warning=True))
    elif segments.parts > MANY_PARTS:
        tell(Problem(where, f"it takes {segments.parts} text messages", is_warning=True))


def name_of_choice(label: str, longest: int) -> str:
    """What is kept of a choice: small letters and hyphens; empty where its label has no letters."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plain(label))
    return "-".join(letters.split())[:longest].strip("-")
