"""Today: who needs a person, what is due, and how each group is."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import Response

from bot.alert_desk import alerts_for
from bot.console.charts import Point, line_chart
from bot.console.inbox import can_be_undone, saw
from bot.console.visit import EVERYBODY, WITH_PEOPLE, Room, Visit
from bot.groups import Group, how_groups_are
from bot.own_alerts import of_others
from bot.today import Thing, what_is_due
from bot.waiting import for_them, who_waits
from storage.alerts import open_alerts
from storage.inbox import how_many_wait
from storage.report import FEWEST

room = Room()
MOST_WAITING = 15
MOST_DUE = 8
MOST_CHARTS = 12  # more groups than that are in the reports: this page must be quick where the signal is poor
MORE = {"ideas": "/work/suggestions", "unsaid": "/people"}
"""The page with all that is due of a kind, where there is one."""
ITS_OWN = {
    "asked if safe": "/people/{person}",
    "by hand": "/people/{person}",
    "ideas": "/work/suggestions/{number}",
    "tasks": "/work/tasks/{number}",
    "votes": "/work/votes/{number}",
    "meetings": "/work/meetings/{number}",
    "notes": "/work/meetings/{number}",
    "milestones": "/work/{project}",
    "reflections": "/work/{project}",
    "unsaid": "/people/{person}",
}
"""The page of each thing."""


@room.shows("/", may=EVERYBODY)
def today(visit: Visit) -> Response:
    """The first page; whoever works with nobody sees how much there is, and nobody's words."""
    if not visit.is_a(*WITH_PEOPLE):
        with visit.reading() as connection:
            return visit.page("needs/numbers.html", **_numbers(visit, connection))
    zone, care = visit.console.house.zone, visit.console.house.safeguarding
    with visit.reading() as connection:
        alerts = alerts_for(connection, care, visit.who.name, visit.projects)
        waiting, in_all = who_waits(connection, visit.projects, MOST_WAITING, but=visit.themselves)
        undoable = can_be_undone(visit, connection)
        due = what_is_due(connection, zone, visit.now, visit.projects)
        groups = None if visit.looks_again else how_groups_are(connection, zone, visit.now, visit.projects)
    saw(visit, waiting)
    return visit.page(
        "needs/today.html",
        alerts=alerts,
        waiting=waiting,
        in_all=in_all,
        undoable=undoable,
        due=due,
        most=MOST_DUE,
        more=MORE,
        page_of=page_of,
        charts=None if groups is None else [(each.name, _chart(each)) for each in groups[:MOST_CHARTS]],
        more_groups=0 if groups is None else max(0, len(groups) - MOST_CHARTS),
        fewest=FEWEST,
    )


def page_of(kind: str, thing: Thing) -> str:
    """Where one thing that is due can be opened."""
    return ITS_OWN[kind].format(number=thing.number, project=thing.project_id, person=thing.person_id)


def _numbers(visit: Visit, connection: Connection) -> dict[str, Any]:
    due = what_is_due(connection, visit.console.house.zone, visit.now, visit.projects)
    return {
        "alerts": len(of_others(connection, visit.console.house.safeguarding, open_alerts(connection), visit.who.name)),
        "waiting": how_many_wait(connection, visit.projects, for_them(visit.themselves)),
        "due": [(each.title, len(each.things)) for each in due],
    }


def _chart(group: Group) -> Markup:
    points = [
        Point(f"{day.day} {day:%b}", week.mean if week else None, f"{week.people}" if week else "")
        for day, week in group.weeks
    ]
    heads = ("Week from", "Mean, from 1 to 5", "People who said so")
    return line_chart(points, group.name, heads, lowest=1, highest=5)
