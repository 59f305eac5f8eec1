"""Votes, who can vote in them, and what was chosen: openly beside the name, or in secret in a closed box."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Vote(SQLModel, table=True):
    """A question put to a group, and the rule it was called under, as that was on the day.

    `number` is what coordinators call it by; `choices` and, once it is counted, `counts` are JSON. `box` holds a secret
    vote's counts so far, closed with a key that is not in this database, and is emptied when they are counted.
    """

    __tablename__ = "vote"
    __table_args__ = (Index("vote_project", "project_id"),)

    id: int = own_id()
    number: int = Field(unique=True)
    project_id: int = Field(sa_type=BigInteger)
    question: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    choices: str = Field(sa_type=Text)
    rule_id: int = Field(sa_type=BigInteger)
    rule: str = Field(sa_type=Text)
    rule_since: datetime = Field(sa_type=Moment)
    way: str
    secret: bool
    called_at: datetime = Field(sa_type=Moment)
    closes_at: datetime = Field(sa_type=Moment)
    box: bytes | None = Field(default=None, sa_type=LargeBinary)
    counts: str | None = Field(default=None, sa_type=Text)
    counted_at: datetime | None = Field(default=None, sa_type=Moment)


class VoteVoter(SQLModel, table=True):
    """Somebody who can vote, as "staff" or as a "volunteer", and whether they have.

    `choice` is None in a secret vote for ever. When somebody voted is not kept.
    """

    __tablename__ = "vote_voter"
    __table_args__ = (Index("vote_voter_person", "person_id"),)

    vote_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    side: str
    has_voted: bool = False
    choice: str | None = None
