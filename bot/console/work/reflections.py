"""What a group said when it looked back on a milestone: a coordinator looks at it, and then the group hears it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.console.work.mine import the_project
from bot.console.work.projects import the_step
from bot.projects.keeping import NotDone
from bot.projects.reflecting import PEOPLE_HAVE, QUESTIONS, preview, share_what_was_seen
from flows.milestones import FEWEST
from storage.reflections import reflected_on

room = Room()


@room.shows("/work/{project:int}/milestones/{milestone:int}/reflection", may=WITH_PEOPLE)
def reflection(visit: Visit) -> Response:
    """What the group would hear, naming nobody; what is for the team only."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
        step = the_step(visit, connection, project)
        if step.name not in reflected_on(connection, project.id):
            raise NotThere
        shown = preview(connection, project, step.name)
    visit.saw("looked at what a group said of a milestone", f"project:{project.id}")
    values: dict[str, Any] = {"questions": QUESTIONS, "fewest": FEWEST, "until": shown.step.day + PEOPLE_HAVE}
    return visit.page("work/reflection.html", project=project, step=step, shown=shown, **values)


@room.does("/work/{project:int}/milestones/{milestone:int}/reflection", may=WITH_PEOPLE, again=reflection)
def share(visit: Visit) -> Response:
    """Tell the group, without what was ticked."""
    chosen = visit.chosen("leave_out")
    if not all(each.isdecimal() and len(each) < 5 for each in chosen):
        raise NotDone("Please tick again what to keep back.")

    def work(connection: Connection) -> list[str]:
        project = the_project(visit, connection)
        step = the_step(visit, connection, project)
        return share_what_was_seen(
            connection, project, step.name, [int(each) for each in chosen], visit.typed("seen"), visit.now
        )

    its_id = visit.number("project")
    return visit.go(f"/work/{its_id}", visit.write(work, "told a group how it looked back", f"project:{its_id}"))
