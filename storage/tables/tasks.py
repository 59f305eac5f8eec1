"""Tasks: what is to be done, who has it, to whom it was offered, what was asked about it, and the hand-off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Task(SQLModel, table=True):
    """A task as its brief says it, and whose it is.

    `number` is what coordinators call it by. `holder_id` is the one volunteer who has it; None: it is with the
    coordinators. `holding_id` is new each time somebody takes it or agrees on a day, `agreed_on` that day. Whoever did
    it is `done_by_id`; it stays with the coordinators until they have thanked, or it is taken off the list.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("project_id", "name", name="task_once"),
        Index(
            "task_held",
            "holder_id",
            sqlite_where=text("holder_id IS NOT NULL"),
            postgresql_where=text("holder_id IS NOT NULL"),
        ),
        Index("task_done_by", "done_by_id"),
        Index(
            "task_open",
            "project_id",
            "number",
            sqlite_where=text("thanked_at IS NULL AND closed_at IS NULL"),
            postgresql_where=text("thanked_at IS NULL AND closed_at IS NULL"),
        ),
    )

    id: int = own_id()
    number: int = Field(unique=True)
    project_id: int = Field(sa_type=BigInteger)
    name: str
    goal: str = Field(sa_type=Text)
    first_step: str = Field(sa_type=Text)
    what_is_needed: str = Field(sa_type=Text)
    pitfalls: str = Field(sa_type=Text)
    ask: str
    takes: str
    standard: str = Field(sa_type=Text)
    coordinator: str
    day: date | None = None
    milestone: str | None = None
    strengths: str | None = Field(default=None, sa_type=Text)
    made_at: datetime = Field(sa_type=Moment)
    holder_id: int | None = Field(default=None, sa_type=BigInteger)
    holding_id: int | None = Field(default=None, sa_type=BigInteger)
    held_since: datetime | None = Field(default=None, sa_type=Moment)
    agreed_on: date | None = None
    done_by_id: int | None = Field(default=None, sa_type=BigInteger)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    thanks: str | None = Field(default=None, sa_type=Text)
    thanked_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class TaskOffer(SQLModel, table=True):
    """That somebody was asked whether they would like a task; `from_id` is the volunteer who would pass it on.

    `state` is "waiting", "asked" (they asked about it first), "accepted", "not for them", "closed" (no answer),
    "gone" (somebody else has it) or "taken back". It is closed at `close_at`, counted from when it was really put.
    """

    __tablename__ = "task_offer"
    __table_args__ = (
        Index(
            "task_offer_to_close",
            "close_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("task_offer_of", "task_id", "id"),
        Index("task_offer_person", "person_id"),
    )

    id: int = own_id()
    task_id: int = Field(sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger)
    from_id: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)
    put_at: datetime | None = Field(default=None, sa_type=Moment)
    close_at: datetime = Field(sa_type=Moment)
    state: str = "waiting"


class TaskQuestion(SQLModel, table=True):
    """What somebody asked about a task, in their words, and the answer; `to_id` is the team-mate who was asked.

    (conversation, name) says which act of a conversation it came from; `offer_id` is the offer it was asked about.
    """

    __tablename__ = "task_question"
    __table_args__ = (
        UniqueConstraint("conversation_id", "name", name="task_question_once"),
        Index("task_question_of", "task_id", "id"),
        Index("task_question_person", "person_id"),
        Index("task_question_to", "to_id"),
    )

    id: int = own_id()
    task_id: int = Field(sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger)
    offer_id: int | None = Field(default=None, sa_type=BigInteger)
    to_id: int | None = Field(default=None, sa_type=BigInteger)
    conversation_id: int = Field(sa_type=BigInteger)
    name: str
    words: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class HandOff(SQLModel, table=True):
    """A supported conversation about a task: what the bot has asked and heard, and what coordinators answered.

    `began` is "person", "coordinator" (who wrote what is still `needed`) or "day". `way` is "text", "ring" or "leave",
    `choice` "again", "support" or "pass-on". `next_time` is what would help them, kept only if they agreed.
    """

    __tablename__ = "hand_off"
    __table_args__ = (
        Index("hand_off_of", "task_id", "id"),
        Index("hand_off_person", "person_id"),
    )

    id: int = own_id()
    task_id: int = Field(sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger)
    began: str
    began_at: datetime = Field(sa_type=Moment)
    needed: str | None = Field(default=None, sa_type=Text)
    how_they_are: str | None = Field(default=None, sa_type=Text)
    way: str | None = None
    barrier: str | None = Field(default=None, sa_type=Text)
    barrier_at: datetime | None = Field(default=None, sa_type=Moment)
    we_can: str | None = Field(default=None, sa_type=Text)
    cannot: str | None = Field(default=None, sa_type=Text)
    because: str | None = Field(default=None, sa_type=Text)
    instead: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    choice: str | None = None
    next_time: str | None = Field(default=None, sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class TaskEvent(SQLModel, table=True):
    """What happened with a task, in the order in which it did, for whoever looks after it."""

    __tablename__ = "task_event"
    __table_args__ = (
        Index("task_event_of", "task_id", "id"),
        Index("task_event_person", "person_id"),
    )

    id: int = own_id()
    task_id: int = Field(sa_type=BigInteger)
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    what: str
    words: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Moment)
