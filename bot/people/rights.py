"""Whom a coordinator may see: everybody, or only people who belong to one of their projects."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.projects.keeping import NotDone
from storage.searching import may_be_seen


class NobodyThere(NotDone):
    """There is no such person, or none that this coordinator may see: which of the two is not told."""


def must_be_seen(connection: Connection, person_id: int, projects: frozenset[int] | None) -> None:
    """Nothing, if there is such a person and they belong to one of these projects (None: of all).

    Raises:
        NobodyThere: Otherwise.
    """
    if not may_be_seen(connection, person_id, projects):
        raise NobodyThere("There is nobody like that among the people of your projects.")
