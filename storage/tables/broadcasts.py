"""Broadcasts: the same words to many people, whom they were meant for, and what became of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Broadcast(SQLModel, table=True):
    """What is to be said to many, and how far it is.

    `number` is what coordinators call it by. `wording` and `audience` are JSON; see `bot.broadcasts`. `state` is
    "draft", "confirming" (it waits for a second person), "going", "paused" (`why` says so to a coordinator), "stopped"
    or "dropped"; that it is over follows from what became of its messages. It begins at `begins_at`, or else as soon
    as it is confirmed, and goes out in `waves` of equal size. `resend_of` is the one whose failures it is sent to.
    """

    __tablename__ = "broadcast"

    id: int = own_id()
    number: int = Field(unique=True)
    wording: str = Field(sa_type=Text)
    audience: str = Field(sa_type=Text)
    made_by: str
    made_at: datetime = Field(sa_type=Moment)
    state: str = "draft"
    why: str | None = Field(default=None, sa_type=Text)
    begins_at: datetime | None = Field(default=None, sa_type=Moment)
    waves: int = 1
    minutes_between: int = 60
    confirmed_by: str | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    resend_of: int | None = Field(default=None, sa_type=BigInteger, unique=True)


class BroadcastPick(SQLModel, table=True):
    """Somebody whom a coordinator has picked for a broadcast, or has left out of it by hand."""

    __tablename__ = "broadcast_pick"
    __table_args__ = (Index("broadcast_pick_person", "person_id"),)

    broadcast_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    left_out: bool = False


class BroadcastRecipient(SQLModel, table=True):
    """Somebody for whom a broadcast was meant when it was confirmed: one row for each, so it is sent once to each.

    It is queued when `due_at` has come, as the message `outbox_id`, whose state is theirs from then on; or they were
    `left_out`, which says why.
    """

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        Index(
            "broadcast_recipient_due",
            "due_at",
            sqlite_where=text("outbox_id IS NULL AND left_out IS NULL"),
            postgresql_where=text("outbox_id IS NULL AND left_out IS NULL"),
        ),
        Index("broadcast_recipient_outbox", "outbox_id", unique=True),
        Index("broadcast_recipient_person", "person_id"),
    )

    broadcast_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    due_at: datetime = Field(sa_type=Moment)
    outbox_id: int | None = Field(default=None, sa_type=BigInteger)
    left_out: str | None = None
