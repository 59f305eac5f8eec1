"""What needs a person today: on one screen of a terminal, on the first page of the console, and in a text message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from bot.meetings.calendar import CANCELLED, MOVED
from bot.meetings.showing import heading
from bot.nudges import NO_LONGER
from bot.projects.milestones import CHANGED, LEFT
from bot.projects.reflecting import PEOPLE_HAVE
from bot.showing import TOPICS
from bot.times import zone_of
from flows.conversation import Place
from flows.safety import ARE_YOU_SAFE, may_tell
from storage.alerts import AlertRecord, conversations_of_danger, open_alerts
from storage.inbox import how_many_wait
from storage.meetings import meetings_to_come, meetings_without_notes, who_comes_to
from storage.nudges import left_unsaid
from storage.people import called as name_of
from storage.projects import milestones_between, projects
from storage.reflections import reflections_to_share
from storage.searching import which_may_be_seen
from storage.suggestions import suggestions_waiting
from storage.taking_over import silent_since, who_reads
from storage.tasks import tasks_of_nobody
from storage.votes import open_votes

A_WEEK = timedelta(days=7)
LATELY = timedelta(days=3)  # a Monday's look takes in the weekend
SILENCE = timedelta(minutes=30)
NOTES_WITHIN = timedelta(days=14)
MOST = 5  # of one kind
MOST_BY_HAND = 50
AS_MEANT = (NO_LONGER, CANCELLED, MOVED, CHANGED, LEFT)
"""Why something is rightly not said: nobody needs to look at it."""


@dataclass(frozen=True)
class Thing:
    """One thing that is due.

    Attributes:
        text: What it is, in a line.
        project_id: Whose it is; None: of no project.
        person_id: Whom it is about, if it is about one person.
        number: Its own number, where things of its kind have one.
    """

    text: str
    project_id: int | None = None
    person_id: int | None = None
    number: int | None = None

    @property
    def words(self) -> str:
        """What it is, without its number: where one can open it, nobody needs to type it."""
        return self.text if self.number is None else self.text.removeprefix(f"{self.number}  ")


@dataclass(frozen=True)
class Due:
    """What is due of one kind.

    Attributes:
        kind: "asked if safe", "by hand", "ideas", "tasks", "votes", "milestones", "meetings", "notes", "reflections" or
            "unsaid".
        title: What it is called.
        see: The command that shows more of it, or what can be done.
        things: All of them, the first first.
    """

    kind: str
    title: str
    see: str
    things: tuple[Thing, ...]


def today_lines(connection: Connection, zone: str, now: datetime) -> list[str]:
    """The screen, for the day that it is in this zone."""
    today = now.astimezone(zone_of(zone)).date()
    parts = [
        _part("Alerts open", _alerts(connection, zone), "each with its number, by text: ACK, READ, TAKE"),
        _inbox(connection),
        *(_part(each.title, [it.text for it in each.things], each.see) for each in what_is_due(connection, zone, now)),
    ]
    lines = [line for part in parts for line in part]
    return [f"{today:%A %d %B}", *(lines or ["Nothing needs a person just now."])]


def what_is_due(connection: Connection, zone: str, now: datetime, only: frozenset[int] | None = None) -> list[Due]:
    """What is due, of each kind that there is something of: of these projects and their people only (None: of all)."""
    today = now.astimezone(zone_of(zone)).date()
    called = {each.id: each.name for each in projects(connection)}
    found = (
        Due(
            "asked if safe",
            "Asked whether they are safe, and no answer yet",
            "perhaps somebody can write to them",
            (*_asked_if_safe(connection, zone, now),),
        ),
        Due(
            "by hand",
            "Where one of you writes, and the bot is silent",
            "by text: GIVE NAME",
            (*_by_hand(connection, zone, now),),
        ),
        Due("ideas", "Ideas that wait for an answer", "alongside suggestion", (*_suggestions(connection, today),)),
        Due("tasks", "Tasks that nobody has", "alongside task offer NUMBER NAME", (*_of_nobody(connection),)),
        Due("votes", "Open votes", "alongside vote show NUMBER", (*_votes(connection, zone, now),)),
        Due(
            "milestones",
            "Milestones",
            'alongside project done PROJECT "MILESTONE"',
            (*_milestones(connection, called, today),),
        ),
        Due("meetings", "Meetings", "alongside meeting show NUMBER", (*_meetings(connection, now),)),
        Due("notes", "Notes to send", "alongside meeting notes NUMBER FILE", (*_without_notes(connection, now),)),
        Due(
            "reflections",
            "Looked back on, and not told to the group",
            'alongside project reflection PROJECT "MILESTONE"',
            (*_to_share(connection, called, today),),
        ),
        Due(
            "unsaid", "Not said to somebody lately", "perhaps somebody can ring them", (*_left_unsaid(connection, now),)
        ),
    )
    those = [each if only is None else _of_these(connection, each, only) for each in found]
    return [each for each in those if each.things]


def _of_these(connection: Connection, due: Due, only: frozenset[int]) -> Due:
    people = which_may_be_seen(connection, {each.person_id for each in due.things if each.person_id}, only)
    things = tuple(each for each in due.things if each.project_id in only or each.person_id in people)
    return Due(due.kind, due.title, due.see, things)


def alert_line(alert: AlertRecord) -> str:
    """What an alert is about, in a few words."""
    return TOPICS.get(alert.topic, alert.topic)


# -- the screen ----------------------------------------------------------------------------------------


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
        yield f"{each.reference}  {alert_line(each)}, since {since:%a %d %b %H:%M}: {who}"


def _inbox(connection: Connection) -> list[str]:
    waiting = how_many_wait(connection)
    return ["", f"Waiting for a person: {waiting}  (alongside inbox)"] if waiting else []


# -- what is due ---------------------------------------------------------------------------------------


def _suggestions(connection: Connection, today: date) -> Iterator[Thing]:
    for each in suggestions_waiting(connection):
        about = f", for {each.project}" if each.project else ""
        when = f"{each.promised_on:%a %d %b}{_today(each.promised_on, today)}"
        yield Thing(f"{each.number}  promised by {when}{about}", each.project_id, number=each.number)


def _of_nobody(connection: Connection) -> Iterator[Thing]:
    for each in tasks_of_nobody(connection):
        yield Thing(f"{each.number}  {each.project}: {each.name}", each.project_id, number=each.number)


def _votes(connection: Connection, zone: str, now: datetime) -> Iterator[Thing]:
    for each in open_votes(connection, now):
        until = f"until {each.closes_at.astimezone(zone_of(zone)):%a %d %b %H:%M}"
        yield Thing(f"{each.number}  {each.project}: {each.question} ({until})", each.project_id, number=each.number)


def _milestones(connection: Connection, called: dict[int, str], today: date) -> Iterator[Thing]:
    for each in milestones_between(connection, today - A_WEEK, today + A_WEEK):
        day = f"{each.on_day:%a %d %b}"
        when = f"its day was {day}; done, or another day?" if each.on_day < today else day + _today(each.on_day, today)
        yield Thing(f"{called.get(each.project_id)}: {each.name}, {when}", each.project_id)


def _meetings(connection: Connection, now: datetime) -> Iterator[Thing]:
    to_come = meetings_to_come(connection, now, until=now + A_WEEK)
    who_comes = who_comes_to(connection, [each.id for each in to_come])
    for each in to_come:
        coming, not_sure, words = who_comes[each.id]
        more = f", {words} with words to you" if words else ""
        who = f"{coming} coming, {not_sure} not sure"
        yield Thing(f"{heading(each)}; {who}{more}", each.project_id, number=each.number)


def _without_notes(connection: Connection, now: datetime) -> Iterator[Thing]:
    for each in meetings_without_notes(connection, now - NOTES_WITHIN, now):
        yield Thing(heading(each), each.project_id, number=each.number)


def _to_share(connection: Connection, called: dict[int, str], today: date) -> Iterator[Thing]:
    for each in reflections_to_share(connection, today - PEOPLE_HAVE):
        yield Thing(f"{called.get(each.project_id)}: {each.milestone}", each.project_id)


def _asked_if_safe(connection: Connection, zone: str, now: datetime) -> Iterator[Thing]:
    """Those who wrote of something hard and do not answer; none who want to be asked before anybody is told."""
    for each in conversations_of_danger(connection, now - LATELY, now - SILENCE):
        place = Place.from_json(json.loads(each.place))
        if place.asked == ARE_YOU_SAFE and may_tell(str(place.answers["topic"]), each.sharing):
            asked_at = each.front_at.astimezone(zone_of(zone))
            yield Thing(f"{each.called or 'no name'}, {asked_at:%a %d %b %H:%M}", person_id=each.person_id)


def _by_hand(connection: Connection, zone: str, now: datetime) -> Iterator[Thing]:
    for person_id in silent_since(connection, now, MOST_BY_HAND):
        reader = who_reads(connection, person_id)
        if reader is not None:
            wrote_at = reader.since.astimezone(zone_of(zone))
            name = name_of(connection, person_id) or "no name"
            yield Thing(f"{name}: {reader.name}, last at {wrote_at:%a %d %b %H:%M}", person_id=person_id)


def _left_unsaid(connection: Connection, now: datetime) -> Iterator[Thing]:
    for each in left_unsaid(connection, now - LATELY, AS_MEANT):
        text = f"{each.called or 'no name'}: {each.flow.replace('-', ' ')} ({each.why})"
        yield Thing(text, person_id=each.person_id)


def _today(day: date, today: date) -> str:
    return " (today)" if day == today else " (its day has come)" if day < today else ""
