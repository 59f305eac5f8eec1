"""The charity's own places that help, where they came from, and which of them somebody was shown last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key


class PlaceThatHelps(SQLModel, table=True):
    """An entry of a directory that was imported: the publisher's own id, and all that is known of it as JSON."""

    __tablename__ = "place"

    source: str = Field(primary_key=True)
    publisher_id: str = Field(primary_key=True)
    content: str = Field(sa_type=Text)


class PlaceSource(SQLModel, table=True):
    """A directory that was imported: a file's name or an address. `version` grows with every change of any."""

    __tablename__ = "place_source"

    source: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    imported_at: datetime = Field(sa_type=Moment)


class PlaceShown(SQLModel, table=True):
    """What HELP answered somebody last: a JSON list in the order that they saw, so that "WRONG 2" is understood."""

    __tablename__ = "place_shown"
    __table_args__ = (Index("place_shown_at", "at"),)

    person_id: int = other_id_as_key()
    at: datetime = Field(sa_type=Moment)
    shown: str = Field(sa_type=Text)
