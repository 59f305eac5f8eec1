"""The projects that one may see, and each project's page: its card, its milestones, and who belongs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.console.work.mine import is_mine, my_projects, the_project
from bot.people import NobodyMeant
from bot.projects import keeping
from bot.projects.keeping import not_joined_line, side_of
from storage.projects import limits_of, members_of, milestones_of, rule_of
from storage.reflections import reflected_on
from storage.suggestions import suggestions_waiting, what_was_done_with
from storage.tasks import how_many_are_open

room = Room()
NEXT_STEPS = 3
FEW = 6  # names that stand on a project's page without being asked for


@room.shows("/work", may=WITH_PEOPLE)
def work(visit: Visit) -> Response:
    """Every project, what comes next in it, and how much waits for an answer."""
    with visit.reading() as connection:
        found = my_projects(visit, connection)
        ideas = [each for each in suggestions_waiting(connection) if is_mine(visit, each.project_id)]
        tasks = how_many_are_open(connection)
        cards = [
            {
                "project": each,
                "next": [step for step in milestones_of(connection, each.id) if step.done_on is None][:NEXT_STEPS],
                "ideas": sum(idea.project_id == each.id for idea in ideas),
                "tasks": tasks.get(each.id, 0),
            }
            for each in found
        ]
    return visit.page("work/projects.html", cards=cards, ideas=len(ideas), sees_all=visit.projects is None)


@room.shows("/work/{project:int}", may=WITH_PEOPLE)
def project(visit: Visit) -> Response:
    """One project: where it is, what was done with what was said, who belongs, and what was agreed."""
    with visit.reading() as connection:
        found = the_project(visit, connection)
        members = members_of(connection, found.id)
        values: dict[str, Any] = {
            "steps": milestones_of(connection, found.id),
            "looked_back": reflected_on(connection, found.id),
            "did": what_was_done_with(connection, found.id),
            "limits": limits_of(connection, found.id),
            "rule": rule_of(connection, found.id),
            "not_joined": not_joined_line(connection, members),
        }
    volunteers = [each for each in members if side_of(each) == "volunteer"]
    staff = [each for each in members if side_of(each) == "staff"]
    if values["did"]:
        visit.saw("looked at what was done with ideas", f"project:{found.id}")
    return visit.page("work/project.html", project=found, volunteers=volunteers, staff=staff, few=FEW, **values)


@room.does("/work/{project:int}/members", may=WITH_PEOPLE, again=project)
def add(visit: Visit) -> Response:
    """Add somebody; they are told what the project is about."""
    lived = {"yes": True, "no": False}.get(visit.typed("lived"))
    side = "staff" if visit.typed("side") == "staff" else "volunteer"

    def do(connection: Connection, found: Row[Any]) -> list[str]:
        who = _whom_they_know(visit, connection, visit.typed("who"))
        can_be_asked = bool(visit.typed("can_be_asked"))
        return keeping.add(connection, found.name, who, side, lived, visit.now, can_be_asked=can_be_asked)

    return _done(visit, "let somebody belong to a project", do)


@room.does("/work/{project:int}/members/{person:int}/remove", may=WITH_PEOPLE, again=project)
def remove(visit: Visit) -> Response:
    """Let somebody no longer belong; they are not told."""
    person = visit.number("person")

    def do(connection: Connection, found: Row[Any]) -> list[str]:
        if person not in {each.person_id for each in members_of(connection, found.id)}:
            raise NotThere
        return keeping.remove(connection, found.name, str(person), visit.now)

    return _done(visit, "took somebody out of a project", do)


@room.does("/work/{project:int}/milestones/{milestone:int}/done", may=WITH_PEOPLE, again=project)
def done(visit: Visit) -> Response:
    """The group has reached it."""

    def do(connection: Connection, found: Row[Any]) -> list[str]:
        return keeping.milestone_done(connection, found.name, the_step(visit, connection, found).name, visit.now)

    return _done(visit, "said that a milestone is done", do)


def the_step(visit: Visit, connection: Connection, found: Row[Any]) -> Row[Any]:
    """The milestone in the address, of that project.

    Raises:
        NotThere: It has none like that.
    """
    number = visit.number("milestone")
    step = next((each for each in milestones_of(connection, found.id) if each.id == number), None)
    if step is None:
        raise NotThere
    return step


def _done(visit: Visit, did: str, do: Any) -> Response:
    its_id = visit.number("project")
    said = visit.write(lambda connection: do(connection, the_project(visit, connection)), did, f"project:{its_id}")
    return visit.go(f"/work/{its_id}", said)


def _whom_they_know(visit: Visit, connection: Connection, said: str) -> str:
    """Who is meant; somebody who sees only some projects can bring only people of these into another.

    Raises:
        NobodyMeant: Nobody whom they may see is called so, or several are.
    """
    if not said:
        raise NobodyMeant("Please write a name, or a number.")
    if visit.projects is None:
        return said
    known = {each.person_id: each.called for its_id in visit.projects for each in members_of(connection, its_id)}
    named = [its_id for its_id, called in known.items() if called and called.casefold() == said.casefold()]
    if len(named) != 1:
        how_many = "Several people" if named else "Nobody"
        raise NobodyMeant(f"{how_many} of your projects {'are' if named else 'is'} called “{said}”.")
    return str(named[0])
