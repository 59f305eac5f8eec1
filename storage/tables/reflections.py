"""Reflections: what people of a project said when they looked back on a milestone together."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key


class Reflection(SQLModel, table=True):
    """How one person found a milestone, from 1 to 5, in one conversation, and their words.

    The milestone is kept by its name and day, since cards change. `may_share` says that the words may go to the group
    without their name; `left_out` names the words that a coordinator keeps back ("well differently"). What goes to the
    group is only what a coordinator has seen first (`looked_at`), and then stays as it was (`shared_at`).
    """

    __tablename__ = "reflection"
    __table_args__ = (
        Index("reflection_of", "project_id", "milestone", "on_day"),
        Index("reflection_day", "on_day", "project_id", "milestone"),
        Index("reflection_person", "person_id"),
    )

    conversation_id: int = other_id_as_key()
    project_id: int = Field(sa_type=BigInteger)
    milestone: str
    on_day: date
    person_id: int = Field(sa_type=BigInteger)
    feeling: int | None = None
    note: str | None = Field(default=None, sa_type=Text)
    well: str | None = Field(default=None, sa_type=Text)
    differently: str | None = Field(default=None, sa_type=Text)
    may_share: bool = False
    left_out: str = ""
    at: datetime = Field(sa_type=Moment)
    looked_at: datetime | None = Field(default=None, sa_type=Moment)
    shared_at: datetime | None = Field(default=None, sa_type=Moment)
