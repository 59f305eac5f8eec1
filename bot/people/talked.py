"""What was said between somebody and the bot, as bubbles: the newest first to be read, and of ours its honest state.

What is for nobody of the team is shown as such, without its words; what coordinators write about alerts is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row

from bot.channels import REASONS, Reason
from bot.coordinators import is_command
from bot.people.rights import must_be_seen
from bot.safeguarding import Safeguarding
from bot.times import zone_of
from storage.one_person import said_by, said_to, where_they_are, written_by_hand
from storage.tables import Lane

AT_ONCE = 50
NEWEST = 15  # with what is written back below them, about one screen at a desk
FOR_NOBODY = "for a team-mate, a secret vote, or an answer without their name: the team does not read it"
NO_WORDS_KEPT = "its words are not kept"
KINDS = {
    "button": "tapped a button",
    "edited": "changed a message",
    "photo": "sent a photo",
    "voice": "sent a recording",
    "video": "sent a video",
    "file": "sent a file",
    "sticker": "sent a sticker",
    "contact": "sent a contact",
    "location": "sent a place",
    "reaction": "put a sign under a message",
    "other": "sent something that the bot does not know",
    "opted out": "stopped us at the provider",
    "opted in": "let us write again, at the provider",
}


@dataclass(frozen=True)
class Bubble:
    """One message.

    Attributes:
        id: Its key, for the page before it.
        ours: Whether the bot or the team wrote it; otherwise the person did.
        at: When it came, or was written.
        text: Its words; empty where there are none to show.
        state: What became of one of ours, or what one of theirs is besides words, for a coordinator.
        by: Who of the team wrote it by hand; None: the bot.
        parts: How many text messages it was billed as; None: not known, or not by SMS.
    """

    id: int
    ours: bool
    at: datetime
    text: str
    state: str
    by: str | None = None
    parts: int | None = None


@dataclass(frozen=True)
class Talked:
    """A stretch of a conversation, oldest first; `earlier` is where the one before it ends (None: there is none)."""

    bubbles: tuple[Bubble, ...]
    earlier: int | None


def talked_with(
    connection: Connection,
    person_id: int,
    safeguarding: Safeguarding,
    zone: str,
    now: datetime,
    before: int | None = None,
    projects: frozenset[int] | None = None,
) -> Talked:
    """The newest messages between somebody and us, or those before an earlier stretch.

    Args:
        connection: To read with.
        person_id: Who.
        safeguarding: Who is told of danger: what passes between them and the bot about others is not shown.
        zone: The zone of the clock times in a state.
        now: What time it is.
        before: The `earlier` of the stretch that follows; None: the newest.
        projects: Only if they belong to one of these; None: all.

    Raises:
        NobodyThere: There is nobody like that to see.
    """
    must_be_seen(connection, person_id, projects)
    most = NEWEST if before is None else AT_ONCE
    theirs = said_by(connection, person_id, before, most + 1)
    ours = said_to(connection, person_id, before, most + 1)
    newest = sorted([*theirs, *ours], key=attrgetter("id"), reverse=True)
    shown = newest[:most]
    earlier = shown[-1].id if len(newest) > most else None
    if any(safeguarding.at(each.channel, each.value) for each in where_they_are(connection, person_id)):
        shown = [each for each in shown if not _is_about_an_alert(each)]
    by_hand = written_by_hand(connection, person_id, [each.id for each in shown if _is_ours(each)])
    bubbles = (_ours(row, by_hand, zone, now) if _is_ours(row) else _theirs(row) for row in reversed(shown))
    return Talked(tuple(bubbles), earlier)


def _is_ours(row: Row[Any]) -> bool:
    return "state" in row._fields


def _is_about_an_alert(row: Row[Any]) -> bool:
    return row.lane == Lane.DANGER if _is_ours(row) else is_command(row.text)


def _theirs(row: Row[Any]) -> Bubble:
    if row.between_us:
        return Bubble(row.id, False, row.at, "", FOR_NOBODY)
    if row.kind == "text":
        return Bubble(row.id, False, row.at, row.text, "" if row.text else NO_WORDS_KEPT)
    return Bubble(row.id, False, row.at, row.text, KINDS.get(row.kind, KINDS["other"]))


def _ours(row: Row[Any], by_hand: dict[int, str], zone: str, now: datetime) -> Bubble:
    state, parts = state_in_words(row, zone, now), row.parts if row.channel == "sms" else None
    if row.between_us:
        return Bubble(row.id, True, row.at, "", f"{FOR_NOBODY}; {state}", parts=parts)
    return Bubble(row.id, True, row.at, row.text, state, by_hand.get(row.id), parts)


def state_in_words(row: Row[Any], zone: str, now: datetime) -> str:
    """What became of a message of ours, no more than is known."""
    why = REASONS[Reason(row.reason)] if row.reason in list(Reason) else row.reason or ""
    if row.state == "queued":
        return _waits(row, why, zone, now)
    if row.state == "sent":
        return "sent"
    known = {
        "sending": "on its way",
        "delivered": "arrived on their phone",
        "failed": "did NOT arrive",
        "unknown": "may have arrived, or not",
        "withdrawn": "not sent",
    }
    said = known.get(row.state, row.state)
    return f"{said}: {why}" if why and row.state in ("failed", "unknown", "withdrawn") else said


def _waits(row: Row[Any], why: str, zone: str, now: datetime) -> str:
    if row.not_before <= now:
        return "about to leave"
    at = f"{row.not_before.astimezone(zone_of(zone)):%a %d %b %H:%M}"
    return f"is tried again at {at}: {why}" if why else f"waits until {at}"
