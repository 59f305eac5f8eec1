"""How far a broadcast is: how many people in each state, every person with the reason, and what they wrote back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.broadcasts.audience import in_words
from bot.broadcasts.wording import Wording
from bot.times import zone_of
from storage.broadcasts import broadcast_numbered, everybody_in, how_far, replies_to

TO_GO = ("waiting", "queued", "sending")
IN_WORDS: Mapping[str, str] = {
    "waiting": "waiting",
    "queued": "waiting to be sent",
    "sending": "being sent",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "unknown": "unknown: the line broke, so it may have arrived or not, and is not sent again",
    "withdrawn": "taken back before it left",
    "stopped": "not sent: it was stopped first",
    "left out": "left out",
}
"""Every state a person can be in, in the order in which it is shown."""


@dataclass(frozen=True)
class Progress:
    """How far a broadcast is.

    Attributes:
        number: The broadcast's.
        state: As stored; or "done", when it was going and nothing is left to do.
        why: Why it is paused, if somebody or something paused it.
        people: How many are in each state of `IN_WORDS`.
    """

    number: int
    state: str
    why: str | None
    people: Mapping[str, int]

    @property
    def to_go(self) -> int:
        """How many it may still go to."""
        return sum(self.people.get(state, 0) for state in TO_GO)

    @property
    def in_all(self) -> int:
        """How many it was to go to: all but those who were left out before."""
        return sum(people for state, people in self.people.items() if state != "left out")

    @property
    def gone(self) -> int:
        """How many it is done with: not those it may still go to, nor those whom a stop cut off."""
        return self.in_all - self.to_go - self.people.get("stopped", 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself: a message that is being sent has an end first."""
        return self.state in ("done", "stopped") and not self.people.get("sending")

    def lines(self) -> list[str]:
        """All of it, for a screen."""
        why = f" ({self.why})" if self.why else ""
        counts = [f"   {self.people[state]:>6}  {said}" for state, said in IN_WORDS.items() if self.people.get(state)]
        return [f"Broadcast {self.number}: {self.state}{why}", *counts]


@dataclass(frozen=True)
class TheirState:
    """What became of a broadcast for one person; `at` is when that was, or is to be."""

    person_id: int
    called: str | None
    channel: str | None
    state: str
    reason: str | None
    at: datetime


def progress_of(connection: Connection, row: Row[Any]) -> Progress:
    """How far the broadcast of this row is; its state is read anew, should it just have been changed."""
    now = broadcast_numbered(connection, row.number) or row
    people = how_far(connection, row.id)
    is_done = now.state == "going" and not any(people.get(state) for state in TO_GO)
    return Progress(row.number, "done" if is_done else now.state, now.why, people)


def everybody(
    connection: Connection, row: Row[Any], state: str | None = None, limit: int | None = None
) -> list[TheirState]:
    """Each person for whom it was meant, or those in one state; the first so many."""
    return [
        TheirState(
            each.person_id, each.called, each.channel, each.state, each.reason and in_words(each.reason), each.at
        )
        for each in everybody_in(connection, row.id, state, limit)
    ]


def show_lines(connection: Connection, row: Row[Any], zone: str) -> list[str]:
    """A broadcast with every person and the reason, and what they wrote back; times in this zone."""
    said = progress_of(connection, row).lines()
    said += ["", f"Written by {row.made_by}" + (f", confirmed by {row.confirmed_by}" if row.confirmed_by else "")]
    said += [line for each in Wording.from_json(row.wording).lines() for line in ("", *each)]
    said += ["", *(_their_line(each, zone) for each in everybody(connection, row))]
    wrote = [f"   {each.called or 'no name'}: {each.text}" for each in replies(connection, row)]
    return [*said, "", f"Answers: {len(wrote)}", *wrote]


def _their_line(each: TheirState, zone: str) -> str:
    when = f"{each.at.astimezone(zone_of(zone)):%a %d %b %H:%M}" if each.state not in ("left out", "stopped") else ""
    about = [each.state if each.state == "unknown" else IN_WORDS.get(each.state, each.state), when, each.reason or ""]
    return f"   {each.called or 'no name'}: {', '.join(filter(None, about))}"


def replies(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """What people wrote back; see `storage.broadcasts.replies_to`."""
    return replies_to(connection, row.id)
