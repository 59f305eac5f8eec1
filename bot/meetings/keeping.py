"""What coordinators do with meetings: keep one, cancel it, see who comes, and send what came of it.

Each function is one transaction and says in a few lines what it did; a second time it changes nothing more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Row

from bot.meetings.calendar import MOVED, about, drop_waiting, invite, tell_of_cancelling
from bot.meetings.file import MeetingFile, NotesFile
from bot.projects.keeping import SHORTEST_REASON, NotDone, project_called
from bot.projects.telling import Hearers, tell_group, those_left_out, will_be_told
from bot.times import zone_of
from storage.meetings import cancel_meeting, keep_notes, meeting_numbered, save_meeting

MOST_AT_ONCE = 10_000  # people; the diary invites the others within the hour


def keep_meeting(connection: Connection, meeting: MeetingFile, zone: str, now: datetime) -> list[str]:
    """Keep a meeting and invite everybody who belongs; whoever was told of another day or place is told it moved."""
    project = project_called(connection, meeting.project)
    starts_at, ends_at = (_moment(meeting.day, clock, zone) for clock in (meeting.from_, meeting.until))
    if starts_at <= now:
        raise NotDone(f"{meeting.what}: {meeting.day:%a %d %b}, {meeting.from_:%H:%M} is over already.")
    columns = {
        "project_id": project.id,
        "what": meeting.what,
        "on_day": meeting.day,
        "from_minute": _minute(meeting.from_),
        "until_minute": _minute(meeting.until),
        "zone": zone,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "where": meeting.where,
        "getting_there": meeting.getting_there,
        "who": meeting.who,
        "provided": meeting.provided,
        "remote": meeting.remote,
    }
    saved = save_meeting(connection, columns, now)
    if saved.has_moved:
        drop_waiting(connection, saved.row, now, MOVED)
    what = "is kept now" if saved.is_new else "has moved" if saved.has_moved else "is kept as it is now"
    told = Hearers(invite(connection, saved.row, now, MOST_AT_ONCE)) + those_left_out(connection, project.id)
    return [f"Meeting {saved.row.number}, {saved.row.what}, {what}.", will_be_told(told)]


def cancel(connection: Connection, number: int, because: str, now: datetime) -> list[str]:
    """Cancel a meeting; everybody who was told of it hears that, and why, as soon as it suits them."""
    row = meeting_called(connection, number)
    if row.cancelled_at is not None:
        raise NotDone(f"Meeting {number} has been cancelled already.")
    if row.starts_at <= now:
        raise NotDone(f"Meeting {number} has begun or is over. Send what came of it instead.")
    reason = because.strip().rstrip(".")
    if len(reason) < SHORTEST_REASON:
        raise NotDone("Everybody hears why. Please say it in a few words.")
    cancel_meeting(connection, row.id, reason, now)
    told = Hearers(tell_of_cancelling(connection, row, now))
    ring = "Whoever has not heard in time must be rung; the meeting shows who."
    return [f"Meeting {number}, {row.what}, is cancelled.", will_be_told(told), ring]


def notes(connection: Connection, number: int, said: NotesFile, now: datetime) -> list[str]:
    """Keep what came of a meeting and send it to everybody who belongs, also to those who could not come."""
    row = meeting_called(connection, number)
    if row.cancelled_at is not None or row.starts_at > now:
        raise NotDone(f"Meeting {number} has not taken place.")
    columns = {
        "decisions": "; ".join(said.decisions) or None,
        "actions": "; ".join(said.actions) or None,
        "notes": said.notes,
    }
    if all(row._mapping[name] == value for name, value in columns.items()):
        return ["They have been sent already. Nobody new is told."]
    keep_notes(connection, row.id, columns, now)
    again = f"meeting-notes:{row.id}:{now:%Y-%m-%d %H:%M:%S}"
    return [will_be_told(tell_group(connection, row.project_id, again, "meeting-notes", about(row), now))]


def meeting_called(connection: Connection, number: int) -> Row[Any]:
    """The meeting of that number; raises `NotDone` where there is none."""
    row = meeting_numbered(connection, number)
    if row is None:
        raise NotDone(f"There is no meeting {number}.")
    return row


def _moment(day: date, clock: time, zone: str) -> datetime:
    """A time by the clock on the wall as a moment; of one that comes twice in autumn the first.

    Raises:
        NotDone: The clocks skip it in spring.
    """
    wanted = datetime.combine(day, clock, zone_of(zone))
    moment = wanted.astimezone(UTC)
    if moment.astimezone(zone_of(zone)).replace(tzinfo=None) != wanted.replace(tzinfo=None):
        raise NotDone(f"There is no {clock:%H:%M} on {day:%a %d %b}: the clocks go forward. Choose another time.")
    return moment


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
