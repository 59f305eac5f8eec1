"""The projects that one may see, and each project's own pages."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, Room, Visit
from bot.console.work.mine import is_mine, my_projects
from storage.suggestions import suggestions_waiting

room = Room()


@room.shows("/work", may=WITH_PEOPLE)
def work(visit: Visit) -> Response:
    """Every project, and how much waits for an answer."""
    with visit.reading() as connection:
        found = my_projects(visit, connection)
        ideas = [each for each in suggestions_waiting(connection) if is_mine(visit, each.project_id)]
    return visit.page("work/projects.html", projects=found, ideas=len(ideas))
