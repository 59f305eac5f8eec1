"""What waits to be sent and what became of it; and how far each bot has been listened to."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Lane(IntEnum):
    """Who goes first: a higher lane (smaller number) overtakes, order holds within a lane."""

    DANGER = 0
    REPLY = 1
    REMINDER = 2
    BROADCAST = 3


SEVERAL = 0
"""Where a list goes to a coordinator that names more than one."""


class OutboxItem(SQLModel, table=True):
    """A message of ours and its honest state.

    `state` is one of queued, sending, sent, delivered, failed, unknown, withdrawn. It waits until `not_before`.
    `hold_from` and `hold_until` are the person's next quiet hours, for the lanes that obey them; once these have
    begun, `not_before` is their end and both are None. `between_us`: it may hold words that are for nobody of the team.
    `about_id`: whose words it carries to a coordinator, or of whom it speaks; it goes when that one goes. `SEVERAL`: it
    names more than one, and goes when anybody goes.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_queue",
            "sender",
            "lane",
            "not_before",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "outbox_quiet_hours",
            "sender",
            "hold_from",
            sqlite_where=text("state = 'queued' AND hold_from IS NOT NULL"),
            postgresql_where=text("state = 'queued' AND hold_from IS NOT NULL"),
        ),
        Index(
            "outbox_under_way",
            "sender",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "outbox_in_order",
            "address_id",
            "lane",
            "id",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index(
            "outbox_in_danger",
            "created_at",
            sqlite_where=text("lane = 0"),
            postgresql_where=text("lane = 0"),
        ),
        Index("outbox_person", "person_id", "id"),
        Index("outbox_provider", "provider_id"),
        Index(
            "outbox_about",
            "about_id",
            sqlite_where=text("about_id IS NOT NULL"),
            postgresql_where=text("about_id IS NOT NULL"),
        ),
    )

    id: int = own_id()
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    address_id: int = Field(sa_type=BigInteger)
    sender: str
    lane: int
    text: str = Field(sa_type=Text)
    buttons: str | None = Field(default=None, sa_type=Text)
    conversation_id: int | None = Field(default=None, sa_type=BigInteger)
    state: str = "queued"
    created_at: datetime = Field(sa_type=Moment)
    not_before: datetime = Field(sa_type=Moment)
    hold_from: datetime | None = Field(default=None, sa_type=Moment)
    hold_until: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    provider_id: str | None = None
    parts: int | None = None
    reason: str | None = None
    between_us: bool | None = None
    about_id: int | None = Field(default=None, sa_type=BigInteger)


class Offset(SQLModel, table=True):
    """How far a bot's updates have been taken in; moved in the commit that stored them."""

    __tablename__ = "poll_offset"

    sender: str = Field(primary_key=True)
    next_offset: int = Field(sa_type=BigInteger)
