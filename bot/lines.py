"""The lines of help that sentences about danger mention, as they are where the organisation works."""

from __future__ import annotations

from collections.abc import Mapping

from bot.house import House
from flows.words import Words

BY_NATION = ("nhs", "abuse_line", "shelter")


def council_line(words: Words, house: House, language: str, *, short: bool) -> str:
    """The council's homelessness number, or what to do without."""
    if not house.council_number:
        return words.sentence(language, "safety.no-council", short=short)
    about = {"council_name": house.council_name, "council_number": house.council_number}
    return words.sentence(language, "safety.council", about, short=short)


def lines_of_help(words: Words, house: House, language: str, *, short: bool) -> Mapping[str, str]:
    """Every line that `safety.…` may mention, by its name there."""
    lines = {name: words.sentence(language, f"safety.{name}-{house.nation}", short=short) for name in BY_NATION}
    return lines | {"council": council_line(words, house, language, short=short)}
