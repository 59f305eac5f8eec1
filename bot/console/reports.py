"""Reports: what the organisation did with what it heard (points 16 and 17), to read, to print and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from markupsafe import Markup
from starlette.responses import Response

from bot.console.charts import Bar, Point, bar_chart, line_chart
from bot.console.visit import WITH_PEOPLE, Room, Visit, number_in
from bot.projects.report import ProjectReport, reports
from bot.reviewing import harmless
from flows.suggestion import ANSWERS
from storage.projects import projects

room = Room()
SPANS = (30, 90, 365)
"""Days that can be chosen."""
A_PAGE = 12  # projects


@room.shows("/reports", WITH_PEOPLE)
def report(visit: Visit) -> Response:
    """Each project over a time, with charts, some on a page; as it stands it can be printed."""
    days, page = _days(visit), min(number_in(visit.asked("page")) or 1, 1_000_000)
    with visit.reading() as connection:
        mine = [each.id for each in projects(connection) if visit.projects is None or each.id in visit.projects]
        shown = mine[(page - 1) * A_PAGE : page * A_PAGE]
        found = reports(connection, days, visit.now, frozenset(shown))
    return visit.page(
        "reports.html",
        days=days,
        spans=SPANS,
        since=(visit.now - timedelta(days=days)).date(),
        page=page,
        pages=-(-len(mine) // A_PAGE),
        projects=[(each, _ideas(each), _moods(each)) for each in found],
    )


@room.shows("/reports.csv", WITH_PEOPLE)
def spreadsheet(visit: Visit) -> Response:
    """The same counts, a line each: project, what is counted, how many."""
    days = _days(visit)
    with visit.reading() as connection:
        found = reports(connection, days, visit.now, visit.projects)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("project", "what", "count"))
    for each in found:
        rows = [*each.counts(), *((f"mood from 1 to 5 in {month}", round(mean, 1)) for month, mean, _ in each.months)]
        table.writerows((harmless(each.name), what, count) for what, count in rows)
    headers = {"Content-Disposition": "attachment; filename=report.csv"}
    return Response(text.getvalue().encode(), headers=headers, media_type="text/csv; charset=utf-8")


def _days(visit: Visit) -> int:
    asked = visit.asked("days")
    return int(asked) if asked in map(str, SPANS) else 90


def _ideas(report: ProjectReport) -> Markup | None:
    """What became of ideas, as bars; None where there were none."""
    if not report.ideas.ideas:
        return None
    bars = [Bar(each.capitalize(), report.ideas.answers[each]) for each in ANSWERS]
    bars.append(Bar("Waiting for an answer", report.ideas.waiting))
    return bar_chart(bars, f"What became of ideas in {report.name}", ("Answer", "Ideas"))


def _moods(report: ProjectReport) -> Markup | None:
    """How the group was, month by month; None where too few said so."""
    if not report.months:
        return None
    points = [Point(_month(month), mean, str(people)) for month, mean, people in report.months]
    heads = ("Month", "Mean, from 1 to 5", "People who said so")
    return line_chart(points, f"How the group of {report.name} was", heads, lowest=1, highest=5)


def _month(month: str) -> str:
    """A month as it is said: "2026-03" is "Mar 2026"."""
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"
