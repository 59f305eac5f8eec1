"""Words that people pass to each other through us: who may be asked, what is on its way, who wants no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class TeamMate(SQLModel, table=True):
    """Somebody of a project whom a coordinator would like others to ask; `agreed` is their own word, None: none yet."""

    __tablename__ = "team_mate"
    __table_args__ = (Index("team_mate_person", "person_id"),)

    project_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    agreed: bool | None = None


class PassedOn(SQLModel, table=True):
    """A question from one person to another, and its answer; each says for themselves whether to share their number."""

    __tablename__ = "passed_on"
    __table_args__ = (Index("passed_on_asker", "asker_id"), Index("passed_on_asked", "asked_id"))

    id: int = own_id()
    asker_id: int = Field(sa_type=BigInteger)
    asked_id: int = Field(sa_type=BigInteger)
    project_id: int = Field(sa_type=BigInteger)
    words: str = Field(sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    asker_shares: bool = False
    asked_shares: bool = False
    at: datetime = Field(sa_type=Moment)


class BlockedAsker(SQLModel, table=True):
    """Somebody who does not want another's words any more."""

    __tablename__ = "blocked_asker"

    person_id: int = other_id_as_key()
    asker_id: int = other_id_as_key()
