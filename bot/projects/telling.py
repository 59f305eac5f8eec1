"""What a group is told by itself: the card when somebody comes to belong, answers, and what became of ideas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage.nudges import NewNudge, add_nudges
from storage.projects import members_of, projects_of

WORTH_TELLING_FOR = timedelta(days=30)  # what could not be said in that time is old news


def tell(
    connection: Connection, people: Iterable[int], about: str, flow: str, given: Mapping[str, str], now: datetime
) -> int:
    """Have these people told something once, as soon as it suits each; how many had not been told before."""
    until = now + WORTH_TELLING_FOR
    return add_nudges(connection, [NewNudge(each, about, flow, now, until, given) for each in people])


def tell_group(
    connection: Connection, project_id: int, about: str, flow: str, given: Mapping[str, str], now: datetime
) -> int:
    """Have everybody who belongs to a project told something once."""
    people = [each.person_id for each in members_of(connection, project_id)]
    return tell(connection, people, about, flow, given, now)


def welcome(connection: Connection, project_id: int, people: Iterable[int], now: datetime) -> int:
    """Tell these people what the project they belong to now is about, unless they have been told."""
    return tell(connection, people, f"project:{project_id}", "project", {"project": str(project_id)}, now)


def welcome_to_all(connection: Connection, person_id: int, now: datetime) -> None:
    """Tell somebody who has joined about each project they belong to."""
    for project in projects_of(connection, person_id, has_joined=True):
        welcome(connection, project.id, [person_id], now)
