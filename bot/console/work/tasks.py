"""Tasks: the board of a project, each task with what waits for an answer, and a brief that can't be incomplete."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit, number_in
from bot.console.work.forms import a_day, faults_of, read_form, to_be_mended, told_of_fields
from bot.console.work.mine import mine_or_not_there, the_project
from bot.projects.keeping import NotDone
from bot.tasks import keeping
from bot.tasks.board import PLACES, board
from bot.tasks.brief import BriefFile, BriefMistakes
from bot.tasks.checklist import checklist
from bot.tasks.facts import team_mates
from bot.tasks.showing import standing
from storage.audiences import candidates
from storage.hand_offs import hand_off_of, next_times_of, questions_waiting
from storage.projects import members_of, milestones_of, project_with_id
from storage.searching import may_be_seen
from storage.strengths import who_named
from storage.tasks import events_of, offers_of, open_offers_of, task_named, task_numbered, tasks_done_with

room = Room()
MOST_DONE = 30
LINES = ("goal", "first_step", "needed", "pitfalls", "ask", "coordinator", "takes", "standard")


# -- the board -----------------------------------------------------------------------------------------


@room.shows("/work/{project:int}/tasks", may=WITH_PEOPLE)
def tasks(visit: Visit) -> Response:
    """Every open task of a project, in the place that says what it waits for."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
        found = board(connection, project.id, visit.now)
        done_with = tasks_done_with(connection, project.id, MOST_DONE)
    return visit.page("work/tasks.html", project=project, board=found, places=PLACES, done_with=done_with)


# -- one task ------------------------------------------------------------------------------------------


@room.shows("/work/tasks/{number:int}", may=WITH_PEOPLE)
def task(visit: Visit) -> Response:
    """One task: what waits for an answer first, then whom to ask, the brief, and what happened."""
    with visit.reading() as connection:
        found = _task(visit, connection)
        hand_off = hand_off_of(connection, found.id)
        is_talked_about = hand_off is not None and hand_off.ended_at is None
        values: dict[str, Any] = {
            "standing": standing(connection, found, visit.now),
            "questions": questions_waiting(connection, found.id),
            "hand_off": hand_off if is_talked_about else None,
            "checklist": checklist(hand_off) if is_talked_about and hand_off is not None else [],
            "unread": [each for each in offers_of(connection, found.id) if _is_unread(each)],
            "candidates": _candidates(connection, found, visit.now) if _can_be_offered(found) else [],
            "events": events_of(connection, found.id),
        }
    visit.saw("looked at a task", f"task:{found.number}")
    return visit.page("work/task.html", task=found, can_be_offered=_can_be_offered(found), **values)


@room.does("/work/tasks/{number:int}/offer", may=WITH_PEOPLE, again=task)
def offer(visit: Visit) -> Response:
    """Ask whoever was ticked; whoever says yes first has it."""
    people = visit.chosen("people")
    if not people:
        raise NotDone("Please tick whom to ask.")

    def work(connection: Connection, number: int) -> list[str]:
        for each in people:  # only keys are ticked, of people who were shown; a name could be anybody's
            key = number_in(each)
            if key is None or not may_be_seen(connection, key, visit.projects):
                raise NotThere
        return keeping.offer(connection, number, people, visit.now)

    return _done(visit, "offered a task", work)


@room.does("/work/tasks/{number:int}/offers/{person:int}/take-back", may=WITH_PEOPLE, again=task)
def take_back(visit: Visit) -> Response:
    """Do not ask somebody after all, who has not been asked yet."""
    person = visit.number("person")
    return _done(visit, "took an offer back", lambda c, number: keeping.take_offer_back(c, number, person, visit.now))


@room.does("/work/tasks/{number:int}/questions/{question:int}", may=WITH_PEOPLE, again=task)
def answer(visit: Visit) -> Response:
    """Answer what somebody asked."""
    question = visit.number("question")
    words, by = visit.typed(f"answer-{question}"), visit.who.name

    def work(connection: Connection, number: int) -> list[str]:
        return keeping.answer_question(connection, number, question, words, by, visit.now)

    return _done(visit, "answered a question", work)


@room.does("/work/tasks/{number:int}/barrier", may=WITH_PEOPLE, again=task)
def barrier(visit: Visit) -> Response:
    """Answer what gets in somebody's way; only then are they asked how they would like to go on."""
    we_can, cannot, because, instead = (
        visit.typed(name) or None for name in ("we_can", "cannot", "because", "instead")
    )

    def work(connection: Connection, number: int) -> list[str]:
        return keeping.answer_barrier(connection, number, we_can, cannot, because, instead, visit.now)

    return _done(visit, "answered what gets in the way", work)


@room.does("/work/tasks/{number:int}/needed", may=WITH_PEOPLE, again=task)
def needed(visit: Visit) -> Response:
    """Say what is still needed; they are asked first how they are."""
    words = visit.typed("still_needed")
    return _done(visit, "said what is still needed", lambda c, number: keeping.needed(c, number, words, visit.now))


@room.does("/work/tasks/{number:int}/thanks", may=WITH_PEOPLE, again=task)
def thank(visit: Visit) -> Response:
    """It is done, with thanks."""
    words = visit.typed("thanks") or None
    return _done(visit, "said thank you for a task", lambda c, number: keeping.thank(c, number, words, visit.now))


@room.does("/work/tasks/{number:int}/close", may=WITH_PEOPLE, again=task)
def close(visit: Visit) -> Response:
    """It is not needed any more; whom it concerns is told."""
    because = visit.typed("not_needed")
    return _done(visit, "took a task off the list", lambda c, number: keeping.close(c, number, because, visit.now))


# -- its brief -----------------------------------------------------------------------------------------


@room.shows("/work/{project:int}/tasks/new", may=WITH_PEOPLE)
def new_brief(visit: Visit) -> Response:
    """An empty brief."""
    with visit.reading() as connection:
        return _brief(visit, connection, the_project(visit, connection), None)


@room.does("/work/{project:int}/tasks/new", may=WITH_PEOPLE, again=new_brief)
def keep_new_brief(visit: Visit) -> Response:
    """Keep it; nobody is asked yet."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
    read = _read(visit, project.name, visit.typed("name"))

    def work(connection: Connection) -> tuple[int, list[str]]:
        if known := task_named(connection, project.id, read.name):
            called = f"Task {known.number} of this project is called this already. Choose another name."
            raise to_be_mended(visit, {"name": called})
        said = _keep(visit, connection, read)
        made = task_named(connection, project.id, read.name)
        return (made.number if made else 0), said

    number, said = visit.write(work, did="wrote a brief", about=f"project:{project.id}")
    return visit.go(f"/work/tasks/{number}", said)


@room.shows("/work/tasks/{number:int}/brief", may=WITH_PEOPLE)
def brief(visit: Visit) -> Response:
    """The brief of a task, to be changed."""
    with visit.reading() as connection:
        found = _task(visit, connection)
        project = mine_or_not_there(visit, project_with_id(connection, found.project_id), "id")
        return _brief(visit, connection, project, found)


@room.does("/work/tasks/{number:int}/brief", may=WITH_PEOPLE, again=brief)
def change_brief(visit: Visit) -> Response:
    """Keep it instead of what was kept; the name stays, since it is what people know it by."""
    with visit.reading() as connection:
        found = _task(visit, connection)
    read, about = _read(visit, found.project, found.name), f"task:{found.number}"
    said = visit.write(lambda connection: _keep(visit, connection, read), did="changed a brief", about=about)
    return visit.go(f"/work/tasks/{found.number}", said)


def _brief(visit: Visit, connection: Connection, project: Row[Any], found: Row[Any] | None) -> Response:
    kept = {name: getattr(found, "what_is_needed" if name == "needed" else name) for name in LINES} if found else {}
    now_at = found.milestone if found else None
    steps = [each.name for each in milestones_of(connection, project.id) if each.done_on is None or each.name == now_at]
    return visit.page(
        "work/brief.html",
        project=project,
        task=found,
        kept={"coordinator": visit.who.name, **kept},
        milestones=[("", "None"), *((each, each) for each in steps)],
        names=sorted(each.called for each in members_of(connection, project.id) if each.called),
        faults=faults_of(visit),
    )


def _read(visit: Visit, project: str, name: str) -> BriefFile:
    values: dict[str, Any] = {each: visit.typed(each) for each in LINES}
    values |= {each: visit.typed(each) or None for each in ("milestone", "strengths")}
    return read_form(visit, BriefFile, {**values, "project": project, "name": name, "day": a_day(visit, "day")})


def _keep(visit: Visit, connection: Connection, read: BriefFile) -> list[str]:
    try:
        return keeping.keep_brief(connection, read, visit.now)
    except BriefMistakes as mistakes:
        raise told_of_fields(visit, mistakes.problems) from None


# -- all of them ---------------------------------------------------------------------------------------


def _task(visit: Visit, connection: Connection) -> Row[Any]:
    return mine_or_not_there(visit, task_numbered(connection, visit.number("number")))


def _done(visit: Visit, did: str, work: Any) -> Response:
    number = visit.number("number")

    def mine(connection: Connection) -> list[str]:
        _task(visit, connection)
        lines: list[str] = work(connection, number)
        return lines

    said = visit.write(mine, did, f"task:{number}")
    return visit.go(f"/work/tasks/{number}", " ".join(" ".join(said).split()))


def _can_be_offered(found: Row[Any]) -> bool:
    return found.holder_id is None and found.done_at is None and found.closed_at is None and found.thanked_at is None


def _is_unread(offer: Row[Any]) -> bool:
    return offer.state == "waiting" and offer.put_at is None and offer.from_id is None


def _candidates(connection: Connection, found: Row[Any], now: datetime) -> list[dict[str, Any]]:
    """Who can be asked, whoever named something like it first, with what they said that would help them."""
    named = {each.person_id: each.words for each in who_named(connection, found.strengths)} if found.strengths else {}
    asked = {each.person_id for each in open_offers_of(connection, found.id)}
    mates = {
        its_id: name for its_id, name in team_mates(connection, found.project_id, 0).items() if its_id not in asked
    }
    hard = {each.id for each in candidates(connection, now, list(mates)) if each.in_hard_moment}
    people = [
        {
            "id": its_id,
            "called": called,
            "named": named.get(its_id),
            "helps": next_times_of(connection, its_id),
            "is_in_a_hard_moment": its_id in hard,
        }
        for its_id, called in mates.items()
    ]
    return sorted(
        people, key=lambda each: (each["is_in_a_hard_moment"], each["named"] is None, each["called"].casefold())
    )
