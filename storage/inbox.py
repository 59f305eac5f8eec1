"""What waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.desk import INBOX, MESSAGE, PERSON


def waiting(connection: Connection, limit: int = 200) -> list[Row[Any]]:
    """The inbox, oldest first: id, at, why, note, taken_back_at, and the person's name and words if known."""
    query = (
        select(
            INBOX.c.id, INBOX.c.at, INBOX.c.why, INBOX.c.note, INBOX.c.taken_back_at, PERSON.c.called, MESSAGE.c.text
        )
        .outerjoin(PERSON, PERSON.c.id == INBOX.c.person_id)
        .outerjoin(MESSAGE, MESSAGE.c.id == INBOX.c.message_id)
        .where(INBOX.c.done_at.is_(None))
        .order_by(INBOX.c.at)
        .limit(limit)
    )
    return list(connection.execute(query))


def mark_done(connection: Connection, item_id: int, at: datetime) -> None:
    """A person has seen to it."""
    connection.execute(update(INBOX).where(INBOX.c.id == item_id).values(done_at=at))
