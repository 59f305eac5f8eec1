"""What needs a person today, on one screen: each thing with the command that shows more of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from bot.meetings.calendar import CANCELLED, MOVED
from bot.meetings.showing import heading, who_comes
from bot.nudges import NO_LONGER
from bot.projects.milestones import CHANGED, LEFT
from bot.projects.reflecting import PEOPLE_HAVE
from bot.showing import TOPICS
from bot.times import zone_of
from storage.alerts import open_alerts
from storage.inbox import how_many_wait
from storage.meetings import answers_to, meetings_to_come, meetings_without_notes
from storage.nudges import left_unsaid
from storage.projects import milestones_between, projects
from storage.reflections import reflections_to_share
from storage.suggestions import suggestions_waiting

A_WEEK = timedelta(days=7)
LATELY = timedelta(days=3)  # a Monday's look takes in the weekend
NOTES_WITHIN = timedelta(days=14)
MOST = 5  # of one kind
AS_MEANT = (NO_LONGER, CANCELLED, MOVED, CHANGED, LEFT)
"""Why something is rightly not said: nobody needs to look at it."""


def today_lines(connection: Connection, zone: str, now: datetime) -> list[str]:
    """The screen, for the day that it is in this zone."""
    today = now.astimezone(zone_of(zone)).date()
    called = {each.id: each.name for each in projects(connection)}
    parts = (
        _part("Alerts open", _alerts(connection, zone), "each with its number, by text: ACK, READ, TAKE"),
        _inbox(connection),
        _part("Ideas that wait for an answer", _suggestions(connection, today), "alongside suggestion"),
        _part("Milestones", _milestones(connection, called, today), 'alongside project done PROJECT "MILESTONE"'),
        _part("Meetings", _meetings(connection, now), "alongside meeting show NUMBER"),
        _part("Notes to send", _without_notes(connection, now), "alongside meeting notes NUMBER FILE"),
        _part(
            "Looked back on, and not told to the group",
            _to_share(connection, called, today),
            'alongside project reflection PROJECT "MILESTONE"',
        ),
        _part("Not said to somebody lately", _left_unsaid(connection, now), "perhaps somebody can ring them"),
    )
    lines = [line for part in parts for line in part]
    return [f"{today:%A %d %B}", *(lines or ["Nothing needs a person just now."])]


def _part(title: str, things: Iterable[str], see: str) -> list[str]:
    """A title with how many there are, the first of them, and what to do; nothing, where there is none."""
    found = list(things)
    if not found:
        return []
    more = [f"   and {len(found) - MOST} more"] if len(found) > MOST else []
    return ["", f"{title}: {len(found)}  ({see})", *(f"   {each}" for each in islice(found, MOST)), *more]


def _alerts(connection: Connection, zone: str) -> Iterator[str]:
    for each in open_alerts(connection):
        since = each.since.astimezone(zone_of(zone))
        who = f"{each.has_it} has it" if each.has_it else "NOBODY HAS IT YET"
        yield f"{each.reference}  {TOPICS.get(each.topic, each.topic)}, since {since:%a %d %b %H:%M}: {who}"


def _inbox(connection: Connection) -> list[str]:
    waiting = how_many_wait(connection)
    return ["", f"Waiting for a person: {waiting}  (alongside inbox)"] if waiting else []


def _suggestions(connection: Connection, today: date) -> Iterator[str]:
    for each in suggestions_waiting(connection):
        about = f", for {each.project}" if each.project else ""
        yield f"{each.number}  promised by {each.promised_on:%a %d %b}{_today(each.promised_on, today)}{about}"


def _milestones(connection: Connection, called: dict[int, str], today: date) -> Iterator[str]:
    for each in milestones_between(connection, today - A_WEEK, today + A_WEEK):
        day = f"{each.on_day:%a %d %b}"
        when = f"its day was {day}; done, or another day?" if each.on_day < today else day + _today(each.on_day, today)
        yield f"{called.get(each.project_id)}: {each.name}, {when}"


def _meetings(connection: Connection, now: datetime) -> Iterator[str]:
    for each in meetings_to_come(connection, now, until=now + A_WEEK):
        words = sum(bool(answer.words) for answer in answers_to(connection, each.id))
        yield f"{heading(each)}; {who_comes(connection, each)}" + (f", {words} with words to you" if words else "")


def _without_notes(connection: Connection, now: datetime) -> Iterator[str]:
    yield from map(heading, meetings_without_notes(connection, now - NOTES_WITHIN, now))


def _to_share(connection: Connection, called: dict[int, str], today: date) -> Iterator[str]:
    for each in reflections_to_share(connection, today - PEOPLE_HAVE):
        yield f"{called.get(each.project_id)}: {each.milestone}"


def _left_unsaid(connection: Connection, now: datetime) -> Iterator[str]:
    for each in left_unsaid(connection, now - LATELY, AS_MEANT):
        yield f"{each.called or 'no name'}: {each.flow.replace('-', ' ')} ({each.why})"


def _today(day: date, today: date) -> str:
    return " (today)" if day == today else " (its day has come)" if day < today else ""
