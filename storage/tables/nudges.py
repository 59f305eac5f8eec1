"""What we mean to say to somebody first, besides check-ins: one row for one thing and one person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Nudge(SQLModel, table=True):
    """Something to be said to somebody once: an offer of a task, a milestone that comes near, an answer.

    (person, about) is one of a kind, so nobody is nudged twice for one thing. `flow` is begun with `given` (JSON) once
    `due_at` has come; what is not said before `until` is never said. `state` is "waiting", "said" or "left unsaid",
    and `why` tells a coordinator what it waits for, or why it was left unsaid.
    """

    __tablename__ = "nudge"
    __table_args__ = (
        UniqueConstraint("person_id", "about", name="nudge_once"),
        Index(
            "nudge_due",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("nudge_about", "about"),
        Index(
            "nudge_unsaid",
            "settled_at",
            sqlite_where=text("state = 'left unsaid'"),
            postgresql_where=text("state = 'left unsaid'"),
        ),
    )

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    about: str
    flow: str
    given: str = Field(default="{}", sa_type=Text)
    due_at: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)
    state: str = "waiting"
    why: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
