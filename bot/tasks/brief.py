"""A task's brief, as a coordinator writes it in a small file; an incomplete one is refused with every problem.

The lengths are so that an offer is at most three text messages, whatever is written (`tests/bot/tasks/test_brief.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from sqlalchemy import Connection

from bot.projects.card import CardMistakes, read_small_file
from storage.projects import milestones_of, project_named, projects

SEE = "see `alongside task example`"
EXAMPLE = """\
# A task's brief. Save it with:  alongside task save beds.toml
# Nobody can be asked without one: people need all they need to begin. Plain, short words.
project = "Garden"
name = "Water the beds"
goal = "so that the seedlings live through the dry weeks"
first_step = "fetch the green can from the shed, the code is on the door"
needed = "shoes that can get wet; we have gloves"          # what they need, and what you provide
pitfalls = "the tap sticks: turn it hard to the left"      # what usually goes wrong, and what to do then
ask = "Dee"                # who can be asked: a team-mate in the project, or a coordinator
coordinator = "Sam"        # who looks after it: brings answers, rings, says thank you
takes = "about an hour"    # the time it really takes
standard = "the soil is dark down to a finger's depth"     # what good looks like
day = 2026-04-03           # a day that would be good; leave it out where there is none
milestone = "the plan is on paper"                         # of the project's card; leave it out where there is none
strengths = "likes to be outside, early riser"             # whom it suits; leave it out where it suits anybody
"""


def _without_full_stop(text: str) -> str:
    return text.rstrip(".")


_WITHOUT = AfterValidator(_without_full_stop)
Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20), _WITHOUT]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), _WITHOUT]
Goal = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), _WITHOUT]
Longer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160), _WITHOUT]


class BriefFile(BaseModel):
    """The whole file; what each line means is written in `EXAMPLE`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Short
    name: Short
    goal: Goal
    first_step: Longer
    needed: Longer
    pitfalls: Longer
    ask: Named
    coordinator: Named
    takes: Short
    standard: Longer
    day: date | None = None
    milestone: Short | None = None
    strengths: Goal | None = None


class BriefMistakes(Exception):
    """The brief can't be kept; `problems` says everything that is wrong with it, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_brief(path: Path) -> BriefFile:
    """The brief in a file.

    Raises:
        BriefMistakes: It can't be read, or something in it is missing or must be mended; it lists all of that.
    """
    try:
        return read_small_file(path, BriefFile, SEE)
    except CardMistakes as mistakes:
        raise BriefMistakes(mistakes.problems) from None


def require_a_place(connection: Connection, brief: BriefFile, today: date) -> Any:
    """The row of its project; or what does not fit the project's card or the calendar.

    Raises:
        BriefMistakes: It lists all of that.
    """
    project = project_named(connection, brief.project)
    problems = list(_problems(connection, brief, project, today))
    if problems:
        raise BriefMistakes(problems)
    return project


def _problems(connection: Connection, brief: BriefFile, project: Any, today: date) -> Iterator[str]:
    if project is None:
        known = ", ".join(each.name for each in projects(connection)) or "none yet"
        yield f"project: there is no project “{brief.project}”. There are: {known}."
    elif brief.milestone is not None:
        steps = [each.name for each in milestones_of(connection, project.id)]
        if brief.milestone.casefold() not in (each.casefold() for each in steps):
            yield f"milestone: {project.name} has none “{brief.milestone}”. It has: {', '.join(steps) or 'none'}."
    if brief.day is not None and brief.day <= today:
        yield f"day: {brief.day} is not to come any more. Write another, or leave the line out."
