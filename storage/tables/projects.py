"""Projects: what a group has set out to do, who belongs to it, its limits, milestones and rule; and suggestions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Project(SQLModel, table=True):
    """What its card says; see `flows.projects.Card`.

    `everybody` says that all who have joined belong to it; otherwise its `ProjectMember` rows say who does.
    """

    __tablename__ = "project"

    id: int = own_id()
    name: str = Field(unique=True)
    goal: str = Field(sa_type=Text)
    fixed: str | None = Field(default=None, sa_type=Text)
    open: str | None = Field(default=None, sa_type=Text)
    shared_values: str | None = Field(default=None, sa_type=Text)
    rung: str
    decider: str
    decider_in_group: bool
    answer_within_days: int
    everybody: bool = False


class ProjectMember(SQLModel, table=True):
    """Somebody who belongs to a project, as "staff" or as a "volunteer"; lived experience only if they said so."""

    __tablename__ = "project_member"
    __table_args__ = (Index("project_member_person", "person_id"),)

    project_id: int = other_id_as_key()
    person_id: int = other_id_as_key()
    side: str
    lived_experience: bool | None = None


class ProjectLimit(SQLModel, table=True):
    """Something that is not possible, why, and what is possible instead; `place` is its number from 1."""

    __tablename__ = "project_limit"
    __table_args__ = (Index("project_limit_of", "project_id", "place"),)

    id: int = own_id()
    project_id: int = Field(sa_type=BigInteger)
    place: int
    what: str = Field(sa_type=Text)
    why: str = Field(sa_type=Text)
    instead: str | None = Field(default=None, sa_type=Text)


class DecisionRule(SQLModel, table=True):
    """How a group decides together, in the words it was told, from a day on; the latest holds, earlier ones are kept.

    `way` is "majority" or "two thirds"; `secret` says that nobody is told who voted what.
    """

    __tablename__ = "decision_rule"
    __table_args__ = (Index("decision_rule_of", "project_id", "id"),)

    id: int = own_id()
    project_id: int = Field(sa_type=BigInteger)
    wording: str = Field(sa_type=Text)
    way: str
    secret: bool
    since: datetime = Field(sa_type=Moment)


class Milestone(SQLModel, table=True):
    """A step of a project and its day, by the calendar of the people in it; `done_on` when it was reached."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("project_id", "name", name="milestone_once"),
        Index("milestone_day", "on_day"),
    )

    id: int = own_id()
    project_id: int = Field(sa_type=BigInteger)
    name: str
    on_day: date
    done_on: date | None = None


_TO_TELL = "state = 'answered' AND answer IN ('taken up', 'partly') AND said_did IS NULL AND project_id IS NOT NULL"


class Suggestion(SQLModel, table=True):
    """What somebody suggested, the day by which an answer was promised, and the answer.

    `number` is what coordinators call it by. `state` is "waiting", "answered" or "taken back", `answer` one of
    `flows.suggestion.ANSWERS`, `limit_id` the limit that it meets. (conversation, name) says which act of a
    conversation it came from, so that doing it again replaces it.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("conversation_id", "name", name="suggestion_once"),
        Index(
            "suggestion_waiting",
            "promised_on",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "suggestion_to_tell",
            "id",
            sqlite_where=text(_TO_TELL),
            postgresql_where=text(_TO_TELL),
        ),
        Index("suggestion_person", "person_id"),
        Index("suggestion_project", "project_id"),
    )

    id: int = own_id()
    number: int = Field(unique=True)
    project_id: int | None = Field(default=None, sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger)
    conversation_id: int = Field(sa_type=BigInteger)
    name: str
    words: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    promised_on: date
    state: str = "waiting"
    answer: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    limit_id: int | None = Field(default=None, sa_type=BigInteger)
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    said_did: str | None = Field(default=None, sa_type=Text)
