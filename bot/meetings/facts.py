"""What flows can know of meetings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from bot.facts import Given, fact
from bot.telling import time_in_words
from bot.times import zone_of
from flows.meetings import Meeting, Notes
from storage.meetings import answer_of, meeting_numbered, meetings_to_come
from storage.projects import projects_of

if TYPE_CHECKING:
    from bot.sitting import Sitting

MOST = 5  # meetings shown at once


def as_told(sitting: Sitting, row: Row[Any], stands: bool) -> Meeting:
    """A meeting in a person's language, with what they have said."""
    said = answer_of(sitting.desk.connection, row.id, sitting.person.id)
    return Meeting(
        number=str(row.number),
        version=row.version,
        project=row.project,
        what=row.what,
        day=row.on_day,
        begins=_clock(sitting, row.starts_at, row.zone),
        ends=_clock(sitting, row.ends_at, row.zone),
        where=row.where,
        getting_there=row.getting_there,
        who=row.who,
        provided=row.provided,
        remote=row.remote,
        answer=said.answer if said else None,
        stands=stands,
        because=row.cancelled_because or "",
    )


def _clock(sitting: Sitting, moment: datetime, zone: str) -> str:
    return time_in_words(sitting.voice.words, sitting.language, moment.astimezone(zone_of(zone)))


def _row(sitting: Sitting, given: Given) -> Row[Any]:
    row = meeting_numbered(sitting.desk.connection, int(given["meeting"]))
    if row is None:
        raise LookupError("the meeting is no longer kept")
    return row


def _belongs_to(sitting: Sitting) -> list[int]:
    person = sitting.person
    return [each.id for each in projects_of(sitting.desk.connection, person.id, person.joined_at is not None)]


@fact("meeting")
def _meeting(sitting: Sitting, given: Given) -> Meeting:
    row = _row(sitting, given)
    as_it_was = str(row.version) == given["version"] and row.cancelled_at is None
    is_to_come = row.ends_at > sitting.desk.now and row.project_id in _belongs_to(sitting)
    return as_told(sitting, row, stands=as_it_was and is_to_come)


@fact("has_moved")
def _has_moved(sitting: Sitting, given: Given) -> bool:
    return given.get("moved") == "yes"


@fact("is_today")
def _is_today(sitting: Sitting, given: Given) -> bool:
    return bool(_row(sitting, given).on_day == sitting.today)


@fact("meetings")
def _meetings(sitting: Sitting, given: Given) -> dict[str, Meeting]:
    to_come = meetings_to_come(sitting.desk.connection, sitting.desk.now, projects=_belongs_to(sitting))
    return {str(each.number): as_told(sitting, each, stands=True) for each in to_come[:MOST]}


@fact("notes")
def _notes(sitting: Sitting, given: Given) -> Notes:
    row, short = _row(sitting, given), sitting.address.channel == "sms"
    notes = None if short else row.notes
    return Notes(row.what, row.on_day, row.decisions, row.actions, notes, more=short and row.notes is not None)
