"""Who in the team may sign in to the console, their sessions there, and the record of what they saw and did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from storage.tables.types import Moment, only_added_to, other_id_as_key, own_id


class Account(SQLModel, table=True):
    """Somebody of the team; `name` is the one that volunteers and the rota know them by.

    `roles` are words with commas between. `every_project` is False where `AccountProject` rows name theirs. What proves
    who they are is kept so that it can't be read out: `password` by Argon2id, `invitation` as a hash. `second_secret`
    must be read to be compared; `second_used` is the last step of it that was used, so that no code counts twice.
    """

    __tablename__ = "account"
    __table_args__ = (Index("account_invitation", "invitation", unique=True),)

    id: int = own_id()
    name: str = Field(unique=True)
    roles: str
    every_project: bool = True
    password: str | None = Field(default=None, sa_type=Text)
    second_secret: str | None = None
    second_used: int = Field(default=0, sa_type=BigInteger)
    invitation: str | None = None
    invitation_until: datetime | None = Field(default=None, sa_type=Moment)
    made_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class AccountProject(SQLModel, table=True):
    """That an account may see a project and the people in it."""

    __tablename__ = "account_project"

    account_id: int = other_id_as_key()
    project_id: int = other_id_as_key()


class ConsoleSession(SQLModel, table=True):
    """One browser that is signed in; `token` is the hash of what its cookie holds.

    `said` is one sentence for the next page it opens. It is locked when `seen_at` is too long ago.
    """

    __tablename__ = "console_session"
    __table_args__ = (Index("console_session_of", "account_id"),)

    token: str = Field(primary_key=True)
    id: int = Field(sa_type=BigInteger, unique=True)
    account_id: int = Field(sa_type=BigInteger)
    browser: str
    began_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    said: str | None = Field(default=None, sa_type=Text)


class SignInTry(SQLModel, table=True):
    """Wrong tries to sign in by a name, whether there is such a name or not; `name` is its hash."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("sign_in_try_last", "last_at"),)

    name: str = Field(primary_key=True)
    tries: int
    last_at: datetime = Field(sa_type=Moment)


class SentForm(SQLModel, table=True):
    """That a form of the console was sent, just as it was filled in, and done; kept for a day.

    `key` is the hash of all that was in it, and `led_to` the page that was shown then; None: not known yet.
    """

    __tablename__ = "sent_form"
    __table_args__ = (Index("sent_form_at", "at"),)

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    led_to: str | None = Field(default=None, sa_type=Text)


class AuditEntry(SQLModel, table=True):
    """That somebody of the team saw or did something in the console. The database refuses to change or delete it.

    `about` names a thing by its id ("person:123"), never by name or number.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_about", "about", "id"), Index("audit_entry_who", "who", "id"))

    id: int = own_id()
    at: datetime = Field(sa_type=Moment)
    who: str
    what: str
    about: str | None = None
    note: str | None = Field(default=None, sa_type=Text)


only_added_to("audit_entry", "the audit log")
