"""A record of somebody whom we did not know yet goes into the one of who they are."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from storage.alerts import ALERT
from storage.broadcasts import PICK, RECIPIENT
from storage.desk import CONVERSATION, INVITATION, OUTBOX, PERSON
from storage.merging import move_rows
from storage.nudges import NUDGE


def go_on_without(connection: Connection, person_id: int, old_id: int, new_id: int) -> None:
    """Somebody has moved from one address to another: what waits for them at the old one is not sent there any more.

    An alert of theirs goes on at the new one, so that whoever has it writes to them there.
    """
    waits = (OUTBOX.c.address_id == old_id, OUTBOX.c.person_id == person_id, OUTBOX.c.state == "queued")
    connection.execute(update(OUTBOX).where(*waits).values(state="withdrawn", reason="they have moved"))
    for table in (ALERT, CONVERSATION):
        theirs = (table.c.person_id == person_id, table.c.address_id == old_id)
        connection.execute(update(table).where(*theirs).values(address_id=new_id))


def become_one(connection: Connection, stranger_id: int, person_id: int) -> None:
    """Whoever wrote before we knew who they are has become known: what they said is theirs, their empty record goes."""
    for table in (NUDGE, INVITATION, RECIPIENT, PICK):
        connection.execute(delete(table).where(table.c.person_id == stranger_id))
    move_rows(connection, stranger_id, person_id)
    connection.execute(delete(PERSON).where(PERSON.c.id == stranger_id))
