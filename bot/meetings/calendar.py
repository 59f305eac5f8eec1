"""When somebody is told of a meeting: invited at once, reminded the day before and that morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.times import due_at
from storage.meetings import may_come, meetings_to_come
from storage.nudges import NewNudge, add_nudges, people_told, withdraw_nudges
from storage.projects import members_not_nudged, members_of
from storage.records import PersonRecord

A_DAY = timedelta(days=1)
CANCELLED, MOVED = "the meeting is cancelled", "the meeting has moved"
REMINDS_WITHIN = timedelta(days=3)
MORNING = 8 * 60  # minutes; for most people their quiet hours end later, and then it is that


def invite_to_meetings(connection: Connection, now: datetime, limit: int) -> int:
    """Invite whoever has come to belong since the last look."""
    return sum(invite(connection, each, now, limit) for each in meetings_to_come(connection, now))


def invite(connection: Connection, meeting: Row[Any], now: datetime, limit: int) -> int:
    """Invite everybody who belongs and has not heard of its day and place; how many are new."""
    if meeting.starts_at <= now:
        return 0
    had_heard = people_told(connection, _invitations(meeting))
    new = [
        NewNudge(
            person.id,
            invitation(meeting),
            "meeting-invitation",
            now,
            meeting.starts_at,
            about(meeting) | ({"moved": "yes"} if person.id in had_heard else {}),
        )
        for person in members_not_nudged(connection, meeting.project_id, invitation(meeting), limit)
    ]
    return add_nudges(connection, new)


def remind_of_meetings(connection: Connection, now: datetime, limit: int) -> int:
    """Remind whoever comes or is not sure, and still belongs; once the day before, and once that morning."""
    new: list[NewNudge] = []
    for meeting in meetings_to_come(connection, now, until=now + REMINDS_WITHIN):
        belong = {each.person_id for each in members_of(connection, meeting.project_id)}
        for person, answered_at in may_come(connection, meeting.id):
            if person.id in belong:
                new += _reminders(meeting, person, answered_at, now)
    return add_nudges(connection, new)


def _reminders(meeting: Row[Any], person: PersonRecord, answered_at: datetime, now: datetime) -> Iterator[NewNudge]:
    """Not where they answered after its time, nor where it would come out of quiet hours after the meeting began."""
    when = {
        "eve": due_at(meeting.on_day - A_DAY, person.check_in_minute, person),
        "morning": due_at(meeting.on_day, MORNING, person),
    }
    for name, due in when.items():
        if answered_at < due < meeting.starts_at and now < meeting.starts_at:
            what = f"meeting-{name}:{meeting.id}:{meeting.version}"
            yield NewNudge(person.id, what, "meeting-reminder", due, meeting.starts_at, about(meeting))


def tell_of_cancelling(connection: Connection, meeting: Row[Any], now: datetime) -> int:
    """Tell everybody who was told of it, and leave unsaid what waits; how many are told."""
    drop_waiting(connection, meeting, now, CANCELLED)
    people = people_told(connection, _invitations(meeting))
    new = [
        NewNudge(each, cancelling(meeting), "meeting-cancelled", now, meeting.starts_at, about(meeting))
        for each in sorted(people)
    ]
    return add_nudges(connection, new)


def drop_waiting(connection: Connection, meeting: Row[Any], now: datetime, why: str) -> None:
    """Leave unsaid every invitation that still waits."""
    for each in _invitations(meeting):
        withdraw_nudges(connection, each, now, why)


def invitation(meeting: Row[Any]) -> str:
    """What the nudge is about that invites people to it, at its day and place of now."""
    return _invitations(meeting)[-1]


def cancelling(meeting: Row[Any]) -> str:
    """What the nudge is about that tells people of its end."""
    return f"meeting-cancelled:{meeting.id}"


def about(meeting: Row[Any]) -> dict[str, str]:
    """What a conversation about it is begun with."""
    return {"meeting": str(meeting.number), "version": str(meeting.version)}


def _invitations(meeting: Row[Any]) -> list[str]:
    """The same of every day and place that it has had, the first first."""
    return [f"meeting:{meeting.id}:{version}" for version in range(1, meeting.version + 1)]
