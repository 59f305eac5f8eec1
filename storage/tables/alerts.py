"""Alerts: that somebody is in danger, who has been told, and a record of it that cannot be changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, only_added_to, other_id_as_key, own_id


def _index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that are looked for, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Alert(SQLModel, table=True):
    """Somebody in danger, from the first words until a person closes it; one open alert for one person.

    `state` is raised, acknowledged or closed. `since` is when it was last raised: more danger raises it again.
    `due_at` is when the next person must be told; None: nobody must. From `unfollowed_since` on, what became of our
    answers to the person is not followed yet. `has_it` is the coordinator who acknowledged it. `may_text` is False
    while nothing may be written to the person about it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        _index("alert_open_reference", "reference", where="closed_at IS NULL", unique=True),
        _index("alert_open_person", "person_id", where="closed_at IS NULL", unique=True),
        _index("alert_due", "due_at", where="due_at IS NOT NULL"),
        _index("alert_unfollowed", "unfollowed_since", where="unfollowed_since IS NOT NULL"),
        Index("alert_raised", "raised_at"),
        Index("alert_person", "person_id"),
    )

    id: int = own_id()
    reference: int
    person_id: int = Field(sa_type=BigInteger)
    address_id: int = Field(sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    tier: str
    topic: str
    rule: str
    may_text: bool = True
    state: str = "raised"
    raised_at: datetime = Field(sa_type=Moment)
    since: datetime = Field(sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    unfollowed_since: datetime | None = Field(default=None, sa_type=Moment)
    has_it: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class AlertEvent(SQLModel, table=True):
    """One line of an alert's record. The database refuses to change or delete it.

    It holds references to messages and never the person's words, name or number. `who` is the coordinator it is
    about, or "them" for the person in danger.
    """

    __tablename__ = "alert_event"
    __table_args__ = (Index("alert_event_of", "alert_id", "id"),)

    id: int = own_id()
    alert_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    what: str
    who: str | None = None
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    outbox_id: int | None = Field(default=None, sa_type=BigInteger)
    note: str | None = Field(default=None, sa_type=Text)


only_added_to("alert_event", "the record of an alert")


class AlertNotice(SQLModel, table=True):
    """A message about an alert whose fate is followed in the outbox: to a coordinator, or to the person.

    `state` is the last that was written into the record.
    """

    __tablename__ = "alert_notice"
    __table_args__ = (Index("alert_notice_followed", "follow_until"), Index("alert_notice_of", "alert_id"))

    outbox_id: int = other_id_as_key()
    alert_id: int = Field(sa_type=BigInteger)
    who: str
    what: str
    state: str = "queued"
    follow_until: datetime = Field(sa_type=Moment)


class AlertTest(SQLModel, table=True):
    """A test alert to a coordinator's address, and when they acknowledged it."""

    __tablename__ = "alert_test"
    __table_args__ = (
        _index("alert_test_waiting", "reference", where="acknowledged_at IS NULL", unique=True),
        Index("alert_test_of", "address_id", "acknowledged_at"),
    )

    id: int = own_id()
    address_id: int = Field(sa_type=BigInteger)
    reference: int
    sent_at: datetime = Field(sa_type=Moment)
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
