"""Whether anything has changed that a page shows: a few numbers that differ when it has."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from storage.accounts import AUDIT
from storage.alerts import EVENT
from storage.desk import INBOX, MESSAGE, OUTBOX

_IDS = tuple(select(func.max(table.c.id)).scalar_subquery() for table in (MESSAGE, OUTBOX, INBOX, EVENT, AUDIT))
_UNDER_WAY = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state.in_(("queued", "sending"))).scalar_subquery()
_NEWEST = select(*_IDS, _UNDER_WAY)


def newest(connection: Connection) -> tuple[int, ...]:
    """The newest rows of what pages show, and how much is still to be sent: equal as long as nothing has happened.

    By indexes alone, each number a single look.
    """
    return tuple(number or 0 for number in connection.execute(_NEWEST).one())
