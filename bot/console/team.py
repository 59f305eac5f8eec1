"""Who of the team may sign in, and what they may do: asked on the command line and by the team's page."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot.console.visit import HOME, ROLES
from bot.projects.keeping import NotDone, project_called
from storage import accounts
from storage.projects import project_with_id

INVITATION_DAYS = 3
LONGEST_NAME = 60
ONLY_HERE = "It opens on this machine alone. For other phones and computers, set [web] public_url first."


def invite(
    connection: Connection,
    name: str,
    roles: Collection[str],
    projects: Sequence[str] | None,
    where: str,
    now: datetime,
) -> list[str]:
    """Let somebody choose a password; whoever has an account begins anew and is signed out everywhere.

    Args:
        connection: To write with.
        name: As volunteers and the rota know them.
        roles: Of `ROLES`.
        projects: The names of the only projects they may see; None: all.
        where: Where browsers find this service: "https://alongside.example.org".
        now: What time it is.

    Raises:
        NotDone: The name, a role or a project is none.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotDone(f"Please say their name as volunteers know it, in {LONGEST_NAME} letters at the most.")
    _require_roles(roles)
    ids = {project_called(connection, each).id for each in projects} if projects else None
    code = secrets.token_urlsafe(24)
    account_id = accounts.invite_account(connection, name, roles, code, now + timedelta(days=INVITATION_DAYS), now)
    accounts.change_rights(connection, account_id, roles, ids)
    return [
        f"{name} can sign in as {', '.join(sorted(roles))} once they have chosen a password here:",
        f"{where.rstrip('/')}{HOME}invitation/{code}",
        f"The address is good once, until {now + timedelta(days=INVITATION_DAYS):%A %d %B}. Only they should see it.",
        *([ONLY_HERE] if urlsplit(where).hostname in ("127.0.0.1", "localhost", "::1") else []),
    ]


def account_lines(connection: Connection) -> list[str]:
    """A line for each account."""
    lines = []
    for each in accounts.accounts(connection):
        state = "closed" if each.closed_at else "invited" if each.password is None else "can sign in"
        second = ", with a code" if each.second_secret else ""
        lines.append(f"{each.name}: {each.roles.replace(',', ', ')}; {state}{second}")
    return lines or ["Nobody can sign in yet. The first: alongside console invite NAME --role admin"]


def change(
    connection: Connection, account_id: int, roles: Collection[str], projects: Collection[int] | None
) -> list[str]:
    """Give an account other roles and projects, from their next click on; `projects` are ids, None is all.

    Raises:
        NotDone: A role or a project is none.
    """
    _require_roles(roles)
    if projects is not None and not projects:
        raise NotDone("Please tick at least one project, or “every project”.")
    if any(project_with_id(connection, each) is None for each in projects or ()):
        raise NotDone("One of these projects is not there any more. Please look again.")
    accounts.change_rights(connection, account_id, roles, projects)
    return ["Their rights are changed, from their next click on."]


def _require_roles(roles: Collection[str]) -> None:
    if not roles or not set(roles) <= set(ROLES):
        raise NotDone(f"A role is one of: {', '.join(ROLES)}. Please choose at least one.")


def close(connection: Connection, name: str, now: datetime) -> list[str]:
    """Let somebody no longer sign in.

    Raises:
        NotDone: Nobody who can has this name.
    """
    account = accounts.account_called(connection, name)
    if account is None:
        raise NotDone(f"Nobody called {name} can sign in. `alongside console list` shows who can.")
    accounts.close_account(connection, account.id, now)
    said = [f"{account.name} can't sign in any more, and is signed out everywhere."]
    left = (each for each in accounts.accounts(connection) if each.closed_at is None)
    if not any("admin" in each.roles.split(",") for each in left):
        said.append("Nobody who is left can let others in: alongside console invite NAME --role admin")
    return said
