"""A project's card as a form: the same card as the file, with the same checks, told field by field."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Row
from starlette.responses import Response

from bot.console.visit import WITH_PEOPLE, NotThere, Room, Visit
from bot.console.work.forms import a_day, faults_of, read_form, to_be_mended, told_of_fields
from bot.console.work.mine import the_project
from bot.projects.card import CardFile, faults_between_lines
from bot.projects.keeping import NotDone, keep_card, kept_card
from flows.projects import RUNGS
from storage.projects import project_named

room = Room()
MOST_ROWS = 40
EMPTY_ROWS = 2
LINES = ("goal", "rung", "decider")
CAN_BE_EMPTY = ("fixed", "open", "values")
LIMIT, STEP = ("what", "why", "instead"), ("name", "day")
WAYS = (("majority", "more than half"), ("two thirds", "two thirds"))


@room.shows("/work/new", may=WITH_PEOPLE)
def new_card(visit: Visit) -> Response:
    """An empty card."""
    _only_who_sees_all(visit)
    return _form(visit, None, None)


@room.does("/work/new", may=WITH_PEOPLE, again=new_card)
def keep_new_card(visit: Visit) -> Response:
    """Keep it; whoever belongs is told."""
    _only_who_sees_all(visit)
    card = _read(visit, visit.typed("name"))

    def work(connection: Connection) -> tuple[int, list[str]]:
        if project_named(connection, card.name):
            raise to_be_mended(visit, {"name": "There is a project of this name already. Choose another."})
        said = keep_card(connection, card, visit.now)
        made = project_named(connection, card.name)
        return (made.id if made else 0), said

    its_id, said = visit.write(work, did="began a project", about="project")
    return visit.go(f"/work/{its_id}", said)


@room.shows("/work/{project:int}/card", may=WITH_PEOPLE)
def card(visit: Visit) -> Response:
    """The card, to be changed."""
    with visit.reading() as connection:
        found = the_project(visit, connection)
        return _form(visit, found, kept_card(connection, found))


@room.does("/work/{project:int}/card", may=WITH_PEOPLE, again=card)
def change_card(visit: Visit) -> Response:
    """Keep it; whoever belongs is told what is new to them. Its name stays."""
    with visit.reading() as connection:
        found = the_project(visit, connection)
    read = _read(visit, found.name)
    if visit.projects is not None:  # they would let themselves see everybody
        read = read.model_copy(update={"everybody": found.everybody})

    def work(connection: Connection) -> list[str]:
        if _version(kept_card(connection, found)) != visit.typed("version"):
            raise NotDone(
                "Somebody has changed this card since you opened it. Look at the project in another window; what you "
                "typed is still here, and takes its place if you keep it again."
            )
        return keep_card(connection, read, visit.now)

    said = visit.write(work, did="changed a project's card", about=f"project:{found.id}")
    return visit.go(f"/work/{found.id}", said)


def _form(visit: Visit, found: Row[Any] | None, kept: CardFile | None) -> Response:
    limits = [each.model_dump() for each in kept.limit] if kept else []
    steps = [{"name": each.name, "day": each.day.isoformat()} for each in kept.milestone] if kept else []
    return visit.page(
        "work/card.html",
        project=found,
        kept=kept.model_dump() if kept else {},
        rule=kept.rule.model_dump() if kept and kept.rule else {},
        limits=_padded(limits, _sent_rows(visit, "limit", *LIMIT), LIMIT),
        steps=_padded(steps, _sent_rows(visit, "milestone", *STEP), STEP),
        rungs=[(each, each) for each in RUNGS],
        ways=WAYS,
        version=_version(kept) if kept else "",
        faults=faults_of(visit),
        is_sent=bool(visit.sent),
        sees_all=visit.projects is None,
    )


def _read(visit: Visit, name: str) -> CardFile:
    values: dict[str, Any] = {each: visit.typed(each) for each in LINES}
    values |= {each: visit.typed(each) or None for each in CAN_BE_EMPTY}
    values |= {"decider_in_group": bool(visit.typed("decider_in_group")), "everybody": bool(visit.typed("everybody"))}
    values |= {"name": name, "answer_within_days": visit.typed("answer_within_days") or None}
    if visit.typed("rule-wording"):
        way, secret = visit.typed("rule-way"), bool(visit.typed("rule-secret"))
        values["rule"] = {"wording": visit.typed("rule-wording"), "way": way, "secret": secret}
    limits, steps = _sent_rows(visit, "limit", *LIMIT), _sent_rows(visit, "milestone", *STEP)
    values["limit"] = tuple(
        {
            "what": visit.typed(f"limit-{row}-what"),
            "why": visit.typed(f"limit-{row}-why"),
            "instead": visit.typed(f"limit-{row}-instead") or None,
        }
        for row in limits
    )
    values["milestone"] = tuple(
        {"name": visit.typed(f"milestone-{row}-name"), "day": a_day(visit, f"milestone-{row}-day")} for row in steps
    )
    try:
        read = read_form(visit, CardFile, values)
    except NotDone:
        raise to_be_mended(visit, _at_their_rows(faults_of(visit), limit=limits, milestone=steps)) from None
    if problems := list(faults_between_lines(read)):
        raise told_of_fields(visit, problems)
    return read


def _sent_rows(visit: Visit, group: str, *parts: str) -> list[int]:
    """The rows of a group in which anything was typed."""
    return [row for row in range(MOST_ROWS) if any(visit.typed(f"{group}-{row}-{part}") for part in parts)]


def _padded(kept: list[dict[str, Any]], sent: list[int], parts: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows to show: what is kept, at least as far as something was typed, and some empty ones."""
    filled = max(len(kept), max(sent, default=-1) + 1)
    empty: dict[str, Any] = dict.fromkeys(parts)
    return [*kept, *[empty] * (min(filled + EMPTY_ROWS, MOST_ROWS) - len(kept))]


def _at_their_rows(faults: dict[str, str], **rows: list[int]) -> dict[str, str]:
    """Faults at the rows in which they were typed: empty rows between them were left out of the card."""
    told: dict[str, str] = {}
    for field, said in faults.items():
        group, _, rest = field.partition("-")
        number, _, part = rest.partition("-")
        is_in_a_row = group in rows and number.isdecimal()
        told[f"{group}-{rows[group][int(number)]}-{part}" if is_in_a_row else field] = said
    return told


def _version(kept: CardFile) -> str:
    """Another one, once the card has changed."""
    return hashlib.sha256(kept.model_dump_json().encode()).hexdigest()[:16]


def _only_who_sees_all(visit: Visit) -> None:
    """A new project would be none of theirs, for whoever sees only some."""
    if visit.projects is not None:
        raise NotThere
