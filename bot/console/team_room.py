"""The team: who may sign in, what they may see and do, and where they are signed in. For admins.

Nobody changes or closes their own account here: so there is always somebody left who can.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bot.console.team import change, close, invite
from bot.console.visit import ADMIN, COORDINATOR, NotThere, Room, Visit
from bot.projects.keeping import NotDone
from storage import accounts
from storage.projects import project_with_id, projects

room = Room()
ADMINS = frozenset({ADMIN})
OWN = "Another admin has to do that for you, or `alongside console` on the machine: nobody changes their own rights."


@room.shows("/team", ADMINS)
def team(visit: Visit) -> Response:
    """Everybody who may sign in, and a form for one more."""
    with visit.reading() as connection:
        rows = accounts.accounts(connection)
        names = {row.id: _projects_named(connection, row) for row in rows}
        every_project = projects(connection)
    open_ones = [row for row in rows if row.closed_at is None]
    return visit.page(
        "team/team.html",
        colleagues=open_ones,
        closed=[row for row in rows if row.closed_at is not None],
        names=names,
        projects=[(each.name, each.name) for each in every_project],
        roles=visit.chosen("role") or [COORDINATOR],
        chosen=visit.chosen("project"),
    )


@room.does("/team/invite", ADMINS, again=team)
def invite_somebody(visit: Visit) -> Response:
    """Make an invitation. Its address is shown on this answer and kept nowhere, so it is not left for a next page."""
    name = visit.typed("name")
    if name.casefold() == visit.who.name.casefold():
        raise NotDone(OWN)
    return _invited(visit, name, visit.chosen("role"), visit.chosen("project"))


@room.shows("/team/{account}", ADMINS)
def account_page(visit: Visit) -> Response:
    """One account: roles, projects, and where they are signed in."""
    row = _account(visit)
    with visit.reading() as connection:
        sessions = accounts.sessions_of(connection, row.id)
        mine = accounts.projects_of(connection, row.id)
        every_project = projects(connection)
    return visit.page(
        "team/account.html",
        account=row,
        sessions=sessions,
        mine=mine,
        projects=[(each.id, each.name) for each in every_project],
    )


@room.does("/team/{account}/rights", ADMINS, again=account_page)
def change_rights(visit: Visit) -> Response:
    """Other roles, other projects."""
    row = _of_somebody_else(visit)
    only = (
        None if visit.typed("projects") != "some" else {int(each) for each in visit.chosen("project") if _is_id(each)}
    )
    roles = visit.chosen("role")
    note = f"{', '.join(sorted(roles))}; {'every project' if only is None else f'{len(only)} projects'}"
    said = visit.write(
        lambda connection: change(connection, row.id, roles, only),
        did="changed somebody's rights",
        about=f"account:{row.id}",
        note=note,
    )
    return visit.go(f"/team/{row.id}", said)


@room.does("/team/{account}/invite", ADMINS, again=account_page)
def invite_again(visit: Visit) -> Response:
    """For whoever has lost their password or phone, or did not use the first invitation in time."""
    row = _of_somebody_else(visit)
    with visit.reading() as connection:
        only = [] if row.every_project else _projects_named(connection, row)
    return _invited(visit, row.name, row.roles.split(","), only)


@room.does("/team/{account}/sign-out", ADMINS, again=account_page)
def sign_out(visit: Visit) -> Response:
    """Sign somebody out in every browser."""
    row = _account(visit)
    visit.write(
        lambda connection: accounts.end_sessions(connection, row.id),
        did="signed somebody out",
        about=f"account:{row.id}",
    )
    return visit.go(f"/team/{row.id}", f"{row.name} is signed out everywhere.")


@room.does("/team/{account}/close", ADMINS, again=account_page)
def close_account(visit: Visit) -> Response:
    """Somebody can't sign in any more."""
    row = _of_somebody_else(visit)
    said = visit.write(
        lambda connection: close(connection, row.name, visit.now), did="closed an account", about=f"account:{row.id}"
    )
    return visit.go("/team", said)


def _invited(visit: Visit, name: str, roles: list[str], only: list[str]) -> Response:
    where = visit.console.public_url or str(visit.request.base_url)
    said = visit.write(
        lambda connection: invite(connection, name, roles, only or None, where, visit.now),
        did="invited somebody",
        note=f"{' '.join(name.split())}: {', '.join(sorted(roles))}",
    )
    return visit.page("team/invited.html", said=said)


def _account(visit: Visit) -> Any:
    with visit.reading() as connection:
        row = accounts.account_row(connection, visit.number("account"))
    if row is None:
        raise NotThere
    return row


def _of_somebody_else(visit: Visit) -> Any:
    row = _account(visit)
    if row.id == visit.who.id:
        raise NotDone(OWN)
    return row


def _projects_named(connection: Any, row: Any) -> list[str]:
    found = (project_with_id(connection, each) for each in accounts.projects_of(connection, row.id))
    return sorted(each.name for each in found if each is not None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
