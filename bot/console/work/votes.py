"""Votes of a project: calling one, who has voted but never what for, and what came of it once it has closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, Room, Visit
from bot.console.work.forms import faults_of, read_form, to_be_mended, told_of_fields
from bot.console.work.mine import as_written, mine_or_not_there, the_project
from bot.projects.keeping import NotDone
from bot.votes import keeping
from bot.votes.box import BoxStaysClosed
from bot.votes.counting import choices_of, result_of
from bot.votes.file import MOST_CHOICES, VoteFile, faults_between_lines
from bot.votes.keeping import outcome_line
from bot.votes.told import told_of
from flows.votes import Result
from storage.projects import members_of, rule_of
from storage.votes import every_vote, how_many_have_voted, vote_numbered, voters

room = Room()
NO_KEY = "This secret vote can't be counted here: the key of its box is not the one in the settings."


@room.shows("/work/{project:int}/votes", may=WITH_PEOPLE)
def votes(visit: Visit) -> Response:
    """Every vote, the newest first, and how many have voted."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
        found = [(each, *how_many_have_voted(connection, each.id)) for each in every_vote(connection, project.id)]
    return visit.page("work/votes.html", project=project, votes=found)


@room.shows("/work/votes/{number:int}", may=WITH_PEOPLE)
def vote(visit: Visit) -> Response:
    """One vote: who has voted; once it has closed, what came of it and under which rule."""
    with visit.reading() as connection:
        found = _vote(visit, connection)
        called = {each.person_id: each.called for each in members_of(connection, found.project_id)}
        everybody = voters(connection, found.id)
    result, why_not = _result(visit, found)
    voted = [(each.person_id, called.get(each.person_id)) for each in everybody if each.has_voted]
    return visit.page(
        "work/vote.html",
        vote=found,
        choices=list(choices_of(found).values()),
        voted=sorted(voted, key=lambda each: (each[1] or "").casefold()),  # not in the order in which they voted
        could=len(everybody),
        is_open=found.closes_at > visit.now,
        result=result,
        outcome=outcome_line(result) if result else None,
        why_not=why_not,
    )


@room.does("/work/votes/{number:int}/close", may=WITH_PEOPLE, again=vote)
def close(visit: Visit) -> Response:
    """Close it before its time; everybody is told what came of it."""
    number = visit.number("number")

    def work(connection: Connection) -> list[str]:
        _vote(visit, connection)
        return keeping.close(connection, number, visit.now)

    said = visit.write(work, did="closed a vote before its time", about=f"vote:{number}")
    return visit.go(f"/work/votes/{number}", said)


@room.shows("/work/{project:int}/votes/new", may=WITH_PEOPLE)
def new_vote(visit: Visit) -> Response:
    """A vote to be called, under the rule that the group was told."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
        rule = rule_of(connection, project.id)
        told = told_of(connection, project.id, rule) if rule else None
        other_language = as_written(visit, connection, project.id)
    values: dict[str, Any] = {"rule": rule, "told": told, "faults": faults_of(visit), "rows": range(MOST_CHOICES)}
    return visit.page("work/call.html", project=project, other_language=other_language, **values)


@room.does("/work/{project:int}/votes/new", may=WITH_PEOPLE, again=new_vote)
def call(visit: Visit) -> Response:
    """Everybody who belongs is asked."""
    with visit.reading() as connection:
        project = the_project(visit, connection)
    read = _read(visit, project.name)
    zone, key = visit.console.house.zone, visit.console.service.voice.ballot_key
    try:
        said = visit.write(
            lambda connection: keeping.call(connection, read, zone, visit.now, key),
            did="called a vote",
            about=f"project:{project.id}",
        )
    except NotDone as why:
        if str(why).startswith("closes: "):
            raise told_of_fields(visit, [str(why)]) from None
        raise
    return visit.go(f"/work/{project.id}/votes", said)


def _read(visit: Visit, project: str) -> VoteFile:
    rows = [row for row in range(MOST_CHOICES) if visit.typed(f"choices-{row}")]
    values = {
        "project": project,
        "question": visit.typed("question"),
        "why": visit.typed("why"),
        "choices": tuple(visit.typed(f"choices-{row}") for row in rows),
        "closes": _moment(visit.typed("closes")),
    }
    try:
        read = read_form(visit, VoteFile, values)
    except NotDone:
        told = {
            f"choices-{rows[int(at.removeprefix('choices-'))]}" if at.startswith("choices-") else at: said
            for at, said in faults_of(visit).items()
        }
        if len(rows) < 2:
            told["choices"] = "There must be two choices at least."
        raise to_be_mended(visit, told) from None
    if problems := list(faults_between_lines(read)):
        raise told_of_fields(visit, problems)
    return read


def _moment(typed: str) -> datetime | str:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return typed


def _vote(visit: Visit, connection: Connection) -> Row[Any]:
    return mine_or_not_there(visit, vote_numbered(connection, visit.number("number")))


def _result(visit: Visit, found: Row[Any]) -> tuple[Result | None, str | None]:
    """What came of it, or why that can't be said; whoever looks first after it has closed counts it, for ever."""
    key = visit.console.service.voice.ballot_key
    if found.closes_at > visit.now:
        return None, None
    try:
        if found.counted_at is None:
            return visit.write(lambda connection: result_of(connection, found, visit.now, key)), None
        with visit.reading() as connection:
            return result_of(connection, found, visit.now, key), None
    except BoxStaysClosed:
        return None, NO_KEY
