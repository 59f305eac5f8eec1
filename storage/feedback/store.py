"""Feedback after its release: reading, answering and closing it, and what the organisation did with it.

The only date is a week, like "2026-W19". Nothing is written when somebody reads or looks up.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal, TypeAlias, TypeVar

from nacl.public import PrivateKey
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.feedback.codes import CodeKeys
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import InboxKeys
from storage.feedback.sealing import (
    Altered,
    Sealed,
    Words,
    open_reply_with_code,
    open_reply_with_key,
    open_sealed,
    seal_reply,
)
from storage.feedback.spool import Spool, When
from storage.feedback.tables import FEEDBACK, FEEDBACK_REPLY, SAID_DID

T = TypeVar("T")
Status: TypeAlias = Literal["new", "in hand", "answered", "closed"]
_FARTHEST: tuple[Status, ...] = ("new", "in hand", "answered", "closed")
_BANDS = ((20, "20 or more"), (10, "10 to 19"), (5, "5 to 9"), (1, "fewer than 5"), (0, "none"))


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
    replies: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """What a code shows, after the release."""

    status: Status
    replies: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class SaidDid:
    """You said, we did."""

    text: str
    week: str


def week_of(day: date) -> str:
    """The week of a day: "2026-W19"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def release(db: FeedbackDatabase, sealed: Sequence[Sealed], week: str) -> None:
    """Let these into the inboxes: shuffled, in one transaction, each once however often tried."""
    rows = [_row(one) | {"release_week": week, "status": "new", "closed_week": None} for one in sealed]
    secrets.SystemRandom().shuffle(rows)  # SQLite keeps the order of arrival in its rowids and pages
    kind = sqlite if db.is_sqlite else postgresql
    with db.writing() as connection:
        if rows:
            connection.execute(kind.insert(FEEDBACK).on_conflict_do_nothing(), rows)
    db.empty_log()


def release_waiting(db: FeedbackDatabase, spool: Spool, week: str, when: When | None = None) -> bool:
    """Every full hour for those that wait for "next hour", every week for all: fold, release, and only then clear.

    Returns whether anything was released.

    Killed between the steps, nothing is lost, and doing it again changes nothing. The spool is written anew whether
    or not anything was released, so that its files tell nothing.
    """
    spool.fold()
    waiting = [one.sealed for one in spool.waiting(when)]
    release(db, waiting, week)
    spool.clear_released([one.id for one in waiting])
    return bool(waiting)


def read(db: FeedbackDatabase, keys: InboxKeys) -> list[Opened]:
    """Everything in an inbox, by week; identical words of one week are one."""
    with db.reading() as connection:
        rows = connection.execute(select(FEEDBACK).where(FEEDBACK.c.inbox == keys.inbox)).all()
        replies = _replies(connection, keys)
    folded: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.release_week, row.id)):
        words = _words(row, keys.private_keys)
        folded[row.release_week, words or row.id].append((row, words))
    return [_opened(copies, replies) for copies in folded.values()]


def set_status(db: FeedbackDatabase, inbox: str, ids: Sequence[bytes], status: Status) -> None:
    """Say how it stands; who has the code sees it. Raises `NoSuchFeedback`."""
    with db.writing() as connection:
        _change(connection, inbox, ids, status=status, closed_week=None)


def reply(db: FeedbackDatabase, keys: InboxKeys, ids: Sequence[bytes], text: str, week: str) -> bool:
    """Answer every copy; returns whether anybody can fetch it with a code.

    Raises:
        NoSuchFeedback: See there.
        WordsTooLong: Longer than `LONGEST_REPLY`.
        Altered: The reply key of a copy is not the one that was sealed with the words; nobody was answered.
    """
    with db.writing() as connection:
        rows = _change(connection, keys.inbox, ids, status="answered", closed_week=None)
        for row in rows:
            open_sealed(_sealed(row), keys.private_keys)
            sealed = seal_reply(text, row.reply_key, keys.private_keys[0].public_key)
            its = {"id": secrets.token_bytes(16), "feedback": row.id, "release_week": week}
            connection.execute(
                insert(FEEDBACK_REPLY), {**its, "to_sender": sealed.to_sender, "to_inbox": sealed.to_inbox}
            )
    return any(row.reply_key for row in rows)


def close(db: FeedbackDatabase, inbox: str, ids: Sequence[bytes], week: str) -> None:
    """Close it, in this week. Raises `NoSuchFeedback`."""
    with db.writing() as connection:
        _change(connection, inbox, ids, status="closed", closed_week=week)


def look_up(db: FeedbackDatabase, keys: CodeKeys) -> Answer | None:
    """What a code shows; None before release and for a code that nobody has. Writes nothing.

    Two feedbacks have one code where a text came in two parts, and the first was folded before the second came.
    """
    with db.reading() as connection:
        wanted_rows = select(FEEDBACK.c.id, FEEDBACK.c.status).where(FEEDBACK.c.lookup == keys.lookup)
        rows = connection.execute(wanted_rows).all()
        if not rows:
            return None
        wanted = select(FEEDBACK_REPLY.c.to_sender).where(FEEDBACK_REPLY.c.feedback.in_([row.id for row in rows]))
        sealed = connection.scalars(wanted.order_by(FEEDBACK_REPLY.c.release_week, FEEDBACK_REPLY.c.id)).all()
    opened = (_reply(open_reply_with_code, one, keys) for one in sealed if one)
    status = max((row.status for row in rows), key=_FARTHEST.index)
    return Answer(status, tuple(text for text in opened if text is not None))


def any_reply_in(db: FeedbackDatabase, week: str) -> bool:
    """Whether anything was answered in this week."""
    wanted = select(FEEDBACK_REPLY.c.id).where(FEEDBACK_REPLY.c.release_week == week).limit(1)
    with db.reading() as connection:
        return connection.execute(wanted).first() is not None


def add_said_did(db: FeedbackDatabase, text: str, week: str) -> None:
    """Tell what was done with what was said; these words are public."""
    with db.writing() as connection:
        connection.execute(insert(SAID_DID), {"text": text, "week": week})


def said_did(db: FeedbackDatabase) -> list[SaidDid]:
    """You said, we did; the newest week first."""
    with db.reading() as connection:
        rows = connection.execute(select(SAID_DID).order_by(SAID_DID.c.week.desc(), SAID_DID.c.text))
        return [SaidDid(row.text, row.week) for row in rows]


def said_did_in(db: FeedbackDatabase, week: str) -> list[str]:
    """What was done in a week with what was said."""
    return [one.text for one in said_did(db) if one.week == week]


def band(number: int) -> str:
    """A count that points at nobody: "none", "fewer than 5", "5 to 9", "10 to 19" or "20 or more"."""
    return next(name for least, name in _BANDS if number >= least)


def bands_by_topic(opened: Iterable[Opened]) -> Mapping[str, str]:
    """How many spoke of each topic, in bands; "" for no topic."""
    counted = Counter(one.words.topic or "" for one in opened if one.words)
    return {topic: band(number) for topic, number in sorted(counted.items())}


def _row(sealed: Sealed) -> dict[str, Any]:
    return {part.name: getattr(sealed, part.name) for part in fields(sealed)}


def _sealed(row: Any) -> Sealed:
    return Sealed(row.id, row.inbox, row.body, row.lookup, row.reply_key)


def _words(row: Any, private_keys: Sequence[PrivateKey]) -> Words | None:
    try:
        return open_sealed(_sealed(row), private_keys)
    except Altered:
        return None


def _opened(copies: Sequence[tuple[Any, Words | None]], replies: Mapping[bytes, list[str]]) -> Opened:
    """What arrived once or more, as one: it stands as its first copy does, and all copies share their replies."""
    (first, words), ids = copies[0], tuple(row.id for row, _ in copies)
    answered = dict.fromkeys(text for its_id in ids for text in replies.get(its_id, ()))
    return Opened(ids, first.release_week, words, first.status, first.closed_week, tuple(answered))


def _replies(connection: Connection, keys: InboxKeys) -> Mapping[bytes, list[str]]:
    """Our own copies of what was answered, by feedback; one that was altered is left out."""
    wanted = select(FEEDBACK_REPLY).join(FEEDBACK, FEEDBACK.c.id == FEEDBACK_REPLY.c.feedback)
    wanted = wanted.where(FEEDBACK.c.inbox == keys.inbox)
    found: defaultdict[bytes, list[str]] = defaultdict(list)
    for row in connection.execute(wanted.order_by(FEEDBACK_REPLY.c.release_week, FEEDBACK_REPLY.c.id)):
        if (text := _reply(open_reply_with_key, row.to_inbox, keys.private_keys)) is not None:
            found[row.feedback].append(text)
    return found


def _reply(opening: Callable[[bytes, T], str], sealed: bytes, keys: T) -> str | None:
    """A reply; None if it was altered, which must not hide the others."""
    try:
        return opening(sealed, keys)
    except Altered:
        return None


def _change(connection: Connection, inbox: str, ids: Sequence[bytes], **values: Any) -> Sequence[Any]:
    """Change these, all or none; returns them."""
    these = FEEDBACK.c.id.in_(ids), FEEDBACK.c.inbox == inbox
    rows = connection.execute(select(FEEDBACK).where(*these)).all()
    if not ids or len(rows) != len(set(ids)):
        raise NoSuchFeedback
    connection.execute(update(FEEDBACK).where(*these).values(**values))
    return rows
