"""A meeting, and what came of it, as a coordinator writes them in small files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.projects.card import CardMistakes, Name, Said, read_small_file

SEE = "see `alongside meeting example`"
EXAMPLE = """\
# A meeting. Save it with:  alongside meeting save meeting.toml
# Everybody in the project is invited. Change a line and save it again: whoever was told hears of a new day or place.
project = "Garden"
what = "choosing what grows"        # its name, too: two meetings to come need different ones
day = 2026-04-14
from = "14:00"                      # by the clock on the wall there
until = "15:30"
where = "the library, King Street, room 2"               # a place that is nobody's office, if you can
getting_there = "bus 5 to King Street, no steps, ring the bell"
who = "Sam and Priya from the house, and whoever of us comes"
provided = "sandwiches, tea and bus fares"               # food, fares, vouchers; write "nothing" if it is nothing
remote = "ring 01632 960 002, it is free"                # how to join from elsewhere; leave it out if one can't
"""
NOTES_EXAMPLE = """\
# What came of it. Send it with:  alongside meeting notes 1 notes.toml
decisions = ["we plant beans first", "no roses"]
actions = ["Sam orders the wood by Friday", "Ada draws the beds"]
notes = "We met in the rain and it was good."            # longer notes; they are sent where they can be read well
"""
Clock = Annotated[time, Field(strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MeetingFile(_Strict):
    """The whole file; what each line means is written in `EXAMPLE`."""

    project: Name
    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    day: date
    from_: Clock = Field(alias="from")
    until: Clock
    where: Said
    getting_there: Said
    who: Said
    provided: Said
    remote: Said | None = None


class NotesFile(_Strict):
    """What came of a meeting; what each line means is written in `NOTES_EXAMPLE`."""

    decisions: tuple[Said, ...] = ()
    actions: tuple[Said, ...] = ()
    notes: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2500)] | None = None


def read_meeting(path: Path) -> MeetingFile:
    """The meeting in a file.

    Raises:
        CardMistakes: It can't be read, or something in it must be mended first; it lists all of that.
    """
    meeting = read_small_file(path, MeetingFile, SEE)
    if problems := [f"{path}: {said}" for said in faults_between_lines(meeting)]:
        raise CardMistakes(problems)
    return meeting


def read_notes(path: Path) -> NotesFile:
    """The notes in a file; raises as `read_meeting` does."""
    notes = read_small_file(path, NotesFile, SEE)
    if not (notes.decisions or notes.actions or notes.notes):
        raise CardMistakes([f"{path}: there is nothing in it: decisions, actions or notes; {SEE}"])
    return notes


def faults_between_lines(meeting: MeetingFile) -> Iterator[str]:
    """What is wrong although each line by itself is fine."""
    if meeting.until <= meeting.from_:
        yield "until: must be later than from, on the same day"
    for name, clock in (("from", meeting.from_), ("until", meeting.until)):
        if clock.tzinfo is not None or clock.second or clock.microsecond:
            yield f'{name}: is a time by the clock on the wall there, like "14:00"'
