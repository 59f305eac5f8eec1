"""Questionnaires that coordinators have written, who has answered them, and what they answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class QuestionnaireVersion(SQLModel, table=True):
    """A questionnaire as it was saved once; it never changes. `content` is JSON, with every language it is in.

    `keyword` is the word that begins it, folded for comparing; only that of the newest version counts.
    """

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("name", "number", name="questionnaire_version_once"),
        Index("questionnaire_version_keyword", "keyword"),
    )

    id: int = own_id()
    name: str
    number: int
    keyword: str | None = None
    content: str = Field(sa_type=Text)
    saved_at: datetime = Field(sa_type=Moment)


class QuestionnaireProject(SQLModel, table=True):
    """That a questionnaire belongs to a project, for whoever sees only that; one that is not here is everybody's."""

    __tablename__ = "questionnaire_project"

    name: str = Field(primary_key=True)
    project_id: int = Field(sa_type=BigInteger)


class QuestionnaireResponse(SQLModel, table=True):
    """One person's answering of a questionnaire, from their consent on; its key is the conversation's.

    `pseudonym` stands for it wherever answers are shown. `named` is whether whoever sees the answers may see the name
    too, `quotable` whether their words may be shown to the group; None: not asked yet. `finished_on` is None where
    they have not come to the end. Days only: a moment would tell who it was.
    """

    __tablename__ = "questionnaire_response"
    __table_args__ = (
        Index("questionnaire_response_version", "version_id"),
        Index("questionnaire_response_person", "person_id"),
    )

    conversation_id: int = other_id_as_key()
    version_id: int = Field(sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger)
    pseudonym: str
    named: bool
    quotable: bool | None = None
    begun_on: date
    finished_on: date | None = None


class QuestionnaireAnswer(SQLModel, table=True):
    """An answer, as plain JSON (null: skipped), what was said besides, and the day."""

    __tablename__ = "questionnaire_answer"

    conversation_id: int = other_id_as_key()
    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    more: str | None = Field(default=None, sa_type=Text)
    on: date
