"""Meetings: keeping them, who will come, and finding those that are near."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, update

from storage.desk import PERSON
from storage.projects import PROJECT
from storage.records import PersonRecord
from storage.tables import Meeting, MeetingAnswer, new_id, table_of

MEETING, ANSWER = table_of(Meeting), table_of(MeetingAnswer)
STANDS = MEETING.c.cancelled_at.is_(None)
_SHOWN = select(MEETING, PROJECT.c.name.label("project")).join(PROJECT, PROJECT.c.id == MEETING.c.project_id)
_TO_COME = _SHOWN.where(STANDS, MEETING.c.ends_at > bindparam("now")).order_by(MEETING.c.starts_at, MEETING.c.id)
_SOON = _TO_COME.where(MEETING.c.starts_at <= bindparam("until"))
_WHEN_AND_WHERE = ("on_day", "from_minute", "until_minute", "zone", "where")


@dataclass(frozen=True)
class SavedMeeting:
    """A meeting's row as it is kept now, and what became of it: whether it is new, and whether it has moved."""

    row: Row[Any]
    is_new: bool
    has_moved: bool


def save_meeting(connection: Connection, columns: Mapping[str, Any], now: datetime) -> SavedMeeting:
    """Keep a meeting, instead of one to come of the same name in the same project.

    Of two kept at the same moment on PostgreSQL one is refused.
    """
    same = (MEETING.c.project_id == columns["project_id"], func.lower(MEETING.c.what) == columns["what"].lower())
    query = select(MEETING).where(*same, STANDS, MEETING.c.ends_at > now).order_by(MEETING.c.starts_at).limit(1)
    known = connection.execute(query).one_or_none()
    if known is None:
        number = connection.execute(select(func.coalesce(func.max(MEETING.c.number), 0) + 1)).scalar_one()
        connection.execute(insert(MEETING), {"id": new_id(), "number": number, "version": 1, **columns})
        return SavedMeeting(_numbered(connection, number), is_new=True, has_moved=False)
    has_moved = any(known._mapping[name] != columns[name] for name in _WHEN_AND_WHERE)
    version = known.version + has_moved
    connection.execute(update(MEETING).where(MEETING.c.id == known.id).values(**columns, version=version))
    return SavedMeeting(_numbered(connection, known.number), is_new=False, has_moved=has_moved)


def cancel_meeting(connection: Connection, meeting_id: int, because: str, at: datetime) -> None:
    """It does not take place."""
    values = {"cancelled_at": at, "cancelled_because": because}
    connection.execute(update(MEETING).where(MEETING.c.id == meeting_id).values(**values))


def keep_notes(connection: Connection, meeting_id: int, notes: Mapping[str, str | None], at: datetime) -> None:
    """Keep what came of it: decisions, actions and notes."""
    connection.execute(update(MEETING).where(MEETING.c.id == meeting_id).values(**notes, noted_at=at))


def meeting_numbered(connection: Connection, number: int) -> Row[Any] | None:
    """The meeting that coordinators call by this number, with its project's name."""
    return connection.execute(_SHOWN.where(MEETING.c.number == number)).one_or_none()


def _numbered(connection: Connection, number: int) -> Row[Any]:
    return connection.execute(_SHOWN.where(MEETING.c.number == number)).one()


def meetings_to_come(
    connection: Connection, now: datetime, until: datetime | None = None, projects: Sequence[int] | None = None
) -> list[Row[Any]]:
    """Those that stand and are not over, the first first; that begin by then, of these projects."""
    query, given = _TO_COME, {"now": now}
    if until is not None:
        query, given = _SOON, given | {"until": until}
    if projects is not None:
        query = query.where(MEETING.c.project_id.in_(projects))
    return list(connection.execute(query, given))


def every_meeting(connection: Connection, project_id: int | None = None) -> list[Row[Any]]:
    """All of them, or those of a project, the latest first."""
    query = _SHOWN if project_id is None else _SHOWN.where(MEETING.c.project_id == project_id)
    return list(connection.execute(query.order_by(MEETING.c.starts_at.desc(), MEETING.c.id)))


def meetings_without_notes(connection: Connection, since: datetime, now: datetime) -> list[Row[Any]]:
    """Those that are over since then, took place, and of which nobody has sent notes."""
    over = (STANDS, MEETING.c.ends_at.between(since, now), MEETING.c.noted_at.is_(None))
    return list(connection.execute(_SHOWN.where(*over).order_by(MEETING.c.starts_at)))


# -- who comes -----------------------------------------------------------------------------------------


def keep_answer(connection: Connection, meeting_id: int, person_id: int, **values: Any) -> None:
    """Keep whether somebody comes, in place of what they said before; words of before stay unless there are new ones.

    Raises `IntegrityError` where the same person answers twice at the same moment; the batch then runs again.
    """
    mine = (ANSWER.c.meeting_id == meeting_id, ANSWER.c.person_id == person_id)
    kept = values if values["words"] else {name: value for name, value in values.items() if name != "words"}
    if not connection.execute(update(ANSWER).where(*mine).values(**kept)).rowcount:
        connection.execute(insert(ANSWER), {"meeting_id": meeting_id, "person_id": person_id, **values})


def take_answer_back(connection: Connection, conversation_id: int) -> None:
    """They went BACK over it."""
    connection.execute(delete(ANSWER).where(ANSWER.c.conversation_id == conversation_id))


def answer_of(connection: Connection, meeting_id: int, person_id: int) -> Row[Any] | None:
    """What somebody has said."""
    mine = (ANSWER.c.meeting_id == meeting_id, ANSWER.c.person_id == person_id)
    return connection.execute(select(ANSWER).where(*mine)).one_or_none()


def answers_to(connection: Connection, meeting_id: int) -> list[Row[Any]]:
    """Everybody's answers, with what they are called, in the order of the alphabet."""
    query = (
        select(ANSWER, PERSON.c.called)
        .outerjoin(PERSON, PERSON.c.id == ANSWER.c.person_id)
        .where(ANSWER.c.meeting_id == meeting_id)
        .order_by(PERSON.c.called, ANSWER.c.person_id)
    )
    return list(connection.execute(query))


def who_comes_to(connection: Connection, meetings: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """How many come to each of these meetings, how many are not sure, and how many left words for the organiser."""
    said = [func.count(case((ANSWER.c.answer == answer, 1))) for answer in ("coming", "not-sure")]
    words = func.count(case((ANSWER.c.words != "", 1)))
    query = select(ANSWER.c.meeting_id, *said, words).where(ANSWER.c.meeting_id.in_(meetings))
    found = dict.fromkeys(meetings, (0, 0, 0))
    return found | {its_id: (a, b, c) for its_id, a, b, c in connection.execute(query.group_by(ANSWER.c.meeting_id))}


def may_come(connection: Connection, meeting_id: int) -> list[tuple[PersonRecord, datetime]]:
    """Those who come or are not sure, each with when they said so."""
    query = (
        select(*(PERSON.c[each.name] for each in fields(PersonRecord)), ANSWER.c.at)
        .join(ANSWER, ANSWER.c.person_id == PERSON.c.id)
        .where(ANSWER.c.meeting_id == meeting_id, ANSWER.c.answer != "not-coming")
        .order_by(PERSON.c.id)
    )
    return [(PersonRecord(*row[:-1]), row[-1]) for row in connection.execute(query)]
