"""Thanks: keeping them, and whose they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from storage.tables import Thanks, new_id, table_of

THANKS = table_of(Thanks)


def add_thanks(connection: Connection, **values: Any) -> int:
    """Keep thanks; their id."""
    thanks_id = new_id()
    connection.execute(insert(THANKS), {"id": thanks_id, **values})
    return thanks_id


def thanks_of(connection: Connection, person_id: int) -> list[Row[Any]]:
    """What somebody has been thanked for, the newest first."""
    return list(connection.execute(select(THANKS).where(THANKS.c.person_id == person_id).order_by(THANKS.c.id.desc())))


def thanks_with_id(connection: Connection, thanks_id: int) -> Row[Any] | None:
    """That row."""
    return connection.execute(select(THANKS).where(THANKS.c.id == thanks_id)).one_or_none()


def has_thanks(connection: Connection, person_id: int) -> bool:
    """Whether anybody has thanked them."""
    return bool(connection.execute(select(exists().where(THANKS.c.person_id == person_id))).scalar())
