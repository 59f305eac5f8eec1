"""Meetings of a project: who comes, who has not heard, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, Room, Visit
from bot.console.work.forms import a_day, a_time, faults_of, read_form, to_be_mended, told_of_fields
from bot.console.work.mine import as_written, mine_or_not_there, the_project
from bot.meetings import keeping
from bot.meetings.file import MeetingFile, NotesFile, faults_between_lines
from bot.meetings.showing import ANSWERS, not_answered, not_heard
from bot.projects.keeping import NotDone
from bot.times import zone_of
from storage.meetings import answers_to, every_meeting, meeting_numbered, meetings_to_come, who_comes_to

room = Room()
LINES = ("where", "getting_there", "who", "provided")
MOST_OVER = 30


@room.shows("/work/{project:int}/meetings", may=WITH_PEOPLE)
def meetings(visit: Visit) -> Response:
    """What is planned, with who comes; then what is over, the latest first."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
        to_come = meetings_to_come(connection, visit.now, projects=[project.id])
        who_comes = who_comes_to(connection, [each.id for each in to_come])
        coming = [(each, *who_comes[each.id][:2]) for each in to_come]
        known = {each.id for each in to_come}
        over = [each for each in every_meeting(connection, project.id) if each.id not in known]
    return visit.page("work/meetings.html", project=project, coming=coming, over=over[:MOST_OVER], clock=clock)


@room.shows("/work/meetings/{number:int}", may=WITH_PEOPLE)
def meeting(visit: Visit) -> Response:
    """One meeting: who comes, their words, who has not heard, and what came of it."""
    with visit.reading() as connection:
        found = _meeting(visit, connection)
        other_language = as_written(visit, connection, found.project_id)
        answers = answers_to(connection, found.id)
        unheard, unanswered = not_heard(connection, found), not_answered(connection, found)
    if any(each.words for each in answers):
        visit.saw("looked at who comes to a meeting", f"meeting:{found.number}")
    return visit.page(
        "work/meeting.html",
        meeting=found,
        groups=[(name, [each for each in answers if each.answer == answer]) for answer, name in ANSWERS.items()],
        unanswered=[] if found.cancelled_at else unanswered,
        unheard=unheard if found.cancelled_at or found.ends_at > visit.now else [],
        has_begun=found.starts_at <= visit.now,
        is_over=found.ends_at <= visit.now,
        faults=faults_of(visit),
        other_language=other_language,
        clock=clock,
    )


@room.does("/work/meetings/{number:int}/cancel", may=WITH_PEOPLE, again=meeting)
def cancel(visit: Visit) -> Response:
    """It does not take place; everybody who was told hears why."""
    because = visit.typed("because")
    return _done(visit, "cancelled a meeting", lambda c, number: keeping.cancel(c, number, because, visit.now))


@room.does("/work/meetings/{number:int}/notes", may=WITH_PEOPLE, again=meeting)
def send_notes(visit: Visit) -> Response:
    """What came of it goes to everybody who belongs, also to those who could not come."""
    decisions, actions = _lines(visit, "decisions"), _lines(visit, "actions")
    values = {"decisions": decisions, "actions": actions, "notes": visit.typed("notes") or None}
    try:
        notes = read_form(visit, NotesFile, values)
    except NotDone:
        raise to_be_mended(visit, {at.split("-")[0]: said for at, said in faults_of(visit).items()}) from None
    if not (notes.decisions or notes.actions or notes.notes):
        raise NotDone("There is nothing in it yet: decisions, actions or notes.")
    return _done(visit, "sent what came of a meeting", lambda c, number: keeping.notes(c, number, notes, visit.now))


# -- planning one --------------------------------------------------------------------------------------


@room.shows("/work/{project:int}/meetings/new", may=WITH_PEOPLE)
def new_meeting(visit: Visit) -> Response:
    """A meeting to be planned."""
    with visit.reading() as connection:
        return _form(visit, the_project(visit, connection).id, None)


@room.does("/work/{project:int}/meetings/new", may=WITH_PEOPLE, again=new_meeting)
def plan(visit: Visit) -> Response:
    """Everybody who belongs is invited."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
    read = _read(visit, project.name, visit.typed("what"))

    def work(connection: Connection) -> list[str]:
        to_come = meetings_to_come(connection, visit.now, projects=[project.id])
        if any(each.what.casefold() == read.what.casefold() for each in to_come):
            raise to_be_mended(visit, {"what": "A meeting to come is called this already. Choose another name."})
        return keeping.keep_meeting(connection, read, visit.console.house.zone, visit.now)

    said = visit.write(work, did="planned a meeting", about=f"project:{project.id}")
    return visit.go(f"/work/{project.id}/meetings", said)


@room.shows("/work/meetings/{number:int}/change", may=WITH_PEOPLE)
def change(visit: Visit) -> Response:
    """A planned meeting, to be moved or put otherwise."""
    with visit.reading() as connection:
        found = _meeting(visit, connection)
    return _form(visit, found.project_id, found)


@room.does("/work/meetings/{number:int}/change", may=WITH_PEOPLE, again=change)
def keep_change(visit: Visit) -> Response:
    """Whoever was told of another day or place hears that it has moved."""
    with visit.reading() as connection:
        found = _meeting(visit, connection)
    read = _read(visit, found.project, found.what)

    def do(connection: Connection, number: int) -> list[str]:
        now_kept = _meeting(visit, connection)
        if now_kept.cancelled_at is not None or now_kept.ends_at <= visit.now:
            raise NotDone("This meeting is cancelled or over. Plan another one.")
        return keeping.keep_meeting(connection, read, visit.console.house.zone, visit.now)

    return _done(visit, "changed a meeting", do)


def _form(visit: Visit, project_id: int, found: Row[Any] | None) -> Response:
    kept: dict[str, Any] = {}
    if found is not None:
        starts, ends = (clock(each, found) for each in (found.starts_at, found.ends_at))
        kept = {name: found._mapping[name] for name in (*LINES, "remote")}
        kept |= {"day": found.on_day.isoformat(), "from": f"{starts:%H:%M}", "until": f"{ends:%H:%M}"}
    with visit.reading() as connection:
        kept["other_language"] = as_written(visit, connection, project_id)
    return visit.page("work/plan.html", project_id=project_id, meeting=found, kept=kept, faults=faults_of(visit))


def _read(visit: Visit, project: str, what: str) -> MeetingFile:
    values: dict[str, Any] = {name: visit.typed(name) for name in LINES}
    values |= {"from": a_time(visit, "from"), "until": a_time(visit, "until"), "day": a_day(visit, "day")}
    values |= {"remote": visit.typed("remote") or None, "project": project, "what": what}
    read = read_form(visit, MeetingFile, values)
    if problems := list(faults_between_lines(read)):
        raise told_of_fields(visit, problems)
    return read


def _meeting(visit: Visit, connection: Connection) -> Row[Any]:
    return mine_or_not_there(visit, meeting_numbered(connection, visit.number("number")))


def _done(visit: Visit, did: str, do: Any) -> Response:
    number = visit.number("number")

    def mine(connection: Connection) -> list[str]:
        _meeting(visit, connection)
        lines: list[str] = do(connection, number)
        return lines

    return visit.go(f"/work/meetings/{number}", visit.write(mine, did, f"meeting:{number}"))


def _lines(visit: Visit, name: str) -> tuple[str, ...]:
    return tuple(line for each in visit.typed(name).split("\n") if (line := each.strip()))


def clock(at: datetime, of: Row[Any]) -> datetime:
    """A moment by the clock on the wall where the meeting is."""
    return at.astimezone(zone_of(of.zone))
