"""Who has asked to be forgotten, while something of theirs must still stay for a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, own_id


class Leaving(SQLModel, table=True):
    """Something that goes as soon as it may; the row goes with it.

    `person_id` is somebody whom an open alert still needs. `address_id` is a number or chat that our last message is
    on its way to; nobody is known there any more.
    """

    __tablename__ = "leaving"

    id: int = own_id()
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    address_id: int | None = Field(default=None, sa_type=BigInteger)
    since: datetime = Field(sa_type=Moment)
