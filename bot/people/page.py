"""All that a coordinator sees of a person besides the conversation: details, wishes, projects, tasks, how they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.channels import REASONS, Reason
from bot.contact.showing import WAYS
from bot.people import CHANNELS
from bot.people.rights import NobodyThere, must_be_seen
from bot.times import zone_of
from bot.writing_first import SILENT_FOR
from flows.dates import WEEKDAYS
from flows.named_days import weekdays_in, which_of_month
from storage.contact import wish_of
from storage.forgetting import who_is_leaving
from storage.notes import how_many_notes
from storage.one_person import (
    check_ins_of,
    may_be_asked_in,
    open_alert_of,
    person_with_id,
    where_they_are,
    who_else_is_there,
)
from storage.projects import projects_of
from storage.searching import may_be_seen
from storage.strengths import strengths_of
from storage.taking_over import Reader, who_reads
from storage.tasks import offers_to, tasks_of, tasks_with_ids

LATELY = 10  # check-ins
LANGUAGES = {"en": "English", "cy": "Welsh"}
SHARING = {
    "always": "we may tell the team when they are in danger",
    "ask": "we ask first before the team is told that they are in danger, unless their life is at risk",
    "life": "the team is told only if their life is at risk",
}


@dataclass(frozen=True)
class Where:
    """An address of theirs: what it is, and in which state."""

    channel: str
    value: str
    state: str
    shared_with: tuple[str, ...]
    is_preferred: bool
    last_heard_at: datetime | None


@dataclass(frozen=True)
class HowTheyWere:
    """A check-in: from 1 (very hard) to 5 (good); None: they skipped it."""

    at: datetime
    mood: int | None
    note: str | None
    wants_a_call: bool


@dataclass(frozen=True)
class PersonPage:
    """One person.

    Attributes:
        id: Their key.
        called: What they are called; None: they have not said.
        role: "volunteer" or "coordinator".
        since: When they joined, in words, or that they have not.
        cautions: What must be known before anybody writes or rings.
        where: Their addresses.
        choices: What they chose about contact, a sentence each.
        projects: The projects they belong to, of those that may be seen.
        tasks: What they have taken on or are asked about, likewise.
        consents: What they agreed to, and did not.
        strengths: What they say they are good at.
        alert: Their open alert, in words; None: there is none.
        reference: Of that alert.
        check_ins: How they said they were, the newest first.
        reader: Who writes with them instead of the bot; None: the bot does.
        notes: How many notes there are; they are read for a reason.
    """

    id: int
    called: str | None
    role: str
    since: str
    cautions: tuple[str, ...]
    where: tuple[Where, ...]
    choices: tuple[str, ...]
    projects: tuple[str, ...]
    tasks: tuple[str, ...]
    consents: tuple[str, ...]
    strengths: tuple[str, ...]
    alert: str | None
    reference: int | None
    check_ins: tuple[HowTheyWere, ...]
    reader: Reader | None
    notes: int


def page_of(
    connection: Connection, person_id: int, zone: str, now: datetime, projects: frozenset[int] | None = None
) -> PersonPage:
    """The page about somebody; times in this zone.

    Raises:
        NobodyThere: There is nobody like that among the people of these projects (None: of all).
    """
    must_be_seen(connection, person_id, projects)
    person = person_with_id(connection, person_id)
    if person is None:
        raise NobodyThere("There is nobody like that.")
    addresses, alert = where_they_are(connection, person_id), open_alert_of(connection, person_id)
    return PersonPage(
        id=person.id,
        called=person.called,
        role=person.role,
        since=_since(person, zone),
        cautions=tuple(_cautions(connection, person, addresses, now)),
        where=_where(connection, person, addresses, projects),
        choices=tuple(_choices(connection, person, zone, now)),
        projects=tuple(
            each.name
            for each in projects_of(connection, person_id, person.joined_at is not None)
            if projects is None or each.id in projects
        ),
        tasks=tuple(_tasks(connection, person_id, projects)),
        consents=tuple(_consents(connection, person, projects)),
        strengths=tuple(row.words for row in strengths_of(connection, person_id)),
        alert=_in_words(alert, zone) if alert is not None else None,
        reference=alert.reference if alert is not None else None,
        check_ins=tuple(_how_they_were(connection, person_id)),
        reader=who_reads(connection, person_id),
        notes=how_many_notes(connection, person_id),
    )


def _how_they_were(connection: Connection, person_id: int) -> Iterator[HowTheyWere]:
    for row in check_ins_of(connection, person_id, LATELY):
        yield HowTheyWere(row.at, row.mood, row.note, row.wants_a_call)


def _since(person: Row[Any], zone: str) -> str:
    if person.joined_at is not None:
        return f"joined on {_day(person.joined_at, zone)}"
    by = f", invited by {person.invited_by}" if person.invited_by else ""
    return f"known since {_day(person.created_at, zone)}{by}; has not joined"


def _cautions(connection: Connection, person: Row[Any], addresses: list[Row[Any]], now: datetime) -> Iterator[str]:
    if person.safe_to_text is False:
        yield "NOT SAFE to text or ring on this phone"
    if any(each.stopped_at for each in addresses):
        yield "has said STOP"
    if addresses and all(each.closed_at or each.stopped_at for each in addresses):
        yield "cannot be reached by us"
    heard = [each.last_heard_at or each.created_at for each in addresses]
    if heard and now - max(heard) > SILENT_FOR:
        yield "nothing came from them for 90 days: somebody else may have the number"
    if person.id in who_is_leaving(connection):
        yield "has asked to be forgotten"


def _where(
    connection: Connection, person: Row[Any], addresses: list[Row[Any]], projects: frozenset[int] | None
) -> tuple[Where, ...]:
    others = who_else_is_there(connection, person.id)
    visible = {each.id: may_be_seen(connection, each.id, projects) for each in others}
    found = []
    for each in addresses:
        here = [other for other in others if other.address_id == each.id]
        shared = tuple((other.called or "no name") if visible[other.id] else "somebody else" for other in here)
        is_preferred = each.id == person.preferred_address_id
        channel = CHANNELS.get(each.channel, each.channel)
        found.append(Where(channel, each.value, _state(each), shared, is_preferred, each.last_heard_at))
    return tuple(found)


def _state(address: Row[Any]) -> str:
    if address.stopped_at is not None:
        return "stopped: they have said STOP"
    if address.closed_at is not None:
        why = address.closed_reason
        return f"closed: {REASONS[Reason(why)] if why in list(Reason) else why or 'nothing arrives there'}"
    return "open"


def _choices(connection: Connection, person: Row[Any], zone: str, now: datetime) -> Iterator[str]:
    safe = {True: "it is safe to text them first", False: "it is NOT safe to text them first"}
    yield safe.get(person.safe_to_text, "has not said whether it is safe to text them first")
    if person.paused_until is not None and person.paused_until > now:
        until = (
            "until they say START" if person.paused_until.year == 9999 else f"until {_day(person.paused_until, zone)}"
        )
        yield f"asked for a pause {until}"
    if person.check_in_every_days:
        on = f", next on {person.check_in_on:%a %d %b}" if person.check_in_on else ""
        yield f"is asked how they are {_how_often(person)} at {_clock(person.check_in_minute)}{on}"
    elif person.joined_at is not None:
        yield "is not asked how they are"
    if person.quiet_from_minute != person.quiet_until_minute:
        quiet = f"{_clock(person.quiet_from_minute)} to {_clock(person.quiet_until_minute)}"
        yield f"quiet from {quiet}" + (f" ({person.zone})" if person.zone != zone else "")
    if person.break_from_minute is not None:
        yield f"quiet too from {_clock(person.break_from_minute)} to {_clock(person.break_until_minute)}"
    if person.language is not None:
        yield f"language: {LANGUAGES.get(person.language, person.language)}"
    wish = wish_of(connection, person.id)
    if wish is not None and wish.way:
        yield f"likes to be reached {WAYS[wish.way]}"
    if wish is not None and wish.trusted_name:
        when = wish.trusted_when or "they did not say when"
        yield f"trusts {wish.trusted_name}, {wish.trusted_number}, whom you may ring: {when}"


def _how_often(person: Row[Any]) -> str:
    if person.check_in_days is None:
        return f"every {person.check_in_every_days} days"
    which = which_of_month(person.check_in_days)
    days = " and ".join(f"{WEEKDAYS[each].capitalize()}" for each in weekdays_in(person.check_in_days))
    return f"every {days}" if which is None else f"on the {which} {days} of every month"


def _tasks(connection: Connection, person_id: int, projects: frozenset[int] | None) -> Iterator[str]:
    for each in tasks_of(connection, person_id):
        if projects is None or each.project_id in projects:
            day = f", agreed for {each.agreed_on:%a %d %b}" if each.agreed_on else ""
            yield f"has {each.number} {each.name} ({each.project}){day}"
    offered = {each.task_id: each for each in offers_to(connection, person_id)}
    for task in tasks_with_ids(connection, list(offered)):
        if projects is None or task.project_id in projects:
            yield f"is asked about {task.number} {task.name} ({task.project})"


def _consents(connection: Connection, person: Row[Any], projects: frozenset[int] | None) -> Iterator[str]:
    yield SHARING.get(person.sharing or "", "has not been asked who may be told of danger")
    for each in may_be_asked_in(connection, person.id):
        if projects is None or each.project_id in projects:
            agreed = {True: "agreed", False: "did not agree"}.get(each.agreed, "has not said whether they would like")
            yield f"{agreed} to be asked by others of {each.project}"


def _in_words(found: Row[Any], zone: str) -> str:
    since = f"{found.since.astimezone(zone_of(zone)):%a %d %b %H:%M}"
    who = f"{found.has_it} has it" if found.has_it and found.state == "acknowledged" else "NOBODY HAS IT YET"
    quietly = "" if found.may_text else "; they have NOT said that it is safe to write to them about it"
    return f"alert {found.reference}, since {since}: {who}{quietly}"


def _day(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_of(zone)):%d %b %Y}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
