"""The outbox: what waits to be sent, who takes it, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage.broadcasts import hold_what_is_tried_again
from storage.database import Database
from storage.desk import ADDRESS, CONVERSATION, INBOX, ON_ITS_WAY, OUTBOX, QUEUED, SENDING
from storage.direct import read
from storage.tables import Lane, new_id

PUT_OFF_AT_ONCE = 1000
LOOK_FURTHER_AT = 25
PROGRESS = {
    "sent": ("sending", "unknown"),
    "delivered": ("sending", "unknown", "sent"),
    "failed": ("sending", "unknown", "sent"),
}
"""Reports of the provider come in any order and more than once: from which states each may still be reached."""


@dataclass(frozen=True)
class Claim:
    """A sender's wish for something to send.

    Attributes:
        sender: Which of our numbers or bots.
        now: The moment, in UTC.
        limit: How many at the most.
        busy: Addresses that were written to a moment ago and must wait for their pace.
    """

    sender: str
    now: datetime
    limit: int
    busy: tuple[int, ...] = ()


@dataclass(frozen=True)
class Claimed:
    """A message that is now this sender's to send."""

    id: int
    address_id: int
    person_id: int | None
    address: str
    lane: Lane
    text: str
    buttons: list[list[tuple[str, str]]]
    conversation_id: int | None
    attempts: int
    claimed_at: datetime


@dataclass(frozen=True)
class Settled:
    """What became of a claimed message.

    Attributes:
        state: "sent", "failed", "unknown", or "queued" to be tried again.
        not_before: When to try again.
        closes_address: Why nothing more can be sent to the address ("opted_out", "blocked", ...), if so.
        told: What coordinators are told about it, if they must know.
    """

    message: Claimed
    state: str
    at: datetime
    provider_id: str | None = None
    parts: int | None = None
    reason: str | None = None
    not_before: datetime | None = None
    closes_address: str | None = None
    told: str | None = None


@dataclass(frozen=True)
class Delivery:
    """What the provider reports later: "sent", "delivered" or "failed", and then what coordinators are told."""

    provider_id: str
    state: str
    at: datetime
    reason: str | None = None
    closes_address: str | None = None
    told: str | None = None


_EARLIER = OUTBOX.alias("earlier")
_COLUMNS = (
    OUTBOX.c.id,
    OUTBOX.c.address_id,
    OUTBOX.c.person_id,
    ADDRESS.c.value,
    OUTBOX.c.lane,
    OUTBOX.c.text,
    OUTBOX.c.buttons,
    OUTBOX.c.conversation_id,
    OUTBOX.c.attempts,
)
_NOW = bindparam("now", type_=OUTBOX.c.created_at.type)
_FIRST_IN_LINE = (
    select(func.min(_EARLIER.c.id))
    .where(
        _EARLIER.c.address_id == OUTBOX.c.address_id,
        _EARLIER.c.lane == OUTBOX.c.lane,
        _EARLIER.c.state.in_((literal_column("'queued'"), literal_column("'sending'"))),
    )
    .scalar_subquery()
)
_IS_TIME = and_(
    QUEUED,
    OUTBOX.c.not_before <= _NOW,
    or_(OUTBOX.c.hold_from.is_(None), OUTBOX.c.hold_from > _NOW, OUTBOX.c.hold_until <= _NOW),
)
# Order holds within a person's lane: nothing overtakes an earlier one that is still on its way.
_IS_FIRST = OUTBOX.c.id == _FIRST_IN_LINE
_NEXT = (
    select(*_COLUMNS, _IS_FIRST.label("is_first"))
    .join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
    .where(
        OUTBOX.c.sender == bindparam("its_sender"),
        OUTBOX.c.lane == bindparam("lane"),
        _IS_TIME,
        OUTBOX.c.address_id.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
    .limit(bindparam("limit"))
)
_NEXT_UNLOCKED = _NEXT.with_for_update(of=OUTBOX, skip_locked=True)
_FIRSTS = (
    select(*_COLUMNS, literal(True).label("is_first"))
    .join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
    .where(
        OUTBOX.c.sender == bindparam("its_sender"),
        OUTBOX.c.lane == bindparam("lane"),
        OUTBOX.c.address_id.in_(bindparam("behind", expanding=True)),
        ON_ITS_WAY,
        _IS_TIME,
        _IS_FIRST,
    )
    .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
)
_FIRSTS_UNLOCKED = _FIRSTS.with_for_update(of=OUTBOX, skip_locked=True)


def _put_off(at_once: int) -> Update:
    """What its person's quiet hours hold back waits until they end, so that the way to what may leave stays short."""
    held = (
        select(OUTBOX.c.id)
        .where(OUTBOX.c.sender == bindparam("its_sender"), QUEUED, OUTBOX.c.hold_from <= _NOW)
        .order_by(OUTBOX.c.hold_from)
        .limit(at_once)
        .with_for_update(skip_locked=True)
    )
    later = case((OUTBOX.c.not_before > OUTBOX.c.hold_until, OUTBOX.c.not_before), else_=OUTBOX.c.hold_until)
    return update(OUTBOX).where(OUTBOX.c.id.in_(held)).values(not_before=later, hold_from=None, hold_until=None)


_PUT_OFF = _put_off(PUT_OFF_AT_ONCE)
_TAKE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)), QUEUED)
    .values(state="sending", claimed_at=_NOW, attempts=OUTBOX.c.attempts + 1)
)
_SETTLE = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("its_id"), or_(ON_ITS_WAY, OUTBOX.c.state == "unknown"))
    .values(
        state=bindparam("new_state"),
        settled_at=bindparam("at"),
        provider_id=bindparam("new_provider_id"),
        parts=bindparam("new_parts"),
        reason=bindparam("new_reason"),
        not_before=bindparam("new_not_before"),
    )
)
_ITS_ADDRESS = select(ADDRESS.c.id).where(ADDRESS.c.id == OUTBOX.c.address_id)
_STOPPED_MEANWHILE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("its_id"),
        QUEUED,
        OUTBOX.c.lane >= int(Lane.REPLY),
        _ITS_ADDRESS.where(ADDRESS.c.stopped_at > OUTBOX.c.created_at).exists(),
    )
    .values(state="withdrawn", reason="they said STOP")
)
_CLOSED_MEANWHILE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("its_id"),
        QUEUED,
        _ITS_ADDRESS.where(ADDRESS.c.closed_at > OUTBOX.c.created_at).exists(),
    )
    .values(
        state="failed",
        reason=select(ADDRESS.c.closed_reason).where(ADDRESS.c.id == OUTBOX.c.address_id).scalar_subquery(),
    )
)
_NOT_QUIET = select(OUTBOX.c.id).where(ON_ITS_WAY, or_(SENDING, and_(_IS_TIME, _IS_FIRST))).limit(1)
_ASKED = update(CONVERSATION).where(CONVERSATION.c.id == bindparam("its_id")).values(asked_at=bindparam("at"))


_ITS_QUEUE = select(literal(True)).where(OUTBOX.c.sender == bindparam("its_sender"), QUEUED).limit(1)
# One glance instead of a search of each lane: mostly a sender has nothing to send, or one thing in one lane.
# In the order of the index: only then does PostgreSQL use it, however many wait.
_WHERE_TO_LOOK = select(
    _ITS_QUEUE.where(OUTBOX.c.hold_from <= _NOW).order_by(OUTBOX.c.hold_from).scalar_subquery(),
    *(
        _ITS_QUEUE.where(OUTBOX.c.lane == literal_column(str(int(each))), OUTBOX.c.not_before <= _NOW)
        .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
        .scalar_subquery()
        for each in Lane
    ),
)


def claim(connection: Connection, wishes: Sequence[Claim]) -> list[list[Claimed]]:
    """Take what is next: the higher lanes first, in order within a lane."""
    return [_claim(connection, wish) for wish in wishes]


def _claim(connection: Connection, wish: Claim) -> list[Claimed]:
    its_queue = {"its_sender": wish.sender, "now": wish.now}
    [(is_held, *has_some)] = read(connection, _WHERE_TO_LOOK, its_queue)
    lanes = [lane for lane, has in zip(Lane, has_some, strict=True) if has]
    if is_held and connection.execute(_PUT_OFF, its_queue).rowcount >= PUT_OFF_AT_ONCE:
        # While many have still to be put off, the lanes that they are in would be long to search.
        lanes = [lane for lane in lanes if lane <= Lane.REPLY]
    rows: list[Row[Any]] = []
    for lane in lanes:
        busy = {*wish.busy, *(row.address_id for row in rows)}  # one each, so that an address's pace can be kept
        rows += _next(connection, wish, lane, wish.limit - len(rows), busy)
    if rows:
        connection.execute(_TAKE, {"ids": [row.id for row in rows], "now": wish.now})
    return [_claimed(row, row.attempts + 1, wish.now) for row in rows]


def _next(connection: Connection, wish: Claim, lane: Lane, limit: int, busy: set[int]) -> list[Row[Any]]:
    """The first in each address's line, up to a limit.

    An address whose first is found, or cannot leave yet, is passed over from then on: the thousands that may
    stand behind it in its line cost a glance each, not a question.
    """
    locks = connection.dialect.name != "sqlite"
    query, firsts = (_NEXT_UNLOCKED, _FIRSTS_UNLOCKED) if locks else (_NEXT, _FIRSTS)
    found: list[Row[Any]] = []
    look_at = limit
    while len(found) < limit:
        which = {"its_sender": wish.sender, "lane": int(lane), "now": wish.now, "busy": busy, "limit": look_at}
        seen = connection.execute(query, which).all()
        found += [row for row in seen if row.is_first]
        behind = {row.address_id for row in seen} - {row.address_id for row in found}
        if behind:  # one that is tried again stands later in time than those behind it in its line
            found += connection.execute(firsts, {**which, "behind": behind})
        if len(seen) < look_at:
            break
        busy = busy | {row.address_id for row in seen}
        look_at = max(LOOK_FURTHER_AT, look_at * 4)
    return found[:limit]


def under_way(connection: Connection, sender: str) -> list[Claimed]:
    """What was being sent when its process died: only for the one that has taken the sender over."""
    query = (
        select(*_COLUMNS, OUTBOX.c.claimed_at)
        .join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
        .where(OUTBOX.c.sender == sender, SENDING)
        .order_by(OUTBOX.c.lane, OUTBOX.c.id)
    )
    return [_claimed(row, row.attempts, row.claimed_at) for row in connection.execute(query)]


def _claimed(row: Any, attempts: int, claimed_at: datetime) -> Claimed:
    return Claimed(
        id=row.id,
        address_id=row.address_id,
        person_id=row.person_id,
        address=row.value,
        lane=Lane(row.lane),
        text=row.text,
        buttons=json.loads(row.buttons) if row.buttons else [],
        conversation_id=row.conversation_id,
        attempts=attempts,
        claimed_at=claimed_at,
    )


def settle(connection: Connection, outcomes: Sequence[Settled]) -> list[None]:
    """Write down what became of claimed messages; a question counts as asked from the moment it was sent."""
    for each in outcomes:
        if each.closes_address is not None:
            _close_address(connection, each.message.address_id, each.closes_address, each.at)
    asked = [
        {"its_id": each.message.conversation_id, "at": each.at}
        for each in outcomes
        if each.state == "sent" and each.message.conversation_id is not None
    ]
    if asked:
        connection.execute(_ASKED, asked)
    connection.execute(_SETTLE, [_settled_values(each) for each in outcomes])
    again = [{"its_id": each.message.id} for each in outcomes if each.state == "queued"]
    if again:
        connection.execute(_STOPPED_MEANWHILE, again)
        connection.execute(_CLOSED_MEANWHILE, again)
    if broadcasts := [
        each.message.id for each in outcomes if each.state == "queued" and each.message.lane is Lane.BROADCAST
    ]:
        hold_what_is_tried_again(connection, broadcasts)
    told = [
        _inbox_row(each.message.person_id, each.told, each.at)
        for each in outcomes
        if each.told is not None and each.message.lane is not Lane.BROADCAST  # it is shown under the broadcast
    ]
    if told:
        connection.execute(insert(INBOX), told)
    return [None] * len(outcomes)


def _settled_values(each: Settled) -> dict[str, Any]:
    return {
        "its_id": each.message.id,
        "new_state": each.state,
        "at": each.at,
        "new_provider_id": each.provider_id,
        "new_parts": each.parts,
        "new_reason": each.reason,
        "new_not_before": each.not_before or each.at,
    }


def _inbox_row(person_id: int | None, told: str, at: datetime) -> dict[str, Any]:
    return {"id": new_id(), "person_id": person_id, "why": "could not be reached", "note": told, "at": at}


def _close_address(connection: Connection, address_id: int, why: str, at: datetime) -> None:
    values: dict[str, Any] = {"closed_at": at, "closed_reason": why}
    if why == "opted_out":
        values = {"stopped_at": at}
    connection.execute(update(ADDRESS).where(ADDRESS.c.id == address_id).values(**values))
    connection.execute(
        update(OUTBOX)
        .where(OUTBOX.c.address_id == address_id, ON_ITS_WAY, QUEUED)
        .values(state="failed", reason=why, settled_at=at)
    )


def note_deliveries(connection: Connection, reports: Sequence[Delivery]) -> list[bool]:
    """Note what the provider reports; whether the message was known and the report was news."""
    return [_note(connection, report) for report in reports]


def _note(connection: Connection, report: Delivery) -> bool:
    news = (
        update(OUTBOX)
        .where(OUTBOX.c.provider_id == report.provider_id, OUTBOX.c.state.in_(PROGRESS[report.state]))
        .values(state=report.state, reason=report.reason, settled_at=report.at)
        .returning(OUTBOX.c.address_id, OUTBOX.c.person_id, OUTBOX.c.lane)
    )
    row = connection.execute(news).first()
    if row is None:
        return False
    if report.closes_address is not None:
        _close_address(connection, row.address_id, report.closes_address, report.at)
    if report.told is not None and row.lane != Lane.BROADCAST:
        connection.execute(insert(INBOX), [_inbox_row(row.person_id, report.told, report.at)])
    return True


def is_quiet(database: Database, now: datetime) -> bool:
    """Whether nothing is under way and nothing could be sent at that moment, as far as it is committed."""
    with database.reading() as connection:
        return not list(read(connection, _NOT_QUIET, {"now": now}))


def ids_of_others(connection: Connection, messages: Sequence[Claimed]) -> list[frozenset[str]]:
    """For each message, the provider's ids of the other messages to its person: what it can't have become."""
    return [_ids_of_others(connection, message) for message in messages]


def _ids_of_others(connection: Connection, message: Claimed) -> frozenset[str]:
    others = select(OUTBOX.c.provider_id).where(
        OUTBOX.c.address_id == message.address_id, OUTBOX.c.id != message.id, OUTBOX.c.provider_id.is_not(None)
    )
    if message.person_id is not None:
        others = others.where(OUTBOX.c.person_id == message.person_id)  # there is an index by person
    return frozenset(connection.execute(others).scalars())
