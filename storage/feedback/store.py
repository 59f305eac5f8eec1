"""Feedback after its release: reading, answering and closing it, and what the organisation did with it.

The only date is a week, like "2026-W19". Nothing is written when somebody reads or looks up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from storage.feedback.codes import CodeKeys
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import InboxKeys
from storage.feedback.sealing import Sealed, Words

Status: TypeAlias = Literal["new", "in hand", "answered", "closed"]


class NoSuchFeedback(Exception):
    """There is no such feedback in this inbox."""


@dataclass(frozen=True)
class Opened:
    """A feedback as a coordinator reads it.

    Attributes:
        ids: Of every copy that arrived: more than one if the same words came twice in a week.
        week: When it was released.
        words: None if it was altered, or sealed to a key that is not the inbox's.
        status: "new" until a coordinator says otherwise.
        closed_week: When it was closed.
        replies: What was answered, in our own copy.
    """

    ids: tuple[bytes, ...]
    week: str
    words: Words | None
    status: Status
    closed_week: str | None
    replies: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a code shows, after the release."""

    status: Status
    replies: tuple[str, ...]


@dataclass(frozen=True)
class SaidDid:
    """You said, we did."""

    text: str
    week: str


def week_of(day: date) -> str:
    """The week of a day: "2026-W19"."""
    raise NotImplementedError


def release(db: FeedbackDatabase, sealed: Sequence[Sealed], week: str) -> None:
    """Let everything that waited into the inboxes: shuffled, in one transaction, each once however often tried."""
    raise NotImplementedError


def read(db: FeedbackDatabase, keys: InboxKeys) -> list[Opened]:
    """Everything in an inbox, by week; identical words of one week are one."""
    raise NotImplementedError


def set_status(db: FeedbackDatabase, inbox: str, ids: Sequence[bytes], status: Status) -> None:
    """Say how it stands; who has the code sees it. Raises `NoSuchFeedback`."""
    raise NotImplementedError


def reply(db: FeedbackDatabase, inbox: str, ids: Sequence[bytes], text: str, week: str) -> bool:
    """Answer every copy; returns whether anybody can fetch it with a code. Raises `NoSuchFeedback`, `WordsTooLong`."""
    raise NotImplementedError


def close(db: FeedbackDatabase, inbox: str, ids: Sequence[bytes], week: str) -> None:
    """Close it, in this week. Raises `NoSuchFeedback`."""
    raise NotImplementedError


def look_up(db: FeedbackDatabase, keys: CodeKeys) -> Answer | None:
    """What a code shows; None before release and for a code that nobody has. Writes nothing."""
    raise NotImplementedError


def add_said_did(db: FeedbackDatabase, text: str, week: str) -> None:
    """Tell what was done with what was said; these words are public."""
    raise NotImplementedError


def said_did(db: FeedbackDatabase) -> list[SaidDid]:
    """You said, we did; the newest week first."""
    raise NotImplementedError


def band(number: int) -> str:
    """A count that points at nobody: "none", "fewer than 5", "5 to 9", "10 to 19" or "20 or more"."""
    raise NotImplementedError


def bands_by_topic(opened: Iterable[Opened]) -> Mapping[str, str]:
    """How many spoke of each topic, in bands; "" for no topic."""
    raise NotImplementedError
