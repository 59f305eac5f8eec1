"""A vote, as a coordinator writes it in a small file; every problem of it is told at once, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.projects.card import Name, Said, read_small_file
from flows.phrases import hear
from flows.replies import wish
from flows.words import Words

MOST_CHOICES = 6
SEE = "see `alongside vote example`"
EXAMPLE = """\
# A vote. Call it with:  alongside vote save bench.toml
# It is called under the rule on the project's card, and only when everybody was told of that rule a day before.
project = "Garden"
question = "Where shall the bench go?"
why = "it comes next week"                # why now; everybody is told
choices = ["by the pond", "under the tree", "at the gate"]      # 2 to 6; in words, and not just yes and no
closes = 2026-04-10T18:00:00             # by the clock where you are; at least a day ahead
"""


class VoteFile(BaseModel):
    """The whole file; what each line means is written in `EXAMPLE`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Name
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    why: Said
    choices: tuple[Name, ...] = Field(min_length=2, max_length=MOST_CHOICES)
    closes: datetime


def read_vote(path: Path) -> VoteFile:
    """The vote in a file.

    Raises:
        CardMistakes: It can't be read, or something in it must be mended first; it lists all of that.
    """
    return read_small_file(path, VoteFile, SEE, faults_between_lines)


def faults_between_lines(vote: VoteFile) -> Iterator[str]:
    """What is wrong although each line by itself is fine."""
    names = [each.casefold() for each in vote.choices]
    yield from (f"choices: “{name}” is there twice" for name in sorted({n for n in names if names.count(n) > 1}))
    words = Words.load()
    yield from (problem for at, name in enumerate(vote.choices, 1) if (problem := _taken_for_another(words, name, at)))
    if vote.closes.tzinfo is not None:
        yield "closes: must be written without a time zone, like 2026-04-10T18:00:00"


def _taken_for_another(words: Words, name: str, at: int) -> str | None:
    """Why whoever writes this choice's name might be recorded for another, or not at all; None: they are safe."""
    common = [words.hearing(language, "vote.choice", date.min).common for language in words.languages]
    first, *more = hear(name).words or [""]
    numbers = {meaning for each in common if (meaning := each.get(first, first)).isdecimal()}
    if numbers and (not more or any(int(each) != at and int(each) <= MOST_CHOICES for each in numbers)):
        return (
            f"choices: “{name}” begins with a number, and people choose by number; put a word first, like “have {name}”"
        )
    yes_or_no = any(each.get(" ".join([first, *more]), "").partition(" ")[0] in ("yes", "no") for each in common)
    if yes_or_no or words.keyword(name) or any(wish(name, each) for each in common):
        return f"choices: “{name}” means something else to the bot; say in a few more words what would be done"
    return None
