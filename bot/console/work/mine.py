"""Whose work somebody may see: all of it, or only that of their projects. Of the rest nothing is said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from bot.console.visit import NotThere, Visit
from storage import projects


def is_mine(visit: Visit, project_id: int | None) -> bool:
    """Whether they may see what belongs to this project; what belongs to none is only for those who see all."""
    return visit.projects is None or project_id in visit.projects


def my_projects(visit: Visit, connection: Connection) -> list[Row[Any]]:
    """The projects that they may see, by name."""
    return [each for each in projects.projects(connection) if is_mine(visit, each.id)]


def the_project(visit: Visit, connection: Connection) -> Row[Any]:
    """The project in the address.

    Raises:
        NotThere: There is none, or it is none of theirs.
    """
    return mine_or_not_there(visit, projects.project_with_id(connection, visit.number("project")), "id")


def mine_or_not_there(visit: Visit, row: Row[Any] | None, project: str = "project_id") -> Row[Any]:
    """That row, if it is there and of a project of theirs.

    Raises:
        NotThere: It is not.
    """
    if row is None or not is_mine(visit, row._mapping[project]):
        raise NotThere
    return row
