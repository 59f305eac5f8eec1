"""Meetings of a project's group, and who will come."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Meeting(SQLModel, table=True):
    """A meeting: when and where, who is there, what is provided, and what came of it.

    `number` is what coordinators call it by. Day and minutes are by the clocks where it is (`zone`); `starts_at` and
    `ends_at` are computed from them. `version` goes up whenever it moves, so that everybody is told and asked again.
    """

    __tablename__ = "meeting"
    __table_args__ = (Index("meeting_starts", "starts_at"), Index("meeting_of", "project_id"))

    id: int = own_id()
    number: int = Field(unique=True)
    project_id: int = Field(sa_type=BigInteger)
    what: str
    on_day: date
    from_minute: int
    until_minute: int
    zone: str
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    where: str = Field(sa_type=Text)
    getting_there: str = Field(sa_type=Text)
    who: str = Field(sa_type=Text)
    provided: str = Field(sa_type=Text)
    remote: str | None = Field(default=None, sa_type=Text)
    version: int = 1
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
    cancelled_because: str | None = Field(default=None, sa_type=Text)
    decisions: str | None = Field(default=None, sa_type=Text)
    actions: str | None = Field(default=None, sa_type=Text)
    notes: str | None = Field(default=None, sa_type=Text)
    noted_at: datetime | None = Field(default=None, sa_type=Moment)


class MeetingAnswer(SQLModel, table=True):
    """Whether somebody will come: "coming", "not-coming" or "not-sure", with any words for the organiser.

    `version` is that of the meeting when they answered: after it has moved, the answer is about another time.
    """

    __tablename__ = "meeting_answer"
    __table_args__ = (Index("meeting_answer_person", "person_id"),)

    meeting_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    conversation_id: int = Field(sa_type=BigInteger)
    version: int
    answer: str
    words: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Moment)
