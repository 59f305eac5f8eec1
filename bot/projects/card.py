"""A project's card, as a coordinator writes it in a small file; every problem of it is told at once, with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.config_faults import dotted, in_our_words
from flows.projects import RUNGS

AFile = TypeVar("AFile", bound=BaseModel)
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
MOST_BYTES = 100_000
SEE = "see `alongside project example`"
EXAMPLE = """\
# A project's card. Save it with:  alongside project save garden.toml
name = "Garden"
goal = "a garden at Harbour House that anyone can sit in"
fixed = "the plot, and 2,000 pounds"                     # what is settled already; leave it out where nothing is
open = "what grows there, who it is for, how it looks"   # what the group can still shape
values = "everybody is heard, nobody is hurried"
rung = "co-producing"      # informing, consulting, engaging, co-designing, co-producing or "led by us": never say more
everybody = true           # all who have joined belong to it; else: alongside project add Garden Ada
decider = "Priya, who runs the house"                    # who decides what the group cannot
decider_in_group = false
answer_within_days = 14    # by when every suggestion is answered

[rule]                     # how the group decides together. It is told to everybody; no vote is called without it
wording = "we talk first. If we can't agree we vote, and more than half decides"
way = "majority"           # or "two thirds"
secret = false             # true: nobody is told who voted what

[[limit]]                  # as many as there are
what = "a pond"
why = "the insurance does not cover water"
instead = "a bird bath"    # leave it out where there is nothing

[[milestone]]
name = "the plan is on paper"
day = 2026-04-10
"""


class CardMistakes(Exception):
    """The card can't be kept; `problems` says everything that is wrong with it, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _without_full_stop(text: str) -> str:
    return text.rstrip(".")


def _a_rung(rung: str) -> str:
    if rung not in RUNGS:
        raise ValueError(f"must be one of: {', '.join(RUNGS)}")
    return rung


Said = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_without_full_stop)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitOnCard(_Strict):
    """Something that is not possible."""

    what: Said
    why: Said
    instead: Said | None = None


class MilestoneOnCard(_Strict):
    """A step and its day."""

    name: Name
    day: date


class RuleOnCard(_Strict):
    """How the group decides together."""

    wording: Said
    way: Literal["majority", "two thirds"]
    secret: bool = False


class CardFile(_Strict):
    """The whole file; what each line means is written in `EXAMPLE`."""

    name: Name
    goal: Said
    rung: Annotated[str, AfterValidator(_a_rung)]
    decider: Said
    decider_in_group: bool
    answer_within_days: int = Field(ge=1, le=90)
    fixed: Said | None = None
    open: Said | None = None
    values: Said | None = None
    everybody: bool = False
    rule: RuleOnCard | None = None
    limit: tuple[LimitOnCard, ...] = ()
    milestone: tuple[MilestoneOnCard, ...] = ()


def read_card(path: Path) -> CardFile:
    """The card in a file.

    Raises:
        CardMistakes: It can't be read, or something in it must be mended first; it lists all of that.
    """
    return read_small_file(path, CardFile, SEE, faults_between_lines)


def read_small_file(
    path: Path, of: type[AFile], see: str, faults_between: Callable[[AFile], Iterable[str]] = lambda file: ()
) -> AFile:
    """What a coordinator has written in a small file.

    Args:
        path: The file.
        of: What should be in it.
        see: Where an example is.
        faults_between: What is wrong although each line by itself is fine.

    Raises:
        CardMistakes: It can't be read, or something in it must be mended first; it lists all of that.
    """
    stored = _read(path)
    try:
        found = of(**stored)
    except ValidationError as fault:
        faults: list[Any] = list(fault.errors(include_input=False))
        told = [(dotted(at), said.replace("see config.example.toml", see)) for at, said in in_our_words(faults)]
        raise CardMistakes([f"{path}: {at}: {said}" for at, said in told]) from None
    if problems := [f"{path}: {said}" for said in faults_between(found)]:
        raise CardMistakes(problems)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CardMistakes([f"{path}: is far too large. Is it the right file?"])
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as fault:
        raise CardMistakes([f"{path}: can't be understood: {fault}. Is every text in quotes?"]) from None
    except UnicodeDecodeError:
        raise CardMistakes([f"{path}: is no text file in UTF-8. Save it as that and try again."]) from None
    except FileNotFoundError:
        raise CardMistakes([f"{path}: there is no such file. Is its name right, and are you in its folder?"]) from None
    except OSError as fault:
        raise CardMistakes([f"{path}: can't be read ({fault.strerror})."]) from None


def faults_between_lines(card: CardFile) -> Iterator[str]:
    """What is wrong although each line by itself is fine."""
    names = [each.name.casefold() for each in card.milestone]
    whats = [each.what.casefold() for each in card.limit]
    yield from (f"milestone: two are called “{name}”" for name in sorted({n for n in names if names.count(n) > 1}))
    yield from (f"limit: “{what}” is there twice" for what in sorted({w for w in whats if whats.count(w) > 1}))


def with_days_to_come(example: str, today: date) -> str:
    """An example with its days moved so that the first of them is a month from now: it can be saved as it is."""
    written = sorted(set(_DAY.findall(example)))
    if not written:
        return example
    later = today + timedelta(days=30) - date.fromisoformat(written[0])
    return _DAY.sub(lambda found: (date.fromisoformat(found[0]) + later).isoformat(), example)
