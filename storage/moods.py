"""How groups say they are, week by week: of a group only, and only of weeks in which enough people said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from storage.desk import CHECK_IN, PERSON
from storage.projects import MEMBER, PROJECT
from storage.report import FEWEST


@dataclass(frozen=True)
class Week:
    """How a group was in a week: its number among those asked about, the mean from 1 to 5, and how many said one."""

    number: int
    mean: float
    people: int


def weeks_of_groups(connection: Connection, begins: Sequence[datetime], until: datetime) -> dict[int, list[Week]]:
    """The weeks of every project in which at least `FEWEST` of its people said how they are, by project.

    Everybody counts once in a week, however often they said it. Two statements, however many projects and people;
    each reads the check-ins since the first week by their index, once.

    Args:
        connection: To read with.
        begins: When each week begins, in their order; each ends where the next begins.
        until: When the last ends.
    """
    means = _means_of_people(begins, until).subquery()
    found: dict[int, list[Week]] = {}
    for row in connection.execute(_of_members(means)):
        found.setdefault(row.project_id, []).append(Week(row.week, float(row.mean), row.people))
    for_all = list(connection.execute(select(PROJECT.c.id).where(PROJECT.c.everybody.is_(True))).scalars())
    if for_all:
        of_all = [Week(row.week, float(row.mean), row.people) for row in connection.execute(_of_everybody(means))]
        found |= dict.fromkeys(for_all, of_all)
    return found


def _means_of_people(begins: Sequence[datetime], until: datetime) -> Select[Any]:
    """What each person said in each week, on the mean."""
    week = case(*((CHECK_IN.c.at < end, number) for number, end in enumerate(begins[1:])), else_=len(begins) - 1)
    said = (CHECK_IN.c.at >= begins[0], CHECK_IN.c.at < until, CHECK_IN.c.mood.is_not(None))
    columns = (CHECK_IN.c.person_id, week.label("week"), func.avg(CHECK_IN.c.mood).label("mood"))
    return select(*columns).where(*said).group_by(CHECK_IN.c.person_id, week)


def _of_members(means: Any) -> Select[Any]:
    return (
        select(MEMBER.c.project_id, *_group(means))
        .join(MEMBER, MEMBER.c.person_id == means.c.person_id)
        .join(PROJECT, PROJECT.c.id == MEMBER.c.project_id)
        .where(PROJECT.c.everybody.is_(False))
        .group_by(MEMBER.c.project_id, means.c.week)
        .having(func.count() >= FEWEST)
        .order_by(MEMBER.c.project_id, means.c.week)
    )


def _of_everybody(means: Any) -> Select[Any]:
    return (
        select(*_group(means))
        .join(PERSON, PERSON.c.id == means.c.person_id)
        .where(PERSON.c.joined_at.is_not(None))
        .group_by(means.c.week)
        .having(func.count() >= FEWEST)
        .order_by(means.c.week)
    )


def _group(means: Any) -> tuple[Any, ...]:
    return means.c.week, func.avg(means.c.mood).label("mean"), func.count().label("people")
