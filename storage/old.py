"""Clearing away what has been kept long enough."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.broadcasts import clear_old_broadcasts
from storage.desk import CONVERSATION, MESSAGE, OUTBOX
from storage.hand_offs import clear_what_was_said
from storage.notes import DONE
from storage.nudges import NUDGE
from storage.places import SHOWN
from storage.relay import PASSED

SETTLED = ("sent", "delivered", "failed", "unknown", "withdrawn")


def clear_old(connection: Connection, before: datetime) -> None:
    """Delete what is from before that moment and over.

    That is messages, what we sent, conversations that ended, nudges that are settled, what was passed on between
    people, what HELP showed, what the team did by hand, broadcasts, and what was said about tasks that are over.
    """
    connection.execute(delete(MESSAGE).where(MESSAGE.c.at < before))
    connection.execute(delete(OUTBOX).where(OUTBOX.c.created_at < before, OUTBOX.c.state.in_(SETTLED)))
    connection.execute(delete(CONVERSATION).where(CONVERSATION.c.began_at < before, CONVERSATION.c.state != "open"))
    connection.execute(delete(NUDGE).where(NUDGE.c.settled_at < before))
    connection.execute(delete(PASSED).where(PASSED.c.at < before))
    connection.execute(delete(SHOWN).where(SHOWN.c.at < before))
    connection.execute(delete(DONE).where(DONE.c.at < before))
    clear_old_broadcasts(connection, before)
    clear_what_was_said(connection, before)
