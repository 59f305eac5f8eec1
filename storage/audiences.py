"""Whom a broadcast could reach: everybody with the address where they would be written to, and what speaks against it.

Facts only; what follows from them is decided in `bot.broadcasts.audience`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, true

from storage.alerts import ALERT, IS_OPEN
from storage.desk import ADDRESS, CONVERSATION, HOLDER, OF_DANGER, PERSON
from storage.forgetting import who_is_leaving

HARD_MOMENT = timedelta(days=1)  # how long a conversation about danger that nobody ends is not interrupted
_OF_PERSON = (
    *("id", "role", "called", "language", "zone", "joined_at", "safe_to_text", "paused_until"),
    *("quiet_from_minute", "quiet_until_minute", "break_from_minute", "break_until_minute"),
)
_OF_ADDRESS = ("id", "channel", "sender", "created_at", "last_heard_at", "stopped_at", "closed_at", "closed_reason")
_THEIRS, _HERE = slice(len(_OF_PERSON)), slice(len(_OF_PERSON), -1)  # of a row
_heard_at = itemgetter(len(_OF_PERSON) + _OF_ADDRESS.index("last_heard_at"))


class Candidate(NamedTuple):
    """Somebody, and where they would be written to: an open address first, the preferred one before others.

    Attributes:
        address_id: None: they have no address at all.
        stopped: Whether they have said STOP everywhere.
        closed_reason: Why nothing can be sent there, where that is so.
        last_heard_at: When they last wrote from any address.
        known_since: When that address was last heard from, or else came to us.
        shares_phone: Whether somebody else can be reached at the address too.
        in_hard_moment: Whether a person looks after them now, or they have just spoken of danger.
        is_leaving: Whether they have asked to be forgotten.
    """

    id: int
    role: str
    called: str | None
    language: str | None
    zone: str
    joined_at: datetime | None
    safe_to_text: bool | None
    paused_until: datetime | None
    quiet_from_minute: int
    quiet_until_minute: int
    break_from_minute: int | None
    break_until_minute: int | None
    address_id: int | None
    channel: str | None
    sender: str | None
    stopped: bool
    closed_reason: str | None
    last_heard_at: datetime | None
    known_since: datetime | None
    shares_phone: bool
    in_hard_moment: bool
    is_leaving: bool


def candidates(connection: Connection, now: datetime, ids: Collection[int] | None = None) -> list[Candidate]:
    """Everybody, or only those with these ids; in the order in which they came."""
    query: Select[Any] = (
        select(
            *(PERSON.c[name] for name in _OF_PERSON),
            *(ADDRESS.c[name].label(f"address_{name}") for name in _OF_ADDRESS),
            PERSON.c.preferred_address_id,
        )
        .outerjoin(HOLDER, HOLDER.c.person_id == PERSON.c.id)
        .outerjoin(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
        .where(_among(PERSON.c.id, ids))
        .order_by(PERSON.c.id, ADDRESS.c.id)
    )
    shared = _shared_addresses(connection, ids)
    hard, leaving = _in_hard_moments(connection, now, ids), who_is_leaving(connection)
    by_person = groupby(connection.execute(query).all(), key=itemgetter(0))
    return [_candidate(list(rows), shared, hard, leaving) for _, rows in by_person]


def lock_people(connection: Connection, ids: Collection[int]) -> None:
    """Let nobody of these say STOP or be forgotten meanwhile; in the order in which a batch of messages locks."""
    theirs = select(HOLDER.c.address_id).where(HOLDER.c.person_id.in_(ids))
    connection.execute(select(ADDRESS.c.id).where(ADDRESS.c.id.in_(theirs)).order_by(ADDRESS.c.id).with_for_update())
    connection.execute(select(PERSON.c.id).where(PERSON.c.id.in_(ids)).order_by(PERSON.c.id).with_for_update())


def _among(column: Any, ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)


def _shared_addresses(connection: Connection, ids: Collection[int] | None) -> set[int]:
    """Those that more than one person holds: all, or where these people are."""
    query = select(HOLDER.c.address_id).group_by(HOLDER.c.address_id).having(func.count() > 1)
    if ids is not None:
        theirs = HOLDER.alias("theirs")
        query = query.where(HOLDER.c.address_id.in_(select(theirs.c.address_id).where(theirs.c.person_id.in_(ids))))
    return set(connection.execute(query).scalars())


def _in_hard_moments(connection: Connection, now: datetime, ids: Collection[int] | None) -> set[int]:
    """Those with an open alert, those whom a person writes with, and those who have just spoken of danger."""
    of_danger = (OF_DANGER, CONVERSATION.c.front_at > now - HARD_MOMENT)
    queries = (
        select(ALERT.c.person_id).where(IS_OPEN, _among(ALERT.c.person_id, ids)),
        select(PERSON.c.id).where(PERSON.c.taken_over_at.is_not(None), _among(PERSON.c.id, ids)),
        select(CONVERSATION.c.person_id).where(*of_danger, _among(CONVERSATION.c.person_id, ids)),
    )
    return {person_id for query in queries for person_id in connection.execute(query).scalars()}


def _candidate(
    rows: Sequence[Row[Any]], shared: Collection[int], hard: Collection[int], leaving: Collection[int]
) -> Candidate:
    chosen: tuple[Any, ...] = _where(rows)
    address_id, channel, sender, came_at, heard_at, stopped_at, closed_at, closed_reason = chosen[_HERE]
    here = (
        address_id,
        channel,
        sender,
        stopped_at is not None,
        (closed_reason or "closed") if closed_at else None,
        heard_at if len(rows) == 1 else max(filter(None, map(_heard_at, rows)), default=None),
        heard_at or came_at,
        address_id in shared,
        chosen[0] in hard,
        chosen[0] in leaving,
    )
    return Candidate._make((*chosen[_THEIRS], *here))


def _where(rows: Sequence[Row[Any]]) -> Row[Any]:
    """The address to write to, as `bot.writing_first` chooses it; one that is closed where there is no other."""

    def is_closed(row: Row[Any]) -> tuple[bool, bool]:
        closed = row.address_stopped_at is not None or row.address_closed_at is not None
        return closed, row.address_id != row.preferred_address_id

    return min(rows, key=is_closed) if len(rows) > 1 else rows[0]
