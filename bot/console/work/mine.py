"""Whose work somebody may see: all of it, or only that of their projects. Of the rest nothing is said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from bot.broadcasts.wording import LANGUAGES
from bot.console.visit import NotThere, Visit
from storage import projects
from storage.projects import how_many_read


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


def as_written(visit: Visit, connection: Connection, project_id: int | None) -> str:
    """What to say beside words that go to a whole group as they are written, also to who reads another language.

    Empty, where nobody in the group does, or there is no group.
    """
    other = "en" if visit.console.house.language == "cy" else "cy"
    readers = how_many_read(connection, project_id, other) if project_id is not None else 0
    if not readers:
        return ""
    who = "1 person in the group reads" if readers == 1 else f"{readers} people in the group read"
    return f"{who} {LANGUAGES[other]}. Your words go to everybody as you write them: perhaps write them in both."
