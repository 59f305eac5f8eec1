"""Conversations, what people wrote, and what they told us in check-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Conversation(SQLModel, table=True):
    """A conversation and where the person is in it; the latest `front_at` is in front.

    `place` is JSON text, not a JSON column: the order of its keys matters. `asked_at` is when the waiting
    question was really sent, which is where a time-out counts from; None until then.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "conversation_open",
            "person_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("conversation_person", "person_id"),
        Index(
            "conversation_of_danger",
            "front_at",
            sqlite_where=text("state = 'open' AND flow = 'safety'"),
            postgresql_where=text("state = 'open' AND flow = 'safety'"),
        ),
    )

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    address_id: int = Field(sa_type=BigInteger)
    flow: str
    place: str = Field(sa_type=Text)
    state: str = "open"
    began_at: datetime = Field(sa_type=Moment)
    front_at: datetime = Field(sa_type=Moment)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)


class Message(SQLModel, table=True):
    """Something a person sent us, kept for coordinators; (sender, provider_id) also tells a redelivery.

    `between_us`: words that were said to be for nobody of the team, as to a team-mate or without their name.
    `about_id`: of whom it speaks, where a coordinator sends an order about somebody; it goes when that one goes.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("provider_id", "sender", name="message_once"),  # looked up by provider_id
        Index("message_person", "person_id", "id"),
        Index(
            "message_about",
            "about_id",
            sqlite_where=text("about_id IS NOT NULL"),
            postgresql_where=text("about_id IS NOT NULL"),
        ),
    )

    id: int = own_id()
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    address_id: int = Field(sa_type=BigInteger)
    sender: str
    provider_id: str
    kind: str
    text: str = Field(default="", sa_type=Text)
    reference: str | None = Field(default=None, sa_type=Text)
    conversation_id: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    between_us: bool | None = None
    about_id: int | None = Field(default=None, sa_type=BigInteger)


class CheckIn(SQLModel, table=True):
    """How somebody said they were: 1 (very hard) to 5 (good), and a word about it if they wished."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index("check_in_person", "person_id", "at"),
        Index("check_in_lately", "at", "person_id", "mood"),  # how a group is, by this alone
    )

    conversation_id: int = other_id_as_key()
    person_id: int = Field(sa_type=BigInteger)
    mood: int | None = None
    note: str | None = Field(default=None, sa_type=Text)
    wants_a_call: bool = False
    at: datetime = Field(sa_type=Moment)


class InboxItem(SQLModel, table=True):
    """Something that waits for a person: a wish to talk, a picture, words that nobody understood.

    (conversation, name) says which act of a conversation it came from, so that doing it again replaces it;
    `taken_back_at` is set when the person went BACK over the answer behind it.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("conversation_id", "name", name="inbox_once"),
        Index("inbox_waiting", "done_at", "at"),
        Index("inbox_person", "person_id"),
    )

    id: int = own_id()
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    conversation_id: int | None = Field(default=None, sa_type=BigInteger)
    name: str | None = None
    why: str
    note: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    taken_back_at: datetime | None = Field(default=None, sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
