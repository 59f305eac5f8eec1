"""How far each bot's updates have been taken in."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from storage.tables import Offset

_OFFSET = Offset.__table__  # type: ignore[attr-defined]


def read_offset(connection: Connection, sender: str) -> int | None:
    """Where to poll from; None: from whatever the provider still has."""
    found: int | None = connection.execute(select(_OFFSET.c.next_offset).where(_OFFSET.c.sender == sender)).scalar()
    return found


def move_offset(connection: Connection, sender: str, next_offset: int) -> None:
    """Move it on, in the transaction that stored the updates before it."""
    moved = connection.execute(update(_OFFSET).where(_OFFSET.c.sender == sender).values(next_offset=next_offset))
    if moved.rowcount == 0:
        connection.execute(insert(_OFFSET).values(sender=sender, next_offset=next_offset))
