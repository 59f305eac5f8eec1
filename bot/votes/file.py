"""A vote, as a coordinator writes it in a small file; every problem of it is told at once, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.projects.card import Name, Said, read_small_file

SEE = "see `alongside vote example`"
EXAMPLE = """\
# A vote. Call it with:  alongside vote save bench.toml
# It is called under the rule on the project's card, and only when everybody was told of that rule a day before.
project = "Garden"
question = "Where shall the bench go?"
why = "it comes next week"                # why now; everybody is told
choices = ["by the pond", "under the tree", "at the gate"]      # 2 to 6
closes = 2026-04-10T18:00:00             # by the clock where you are; at least a day ahead
"""


class VoteFile(BaseModel):
    """The whole file; what each line means is written in `EXAMPLE`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Name
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    why: Said
    choices: tuple[Name, ...] = Field(min_length=2, max_length=6)
    closes: datetime


def read_vote(path: Path) -> VoteFile:
    """The vote in a file.

    Raises:
        CardMistakes: It can't be read, or something in it must be mended first; it lists all of that.
    """
    return read_small_file(path, VoteFile, SEE, _between)


def _between(vote: VoteFile) -> Iterator[str]:
    """What is wrong although each line by itself is fine."""
    names = [each.casefold() for each in vote.choices]
    yield from (f"choices: “{name}” is there twice" for name in sorted({n for n in names if names.count(n) > 1}))
    if vote.closes.tzinfo is not None:
        yield "closes: must be written without a time zone, like 2026-04-10T18:00:00"
