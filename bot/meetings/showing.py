"""Meetings as a coordinator reads them in a terminal: what is planned, who comes, and who has not heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.meetings.calendar import cancelling, invitation
from bot.meetings.keeping import meeting_called
from bot.times import zone_of
from storage.meetings import answers_to, every_meeting
from storage.nudges import nudges_about
from storage.projects import members_of

ANSWERS = {"coming": "Coming", "not-sure": "Not sure", "not-coming": "Can't come"}


def meeting_lines(connection: Connection, now: datetime) -> list[str]:
    """All meetings, the latest first, each with how many come."""
    lines = [f"{heading(each)}{_state(each, now)}; {who_comes(connection, each)}" for each in every_meeting(connection)]
    return lines or ["No meeting yet. `alongside meeting example` shows how to write one."]


def lines_of(connection: Connection, number: int, now: datetime) -> list[str]:
    """One meeting: what was told, who comes, their words, and who has not heard."""
    row = meeting_called(connection, number)
    lines = [f"{heading(row)}{_state(row, now)}", f"   Where: {row.where}. {row.getting_there}."]
    lines += [f"   Or: {row.remote}."] if row.remote else []
    lines += [f"   Who: {row.who}. Provided: {row.provided}."]
    answers = answers_to(connection, row.id)
    for answer, heading_ in ANSWERS.items():
        those = [_name(each) + _of_before(each, row) for each in answers if each.answer == answer]
        lines.append(f"   {heading_} ({len(those)}): {', '.join(those) or 'nobody'}")
    lines += [f"   {_name(each)}: “{each.words}”" for each in answers if each.words]
    if row.cancelled_at is None and (silent := not_answered(connection, row)):
        lines.append(f"   No answer yet ({len(silent)}): {', '.join(name for _, name in silent)}")
    return [*lines, *_not_heard(connection, row)]


def heading(row: Row[Any]) -> str:
    """Its number, name and time, by the clock on the wall there."""
    starts, ends = (moment.astimezone(zone_of(row.zone)) for moment in (row.starts_at, row.ends_at))
    return f"{row.number}  {row.project}: {row.what}, {starts:%a %d %b %H:%M} to {ends:%H:%M}"


def who_comes(connection: Connection, row: Row[Any]) -> str:
    """How many come, in a few words."""
    answers = [each.answer for each in answers_to(connection, row.id)]
    return f"{answers.count('coming')} coming, {answers.count('not-sure')} not sure"


def not_answered(connection: Connection, row: Row[Any]) -> list[tuple[int, str]]:
    """Who belongs, has heard of it and has not answered: their ids and names."""
    names = {each.person_id: each.called or "no name" for each in members_of(connection, row.project_id)}
    answered = {each.person_id for each in answers_to(connection, row.id)}
    heard = [each.person_id for each in nudges_about(connection, invitation(row)) if each.state == "said"]
    return [(each, names[each]) for each in heard if each in names and each not in answered]


def not_heard(connection: Connection, row: Row[Any]) -> list[tuple[int, str, str]]:
    """Who has not heard of it, or of its cancelling: their ids, names, and why not yet."""
    names = {each.person_id: each.called or "no name" for each in members_of(connection, row.project_id)}
    what = cancelling(row) if row.cancelled_at is not None else invitation(row)
    return [
        (each.person_id, names.get(each.person_id, "somebody who left"), each.why or "soon")
        for each in nudges_about(connection, what)
        if each.state != "said"
    ]


def _not_heard(connection: Connection, row: Row[Any]) -> Iterator[str]:
    for _, name, why in not_heard(connection, row):
        yield f"   Has not heard: {name} ({why})"


def _state(row: Row[Any], now: datetime) -> str:
    if row.cancelled_at is not None:
        return ", CANCELLED"
    if row.ends_at > now:
        return ""
    return ", over" if row.noted_at else ", over, notes not sent"


def _name(answer: Row[Any]) -> str:
    return answer.called or "no name"


def _of_before(answer: Row[Any], row: Row[Any]) -> str:
    return "" if answer.version == row.version else " (said so before it moved)"
