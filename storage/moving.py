"""Two records of one person: what the one had becomes the other's."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from storage.alerts import ALERT
from storage.broadcasts import PICK, RECIPIENT
from storage.desk import CONVERSATION, INBOX, INVITATION, MESSAGE, OUTBOX, PERSON
from storage.nudges import NUDGE

_THEIRS = (ALERT, MESSAGE, INBOX, OUTBOX, CONVERSATION)


def become_one(connection: Connection, stranger_id: int, person_id: int) -> None:
    """Whoever wrote before we knew who they are has become known: what they said is theirs, their empty record goes."""
    for table in _THEIRS:
        connection.execute(update(table).where(table.c.person_id == stranger_id).values(person_id=person_id))
    for table in (NUDGE, INVITATION, RECIPIENT, PICK):
        connection.execute(delete(table).where(table.c.person_id == stranger_id))
    connection.execute(delete(PERSON).where(PERSON.c.id == stranger_id))
