"""Which forms of the console are done, so that one that is sent twice is done once.

Functions of a connection, inside the caller's transaction: the form is marked in that which does what it asks for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.tables import SentForm, table_of

FORM = table_of(SentForm)
KEPT = timedelta(days=1)


def mark_sent(connection: Connection, key: str, now: datetime) -> bool:
    """Mark a form as sent; False: it was before.

    Of two marked at the same moment on PostgreSQL one is refused with `IntegrityError`, and finds it marked next time.
    """
    connection.execute(delete(FORM).where(FORM.c.at < now - KEPT))
    if form_with(connection, key) is not None:
        return False
    connection.execute(insert(FORM).values(key=key, at=now))
    return True


def form_with(connection: Connection, key: str) -> Row[Any] | None:
    """A form that was sent; see `storage.tables.SentForm`."""
    return connection.execute(select(FORM).where(FORM.c.key == key)).one_or_none()


def keep_where_it_led(connection: Connection, key: str, path: str) -> None:
    """What was shown when it was done: whoever sends it again is shown that."""
    connection.execute(update(FORM).where(FORM.c.key == key).values(led_to=path))


def may_be_sent_again(connection: Connection, key: str) -> None:
    """Nothing was done, or its answer is the page itself."""
    connection.execute(delete(FORM).where(FORM.c.key == key))
