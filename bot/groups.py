"""How groups are lately, week by week: for charts, of groups only, and never of so few that one could be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile

from sqlalchemy import Connection

from bot.times import zone_of
from storage.moods import Week, weeks_of_groups
from storage.projects import projects

WEEKS = 12


@dataclass(frozen=True)
class Group:
    """How a project's people are.

    Attributes:
        project_id: The project's.
        name: What it is called.
        weeks: Each week's Monday, and how it was, from the first of which that may be said; None: fewer people said so
            than may be shown.
    """

    project_id: int
    name: str
    weeks: tuple[tuple[date, Week | None], ...]


def how_groups_are(connection: Connection, zone: str, now: datetime, only: frozenset[int] | None = None) -> list[Group]:
    """The projects (None: of all) with any week that may be shown, by name: the last weeks up to this one."""
    today = now.astimezone(zone_of(zone)).date()
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    begins = [datetime.combine(day, time(), zone_of(zone)).astimezone(UTC) for day in mondays]
    known = weeks_of_groups(connection, begins, now + timedelta(seconds=1))
    return [
        Group(each.id, each.name, _weeks(mondays, known[each.id]))
        for each in projects(connection)
        if known.get(each.id) and (only is None or each.id in only)
    ]


def _weeks(mondays: list[date], known: list[Week]) -> tuple[tuple[date, Week | None], ...]:
    by_number = {each.number: each for each in known}
    weeks = ((day, by_number.get(number)) for number, day in enumerate(mondays))
    return tuple(dropwhile(lambda week: week[1] is None, weeks))
