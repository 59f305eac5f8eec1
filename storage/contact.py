"""How people would like to be reached, and whom they trust."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.tables import ContactWish, table_of

WISH = table_of(ContactWish)


def keep_wish(connection: Connection, person_id: int, **values: Any) -> None:
    """Keep these of somebody's wishes, and leave the others as they are."""
    if not connection.execute(update(WISH).where(WISH.c.person_id == person_id).values(**values)).rowcount:
        connection.execute(insert(WISH), {"person_id": person_id, **values})


def wish_of(connection: Connection, person_id: int) -> Row[Any] | None:
    """Somebody's wishes; None: they have said nothing."""
    return connection.execute(select(WISH).where(WISH.c.person_id == person_id)).one_or_none()
