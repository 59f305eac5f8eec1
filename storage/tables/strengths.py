"""What people are good at, like doing or know from life, in their own words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Strength(SQLModel, table=True):
    """One thing that somebody named; (conversation, name) says which act it came from, so that it can be taken back."""

    __tablename__ = "strength"
    __table_args__ = (
        UniqueConstraint("conversation_id", "name", name="strength_once"),
        Index("strength_person", "person_id", "id"),
    )

    id: int = own_id()
    person_id: int = Field(sa_type=BigInteger)
    conversation_id: int = Field(sa_type=BigInteger)
    name: str
    words: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
