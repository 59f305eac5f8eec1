"""People, and where they can be reached."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, other_id_as_key, own_id


class Person(SQLModel, table=True):
    """A volunteer or a coordinator. Everything they did not tell us is None.

    Times of day are minutes after midnight in the person's own zone; `check_in_on` and `check_in_minute` are
    the source of `check_in_due_at`, which is computed from them and recomputed when zone or times change.
    `check_in_days` are days of the week or of the month, as `flows.named_days` writes them; then they say which day
    comes after `check_in_on`, and `check_in_every_days` is only about how often that is. Quiet are the hours of the
    night, and those of a break in the day where there is one.
    `taken_over_by` is the coordinator (a person) who writes with them instead of the bot, `taken_over_at` when
    that coordinator last did.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("person_check_in_due", "check_in_due_at"),
        Index(
            "person_taken_over",
            "taken_over_at",
            sqlite_where=text("taken_over_at IS NOT NULL"),
            postgresql_where=text("taken_over_at IS NOT NULL"),
        ),
    )

    id: int = own_id()
    role: str = "volunteer"
    called: str | None = None
    language: str | None = None
    zone: str = "Europe/London"
    created_at: datetime = Field(sa_type=Moment)
    joined_at: datetime | None = Field(default=None, sa_type=Moment)
    invited_by: str | None = None
    preferred_address_id: int | None = Field(default=None, sa_type=BigInteger)
    safe_to_text: bool | None = None
    sharing: str | None = None
    offered_help_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    quiet_from_minute: int = 21 * 60
    quiet_until_minute: int = 9 * 60
    check_in_every_days: int | None = None
    check_in_minute: int = 10 * 60
    check_in_on: date | None = None
    check_in_due_at: datetime | None = Field(default=None, sa_type=Moment)
    check_in_waits_for: str | None = None
    taken_over_by: int | None = Field(default=None, sa_type=BigInteger)
    taken_over_at: datetime | None = Field(default=None, sa_type=Moment)
    check_in_days: str | None = None
    break_from_minute: int | None = None
    break_until_minute: int | None = None


class Address(SQLModel, table=True):
    """A place where somebody can be reached: a phone number or a Telegram chat, maybe shared by two people.

    `speaker_id` is whoever last said that it was them; `unsettled` holds the words of somebody who has not
    yet said who they are.
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("value", "channel", name="address_once"),)  # looked up by value

    id: int = own_id()
    channel: str
    sender: str
    value: str
    created_at: datetime = Field(sa_type=Moment)
    last_heard_at: datetime | None = Field(default=None, sa_type=Moment)
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_reason: str | None = None
    speaker_id: int | None = Field(default=None, sa_type=BigInteger)
    speaker_since: datetime | None = Field(default=None, sa_type=Moment)
    unsettled: str | None = None


class Holder(SQLModel, table=True):
    """That a person can be reached at an address; two people can hold one address."""

    __tablename__ = "holder"
    __table_args__ = (Index("holder_person", "person_id"),)

    address_id: int = other_id_as_key()
    person_id: int = other_id_as_key()


class Invitation(SQLModel, table=True):
    """A coordinator's invitation to join; the code is what a Telegram deep link or a first text carries."""

    __tablename__ = "invitation"
    __table_args__ = (Index("invitation_person", "person_id"),)

    code: str = Field(primary_key=True)
    person_id: int = Field(sa_type=BigInteger)
    made_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
