"""Who may sign in to the console, who is signed in, and the record of what they saw and did there.

Functions of a connection, inside the caller's transaction. What a browser holds is kept as a hash: whoever reads the
database can't sign in with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from storage.tables import Account, AccountProject, AuditEntry, ConsoleSession, SignInTry, id_at, new_id, table_of

ACCOUNT, MAY_SEE = table_of(Account), table_of(AccountProject)
SESSION, TRY, AUDIT = table_of(ConsoleSession), table_of(SignInTry), table_of(AuditEntry)
TRIES_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Colleague:
    """Somebody who may sign in.

    Attributes:
        id: Of the account.
        name: As the team, the rota and volunteers know them.
        roles: Of "coordinator", "lead", "safeguarding" and "admin".
        projects: The ids of the projects whose people they may see; None: all.
        password: Its Argon2id hash; None: they have not used their invitation.
        second_secret: Of the codes that their phone shows; None: they use none.
        second_used: The last step of these that was used.
    """

    id: int
    name: str
    roles: frozenset[str]
    projects: frozenset[int] | None
    password: str | None
    second_secret: str | None
    second_used: int


def hashed(secret: str) -> str:
    """What is kept of a secret that is long and random: its SHA-256, as hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


# -- accounts ------------------------------------------------------------------------------------------


def _colleague(connection: Connection, row: Row[Any] | None) -> Colleague | None:
    if row is None:
        return None
    projects = connection.execute(select(MAY_SEE.c.project_id).where(MAY_SEE.c.account_id == row.id)).scalars()
    return Colleague(
        row.id,
        row.name,
        frozenset(row.roles.split(",")),
        None if row.every_project else frozenset(projects),
        row.password,
        row.second_secret,
        row.second_used,
    )


def account_called(connection: Connection, name: str) -> Colleague | None:
    """Whose name this is, in whatever capitals, if they may still sign in."""
    typed = name.strip().casefold()
    rows = connection.execute(select(ACCOUNT).where(ACCOUNT.c.closed_at.is_(None)))
    return _colleague(connection, next((row for row in rows if row.name.casefold() == typed), None))


def account_with(connection: Connection, account_id: int) -> Colleague | None:
    """An account, if its holder may still sign in."""
    query = select(ACCOUNT).where(ACCOUNT.c.id == account_id, ACCOUNT.c.closed_at.is_(None))
    return _colleague(connection, connection.execute(query).one_or_none())


def accounts(connection: Connection) -> list[Row[Any]]:
    """Every account, also the closed ones, by name."""
    return list(connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.closed_at.is_not(None), ACCOUNT.c.name)))


def account_row(connection: Connection, account_id: int) -> Row[Any] | None:
    """All that is kept of an account, also of a closed one; see `storage.tables.Account`."""
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one_or_none()


def projects_of(connection: Connection, account_id: int) -> frozenset[int]:
    """The ids of the projects that were named for an account."""
    query = select(MAY_SEE.c.project_id).where(MAY_SEE.c.account_id == account_id)
    return frozenset(connection.execute(query).scalars())


def invite_account(
    connection: Connection, name: str, roles: Collection[str], code: str, until: datetime, now: datetime
) -> int:
    """Let somebody choose a password by a code; whoever has an account begins anew, and is signed out everywhere."""
    values = {"roles": ",".join(sorted(roles)), "invitation": hashed(code), "invitation_until": until}
    known = next((row for row in accounts(connection) if row.name.casefold() == name.strip().casefold()), None)
    if known is None:
        account_id = new_id()
        connection.execute(insert(ACCOUNT).values(id=account_id, name=name.strip(), made_at=now, **values))
        return account_id
    anew = {"password": None, "second_secret": None, "second_used": 0, "closed_at": None}
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == known.id).values(**values, **anew))
    end_sessions(connection, known.id)
    return int(known.id)


def invited(connection: Connection, code: str, now: datetime) -> Colleague | None:
    """Whose invitation this is; None: nobody's, it was used already, or it is too old."""
    query = select(ACCOUNT).where(
        ACCOUNT.c.invitation == hashed(code), ACCOUNT.c.invitation_until > now, ACCOUNT.c.closed_at.is_(None)
    )
    return _colleague(connection, connection.execute(query).one_or_none())


def set_password(connection: Connection, account_id: int, password: str) -> None:
    """Keep a password's hash; the invitation is used up, and every session of theirs ends."""
    values = {"password": password, "invitation": None, "invitation_until": None}
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**values))
    end_sessions(connection, account_id)


def set_second(connection: Connection, account_id: int, secret: str | None, used: int = 0) -> None:
    """Keep the secret behind the codes that somebody's phone shows; None: they use none any more."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(second_secret=secret, second_used=used))


def use_second(connection: Connection, account_id: int, step: int) -> bool:
    """Use up one step of the codes; False: it, or a later one, was used before."""
    query = update(ACCOUNT).where(ACCOUNT.c.id == account_id, ACCOUNT.c.second_used < step).values(second_used=step)
    return connection.execute(query).rowcount == 1


def change_rights(
    connection: Connection, account_id: int, roles: Collection[str], projects: Collection[int] | None
) -> None:
    """What somebody may see and do from their next click on."""
    values = {"roles": ",".join(sorted(roles)), "every_project": projects is None}
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**values))
    connection.execute(delete(MAY_SEE).where(MAY_SEE.c.account_id == account_id))
    rows = [{"account_id": account_id, "project_id": each} for each in projects or ()]
    if rows:
        connection.execute(insert(MAY_SEE), rows)


def close_account(connection: Connection, account_id: int, now: datetime) -> None:
    """They can't sign in any more, and are signed out everywhere."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(closed_at=now, invitation=None))
    end_sessions(connection, account_id)


# -- sessions ------------------------------------------------------------------------------------------


def begin_session(connection: Connection, account_id: int, token: str, browser: str, now: datetime) -> None:
    """Somebody has signed in; the token is in their browser's cookie."""
    connection.execute(
        insert(SESSION).values(
            token=hashed(token), id=new_id(), account_id=account_id, browser=browser, began_at=now, seen_at=now
        )
    )


def session_with(connection: Connection, token: str, began_after: datetime) -> Row[Any] | None:
    """The session of a browser, unless it began too long ago; see `storage.tables.ConsoleSession`."""
    query = select(SESSION).where(SESSION.c.token == hashed(token), SESSION.c.began_at > began_after)
    return connection.execute(query).one_or_none()


def signed_in_of(connection: Connection, tokens: Collection[str], since: datetime, used_since: datetime) -> set[str]:
    """Of these hashes of tokens, those of sessions that began and were used since."""
    query = select(SESSION.c.token).where(
        SESSION.c.token.in_(tokens), SESSION.c.began_at >= since, SESSION.c.seen_at >= used_since
    )
    return set(connection.execute(query).scalars())


def sessions_of(connection: Connection, account_id: int) -> list[Row[Any]]:
    """Where somebody is signed in, the browser used last coming first."""
    return list(
        connection.execute(select(SESSION).where(SESSION.c.account_id == account_id).order_by(SESSION.c.seen_at.desc()))
    )


def touch_session(connection: Connection, token: str, **values: Any) -> None:
    """Note when a session was last used, or what its next page is to say."""
    connection.execute(update(SESSION).where(SESSION.c.token == hashed(token)).values(**values))


def end_session(connection: Connection, token: str) -> None:
    """Signed out."""
    connection.execute(delete(SESSION).where(SESSION.c.token == hashed(token)))


def end_one_of(connection: Connection, account_id: int, session_id: int) -> None:
    """Sign somebody out of one of their browsers."""
    connection.execute(delete(SESSION).where(SESSION.c.account_id == account_id, SESSION.c.id == session_id))


def end_sessions(connection: Connection, account_id: int) -> None:
    """Sign somebody out everywhere."""
    connection.execute(delete(SESSION).where(SESSION.c.account_id == account_id))


def end_old_sessions(connection: Connection, before: datetime) -> None:
    """Sessions that began before a moment are over."""
    connection.execute(delete(SESSION).where(SESSION.c.began_at < before))


# -- wrong tries ---------------------------------------------------------------------------------------


def tries_of(connection: Connection, name: str) -> Row[Any] | None:
    """How often, and when last, a sign-in by this name went wrong: tries and last_at."""
    return connection.execute(select(TRY).where(TRY.c.name == hashed(name.strip().casefold()))).one_or_none()


def count_try(connection: Connection, name: str, now: datetime) -> None:
    """A sign-in by this name went wrong; those of yesterday are let go."""
    connection.execute(delete(TRY).where(TRY.c.last_at < now - TRIES_KEPT))
    key = hashed(name.strip().casefold())
    again = update(TRY).where(TRY.c.name == key).values(tries=TRY.c.tries + 1, last_at=now)
    if connection.execute(again).rowcount == 0:
        connection.execute(insert(TRY).values(name=key, tries=1, last_at=now))


def forget_tries(connection: Connection, name: str) -> None:
    """They have signed in."""
    connection.execute(delete(TRY).where(TRY.c.name == hashed(name.strip().casefold())))


# -- the record ----------------------------------------------------------------------------------------


def record(
    connection: Connection, who: str, what: str, at: datetime, about: str | None = None, note: str | None = None
) -> None:
    """One line of the audit log.

    Args:
        connection: To write with.
        who: The name of whoever it was.
        what: What they saw or did, in a few words: "opened a note".
        at: When.
        about: What it was about, as a kind and an id: "person:123".
        note: The reason they gave.
    """
    connection.execute(insert(AUDIT).values(id=new_id(), at=at, who=who, what=what, about=about, note=note))


def has_seen(connection: Connection, who: str, what: str, things: Mapping[str, str]) -> set[str]:
    """Of these notes, by what each is about, those that stand already in a line of this person that says so."""
    mine = (AUDIT.c.who == who, AUDIT.c.what == what)
    these = (AUDIT.c.about.in_(set(things.values())), AUDIT.c.note.in_(things))
    return set(connection.execute(select(AUDIT.c.note).where(*mine, *these)).scalars())


def record_in_the_week(connection: Connection, who: str, what: str, monday: datetime) -> None:
    """One line of the audit log for a whole week, dated to its beginning; a second one in that week says nothing more.

    Also its id is of that moment: an ordinary one tells the millisecond at which it was made.
    """
    its = (AUDIT.c.who == who, AUDIT.c.what == what, AUDIT.c.at == monday)
    if connection.execute(select(AUDIT.c.id).where(*its).limit(1)).first() is None:
        connection.execute(insert(AUDIT).values(id=id_at(monday), at=monday, who=who, what=what))


def recorded(
    connection: Connection, *, who: str | None = None, about: str | None = None, before: int | None = None, limit: int
) -> list[Row[Any]]:
    """The newest lines of the audit log, of one person of the team or about one thing, from before a line's id."""
    wanted = [AUDIT.c.who == who] if who else []
    wanted += [AUDIT.c.about == about] if about else []
    wanted += [AUDIT.c.id < before] if before else []
    return list(connection.execute(select(AUDIT).where(*wanted).order_by(AUDIT.c.id.desc()).limit(limit)))


def who_is_recorded(connection: Connection) -> list[str]:
    """Every name in the audit log, in alphabetical order."""
    names = select(func.min(AUDIT.c.who).label("who")).cte("names", recursive=True)  # from one to the next by the index
    after = select(func.min(AUDIT.c.who)).where(AUDIT.c.who > names.c.who).scalar_subquery()
    names = names.union_all(select(after).where(names.c.who.is_not(None)))
    return list(connection.execute(select(names.c.who).where(names.c.who.is_not(None))).scalars())
