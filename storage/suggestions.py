"""Suggestions: each has a number, a promised day, and never ends in silence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, literal_column, not_, select, update

from storage.desk import PERSON
from storage.offsets import move_offset, read_offset
from storage.projects import LIMIT, PROJECT
from storage.tables import Suggestion, new_id, table_of

SUGGESTION = table_of(Suggestion)
WAITING = SUGGESTION.c.state == literal_column("'waiting'")
ANSWERED = SUGGESTION.c.state == literal_column("'answered'")
IS_DONE = SUGGESTION.c.answer.in_([literal_column("'taken up'"), literal_column("'partly'")])
TO_TELL = and_(ANSWERED, IS_DONE, SUGGESTION.c.said_did.is_(None), SUGGESTION.c.project_id.is_not(None))
_NUMBERS = "suggestion numbers"  # beside the bots' offsets; no bot is called that


def add_suggestion(connection: Connection, **values: Any) -> int:
    """Keep a suggestion, in place of an earlier one of the same act; the number that coordinators call it by.

    Of two added at the same moment on PostgreSQL one is refused, and its batch runs again.
    """
    mine = (SUGGESTION.c.conversation_id == values["conversation_id"], SUGGESTION.c.name == values["name"])
    number = connection.execute(select(SUGGESTION.c.number).where(*mine)).scalar()
    connection.execute(delete(SUGGESTION).where(*mine))
    if number is None:
        number = _new_number(connection)
    connection.execute(insert(SUGGESTION), {"id": new_id(), "number": number, "state": "waiting", **values})
    return int(number)


def _new_number(connection: Connection) -> int:
    """A number that none ever had, not even one that was forgotten: a coordinator may have it on paper."""
    known: int = connection.execute(select(func.coalesce(func.max(SUGGESTION.c.number), 0) + 1)).scalar_one()
    number = max(known, read_offset(connection, _NUMBERS) or 1)
    move_offset(connection, _NUMBERS, number + 1)
    return number


def take_suggestion_back(connection: Connection, conversation_id: int, names: tuple[str, ...]) -> None:
    """They went BACK over it before anybody answered: it is taken back, and coordinators see that."""
    mine = (SUGGESTION.c.conversation_id == conversation_id, SUGGESTION.c.name.in_(names))
    connection.execute(update(SUGGESTION).where(*mine, WAITING).values(state="taken back"))


def suggestions_waiting(connection: Connection) -> list[Row[Any]]:
    """Those without an answer, the first promised first; see `_shown`."""
    return list(connection.execute(_shown().where(WAITING).order_by(SUGGESTION.c.promised_on, SUGGESTION.c.id)))


def every_suggestion(connection: Connection) -> list[Row[Any]]:
    """All of them, oldest first."""
    return list(connection.execute(_shown().order_by(SUGGESTION.c.id)))


def what_was_done_with(connection: Connection, project_id: int) -> list[Row[Any]]:
    """The suggestions of a project of which the group was told what became of them, oldest first; see `_shown`."""
    mine = (SUGGESTION.c.project_id == project_id, SUGGESTION.c.said_did.is_not(None))
    return list(connection.execute(_shown().where(*mine).order_by(SUGGESTION.c.id)))


def suggestions_to_tell(connection: Connection, projects: Collection[int] | None = None) -> list[Row[Any]]:
    """Those taken up, wholly or partly, of which the group has not heard what became of them, the newest first."""
    return list(connection.execute(_of(_shown(), projects).where(TO_TELL).order_by(SUGGESTION.c.id.desc())))


def suggestions_answered(connection: Connection, limit: int, projects: Collection[int] | None = None) -> list[Row[Any]]:
    """The newest of those that were answered and of which the group need hear nothing more, the newest first."""
    query = _of(_shown(), projects).where(ANSWERED, not_(TO_TELL)).order_by(SUGGESTION.c.id.desc()).limit(limit)
    return list(connection.execute(query))


def _of(query: Any, projects: Collection[int] | None) -> Any:
    return query if projects is None else query.where(SUGGESTION.c.project_id.in_(projects))


def suggestion_numbered(connection: Connection, number: int) -> Row[Any] | None:
    """The one that coordinators call by this number."""
    return connection.execute(_shown().where(SUGGESTION.c.number == number)).one_or_none()


def suggestion_with_id(connection: Connection, suggestion_id: int) -> Row[Any] | None:
    """That one, if it is still kept."""
    return connection.execute(_shown().where(SUGGESTION.c.id == suggestion_id)).one_or_none()


def how_many_promised_by(connection: Connection, day: date) -> int:
    """How many wait for an answer that was promised for this day or earlier."""
    query = select(func.count()).select_from(SUGGESTION).where(WAITING, SUGGESTION.c.promised_on <= day)
    return connection.execute(query).scalar_one()


def answer_suggestion(
    connection: Connection,
    suggestion_id: int,
    answer: str,
    reason: str | None,
    limit_id: int | None,
    by: str,
    at: datetime,
) -> None:
    """Keep the answer; a later one takes its place, when a decision changes."""
    values = {"answer": answer, "reason": reason, "limit_id": limit_id, "answered_by": by, "answered_at": at}
    connection.execute(update(SUGGESTION).where(SUGGESTION.c.id == suggestion_id).values(state="answered", **values))


def say_what_was_done(connection: Connection, suggestion_id: int, what: str) -> None:
    """Keep what became of it, for the whole group: "you said, we did"."""
    connection.execute(update(SUGGESTION).where(SUGGESTION.c.id == suggestion_id).values(said_did=what))


def _shown() -> Any:
    """Every column, with the project's name, its limit (what, why, instead), the person's name and their language."""
    limit = (LIMIT.c.what.label("limit"), LIMIT.c.why.label("limit_why"), LIMIT.c.instead.label("limit_instead"))
    return (
        select(SUGGESTION, PROJECT.c.name.label("project"), *limit, PERSON.c.called, PERSON.c.language)
        .outerjoin(PROJECT, PROJECT.c.id == SUGGESTION.c.project_id)
        .outerjoin(LIMIT, LIMIT.c.id == SUGGESTION.c.limit_id)
        .outerjoin(PERSON, PERSON.c.id == SUGGESTION.c.person_id)
    )
