"""Thanks that people from the team gave, so that whoever got them can see them again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Thanks(SQLModel, table=True):
    """Thanks to somebody; `about` names what for ("suggestion:3", "milestone:…"), `what_for` in words."""

    __tablename__ = "thanks"
    __table_args__ = (Index("thanks_person", "person_id", "id"),)

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    words: str = Field(sa_type=Text)
    from_name: str
    about: str | None = None
    what_for: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=Moment)
