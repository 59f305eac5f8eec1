"""Sentences in the organisation's own words, changed in the console."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment


class OwnWording(SQLModel, table=True):
    """How the organisation says a sentence in a language, beside what its files say.

    `said` is JSON as the files have it: text, sms, again, label; None where ours is said again. `waiting` is another
    one, about danger, which is said once the safeguarding lead has agreed. `version` grows with every change of any.
    """

    __tablename__ = "own_wording"

    language: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    said: str | None = Field(default=None, sa_type=Text)
    waiting: str | None = Field(default=None, sa_type=Text)
    version: int = Field(sa_type=BigInteger)
    changed_by: str
    changed_at: datetime = Field(sa_type=Moment)
