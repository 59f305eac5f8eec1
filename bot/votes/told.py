"""Who has been told of a group's rule, and since when: nobody is voted with under a rule they have not heard of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from storage.nudges import nudges_about
from storage.projects import members_of


@dataclass(frozen=True)
class Told:
    """How far a rule has been told.

    Attributes:
        since: The moment since which each of them has known it, by the ids of people.
        waiting: Names of those who are still to be told, each with what it waits for.
        never: Names of those to whom nobody has ever meant to tell it.
        out_of_reach: How many could not be told.
    """

    since: dict[int, datetime]
    waiting: tuple[str, ...]
    never: tuple[str, ...]
    out_of_reach: int


def told_of(connection: Connection, project_id: int, rule: Row[Any]) -> Told:
    """Who of a project has been told its rule, with the project's card or by itself."""
    nudges: dict[int, list[Any]] = {}
    for about in (f"project:{project_id}", f"rule:{rule.id}"):
        for each in nudges_about(connection, about):
            nudges.setdefault(each.person_id, []).append(each)
    since: dict[int, datetime] = {}
    waiting: list[str] = []
    never: list[str] = []
    out_of_reach = 0
    for member in members_of(connection, project_id):
        mine, name = nudges.get(member.person_id, []), member.called or "somebody without a name"
        said = [each.settled_at for each in mine if each.state == "said" and each.settled_at >= rule.since]
        if said:
            since[member.person_id] = min(said)
        elif still := [each for each in mine if each.state == "waiting"]:
            waiting.append(f"{name} ({still[0].why or 'on its way'})")
        elif any(each.state == "left unsaid" for each in mine):
            out_of_reach += 1
        else:
            never.append(name)
    return Told(since, tuple(waiting), tuple(never), out_of_reach)
