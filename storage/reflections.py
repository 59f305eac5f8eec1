"""Reflections on milestones: keeping what somebody said, and what of it has been seen and told to the group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.tables import Reflection, table_of

REFLECTION = table_of(Reflection)


def keep_reflection(connection: Connection, conversation_id: int, about: dict[str, Any], said: dict[str, Any]) -> None:
    """Keep what somebody has said so far; what was told to the group already stays as it was told.

    Args:
        connection: A transaction.
        conversation_id: The conversation in which they say it.
        about: project_id, milestone, on_day and person_id.
        said: feeling, note, well, differently, may_share and at.
    """
    mine = REFLECTION.c.conversation_id == conversation_id
    if connection.execute(select(REFLECTION.c.at).where(mine)).first() is None:
        new = {"conversation_id": conversation_id, "left_out": "", "looked_at": None, "shared_at": None}
        connection.execute(insert(REFLECTION), {**new, **about, **said})
    else:
        connection.execute(
            update(REFLECTION).where(mine, REFLECTION.c.shared_at.is_(None)).values(**said, looked_at=None)
        )


def reflections_on(connection: Connection, project_id: int, milestone: str, day: date | None = None) -> list[Row[Any]]:
    """What was said about a milestone, of its latest day; or of the day that is given."""
    mine = (REFLECTION.c.project_id == project_id, REFLECTION.c.milestone == milestone)
    found = list(connection.execute(select(REFLECTION).where(*mine).order_by(REFLECTION.c.conversation_id)))
    latest = day or max((each.on_day for each in found), default=None)
    return [each for each in found if each.on_day == latest]


def reflected_on(connection: Connection, project_id: int) -> list[str]:
    """The names of the milestones of a project that anybody looked back on."""
    query = select(REFLECTION.c.milestone).where(REFLECTION.c.project_id == project_id).distinct()
    return sorted(connection.execute(query).scalars())


def reflections_to_share(connection: Connection, until: date) -> list[Row[Any]]:
    """The milestones of which nothing has been told to the group yet: project_id, milestone, on_day; up to that day."""
    key = (REFLECTION.c.project_id, REFLECTION.c.milestone, REFLECTION.c.on_day)
    lately = REFLECTION.c.on_day.between(until - timedelta(days=60), until)  # what nobody shared by then is old news
    told = select(*key).where(lately, REFLECTION.c.shared_at.is_not(None)).distinct()
    asked = select(*key).where(lately).distinct()
    known = set(map(tuple, connection.execute(told)))
    found: list[Row[Any]] = list(connection.execute(asked.order_by(*key)))
    return [each for each in found if tuple(each) not in known]


def leave_out(connection: Connection, conversation_id: int, left_out: str) -> None:
    """Keep these words back from the group."""
    mine = REFLECTION.c.conversation_id == conversation_id
    connection.execute(update(REFLECTION).where(mine).values(left_out=left_out))


def mark_looked_at(connection: Connection, conversations: Iterable[int], at: datetime) -> None:
    """A coordinator has these in front of them."""
    connection.execute(
        update(REFLECTION).where(REFLECTION.c.conversation_id.in_(list(conversations))).values(looked_at=at)
    )


def mark_shared(connection: Connection, conversations: Iterable[int], at: datetime) -> None:
    """These are told to the group, from now on as they are."""
    connection.execute(
        update(REFLECTION).where(REFLECTION.c.conversation_id.in_(list(conversations))).values(shared_at=at)
    )
