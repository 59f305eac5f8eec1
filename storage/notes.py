"""Notes that the team keeps about a person, and what the team did by hand that concerns one person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from storage.tables import PersonEvent, PersonNote, new_id, table_of

NOTE, DONE = table_of(PersonNote), table_of(PersonEvent)


def keep_note(connection: Connection, person_id: int, words: str, by: str, at: datetime) -> None:
    """Keep a note about somebody."""
    connection.execute(insert(NOTE), {"id": new_id(), "person_id": person_id, "words": words, "by": by, "at": at})


def notes_about(connection: Connection, person_id: int) -> list[Row[Any]]:
    """The notes about somebody, the newest first."""
    return list(connection.execute(select(NOTE).where(NOTE.c.person_id == person_id).order_by(NOTE.c.id.desc())))


def how_many_notes(connection: Connection, person_id: int) -> int:
    """How many notes there are about somebody: that can be said without reading them."""
    query = select(func.count()).select_from(NOTE).where(NOTE.c.person_id == person_id)
    return int(connection.execute(query).scalar_one())


def write_down(
    connection: Connection,
    person_id: int,
    at: datetime,
    who: str,
    what: str,
    *,
    note: str | None = None,
    outbox_id: int | None = None,
) -> None:
    """Write down what somebody of the team did that concerns a person."""
    row = {"id": new_id(), "person_id": person_id, "at": at, "who": who, "what": what}
    connection.execute(insert(DONE), row | {"note": note, "outbox_id": outbox_id})


def done_about(connection: Connection, person_id: int) -> list[Row[Any]]:
    """What people of the team did that concerns somebody, the newest first."""
    return list(connection.execute(select(DONE).where(DONE.c.person_id == person_id).order_by(DONE.c.id.desc())))


def others_acted(connection: Connection, person_id: int, by: str, since: datetime) -> bool:
    """Whether somebody of the team other than this one has done anything with a person since then."""
    query = select(DONE.c.id).where(DONE.c.person_id == person_id, DONE.c.who != by, DONE.c.at >= since)
    return connection.execute(query.limit(1)).first() is not None
