"""What people of the team note about somebody, and what they do by hand that concerns one person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class PersonNote(SQLModel, table=True):
    """Something that somebody of the team noted about a person; `by` is who, as volunteers know them."""

    __tablename__ = "person_note"
    __table_args__ = (Index("person_note_person", "person_id", "id"),)

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    words: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=Moment)


class PersonEvent(SQLModel, table=True):
    """That somebody of the team (`who`) took over, replied, gave back, read the notes or made two records one.

    `note` is the reason where one is asked for; `outbox_id` the message of ours that it led to.
    """

    __tablename__ = "person_event"
    __table_args__ = (Index("person_event_person", "person_id", "id"),)

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    who: str
    what: str
    outbox_id: int | None = Field(default=None, sa_type=BigInteger)
    note: str | None = Field(default=None, sa_type=Text)
