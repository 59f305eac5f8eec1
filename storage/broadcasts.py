"""Broadcasts: keeping them, whom they are meant for, queueing them once for each, and what became of every message.

Whoever changes how far a broadcast is has locked its row before: two who click at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage.desk import ADDRESS, HOLDER, INBOX, MESSAGE, OUTBOX, PERSON, QUEUED
from storage.direct import read
from storage.tables import Broadcast, BroadcastPick, BroadcastRecipient, Lane, new_id, table_of

BROADCAST, PICK, RECIPIENT = (table_of(model) for model in (Broadcast, BroadcastPick, BroadcastRecipient))
NOT_QUEUED = (RECIPIENT.c.outbox_id.is_(None), RECIPIENT.c.left_out.is_(None))
REPLY = "broadcast reply"  # why it is in the inbox
ON_THEIR_PHONE = ("sent", "delivered", "unknown")
_DUE = (
    select(RECIPIENT.c.broadcast_id)
    .join(BROADCAST, BROADCAST.c.id == RECIPIENT.c.broadcast_id)
    .where(*NOT_QUEUED, RECIPIENT.c.due_at <= bindparam("now"), BROADCAST.c.state == "going")
    .distinct()
)
_ANSWERED = (
    select(BROADCAST.c.id, BROADCAST.c.number)
    .join(RECIPIENT, RECIPIENT.c.broadcast_id == BROADCAST.c.id)
    .join(OUTBOX, OUTBOX.c.id == RECIPIENT.c.outbox_id)
    .where(
        RECIPIENT.c.person_id.in_(select(HOLDER.c.person_id).where(HOLDER.c.address_id == bindparam("its_address"))),
        OUTBOX.c.state.in_([literal(each) for each in ON_THEIR_PHONE]),
        OUTBOX.c.settled_at >= bindparam("since"),
    )
    .order_by(OUTBOX.c.settled_at.desc(), BROADCAST.c.number.desc())
    .limit(1)
)
NOT_BILLED = ("failed", "withdrawn")
STOPPED = " stopped the broadcast"
"""How the reason ends for whom a broadcast that was stopped had not gone to."""

_QUEUED_AS = (
    update(RECIPIENT)
    .where(RECIPIENT.c.broadcast_id == bindparam("its_broadcast"), RECIPIENT.c.person_id == bindparam("its_person"))
    .values(outbox_id=bindparam("its_outbox"))
)
_TAKEN_BACK = update(RECIPIENT).where(RECIPIENT.c.outbox_id == bindparam("its_outbox")).values(outbox_id=None)
_OUTBOX_OF = select(RECIPIENT.c.outbox_id).where(RECIPIENT.c.broadcast_id == bindparam("its_broadcast"))
_ALL_QUEUED = (QUEUED, OUTBOX.c.id.in_(_OUTBOX_OF))


# -- the broadcast itself ------------------------------------------------------------------------------


def add_broadcast(connection: Connection, picks: Mapping[int, bool], **values: Any) -> Row[Any]:
    """A new draft with the next number.

    Args:
        connection: A transaction.
        picks: By person: whether they are left out by hand (True) or picked (False).
        **values: The columns; see `storage.tables.Broadcast`.
    """
    number = (connection.execute(select(func.max(BROADCAST.c.number))).scalar() or 0) + 1
    row = {"id": new_id(), "number": number, **values}
    connection.execute(insert(BROADCAST).values(**row))
    rows = [
        {"broadcast_id": row["id"], "person_id": person_id, "left_out": out} for person_id, out in sorted(picks.items())
    ]
    if rows:
        connection.execute(insert(PICK), rows)
    return connection.execute(select(BROADCAST).where(BROADCAST.c.id == row["id"])).one()


def broadcast_numbered(connection: Connection, number: int, *, to_change: bool = False) -> Row[Any] | None:
    """The broadcast that coordinators call by this number; `to_change` locks it."""
    query = select(BROADCAST).where(BROADCAST.c.number == number)
    return connection.execute(query.with_for_update() if to_change else query).one_or_none()


def every_broadcast(connection: Connection, limit: int = 50) -> list[Row[Any]]:
    """The latest broadcasts, the newest first."""
    return list(connection.execute(select(BROADCAST).order_by(BROADCAST.c.number.desc()).limit(limit)))


def picks_of(connection: Connection, broadcast_id: int) -> dict[int, bool]:
    """By person: whether they are left out by hand (True) or picked (False)."""
    query = select(PICK.c.person_id, PICK.c.left_out).where(PICK.c.broadcast_id == broadcast_id)
    return {row.person_id: row.left_out for row in connection.execute(query)}


def move_on(connection: Connection, broadcast_id: int, before: Collection[str], to: str, **values: Any) -> bool:
    """Change a broadcast's state, if it still is in one of those before; whether it was."""
    these = update(BROADCAST).where(BROADCAST.c.id == broadcast_id, BROADCAST.c.state.in_(before))
    return bool(connection.execute(these.values(state=to, **values)).rowcount)


def drop_draft(connection: Connection, broadcast_id: int) -> None:
    """Delete a draft."""
    connection.execute(delete(PICK).where(PICK.c.broadcast_id == broadcast_id))
    connection.execute(delete(BROADCAST).where(BROADCAST.c.id == broadcast_id))


def resend_of(connection: Connection, broadcast_id: int) -> Row[Any] | None:
    """The broadcast with which this one's failures were, or are to be, written to again."""
    return connection.execute(select(BROADCAST).where(BROADCAST.c.resend_of == broadcast_id)).one_or_none()


# -- whom it is meant for, and queueing ----------------------------------------------------------------


def add_recipients(connection: Connection, broadcast_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Fix for whom a broadcast is meant: person_id, due_at and left_out of each."""
    values = [{"broadcast_id": broadcast_id, "outbox_id": None, **row} for row in rows]
    if values:
        connection.execute(insert(RECIPIENT), values)


def forget_recipients(connection: Connection, broadcast_id: int) -> bool:
    """Let it be meant for nobody again; whether that could be: once a message was queued, no more."""
    queued = select(RECIPIENT.c.person_id).where(
        RECIPIENT.c.broadcast_id == broadcast_id, RECIPIENT.c.outbox_id.is_not(None)
    )
    if connection.execute(queued.limit(1)).first() is not None:
        return False
    connection.execute(delete(RECIPIENT).where(RECIPIENT.c.broadcast_id == broadcast_id))
    return True


def due_broadcasts(connection: Connection, now: datetime) -> list[int]:
    """The ids of those that are going and have somebody whose time has come: one indexed query."""
    return sorted(connection.execute(_DUE, {"now": now}).scalars())


def lock_going(connection: Connection, broadcast_id: int) -> Row[Any] | None:
    """A broadcast that is going, locked; None: it is no more."""
    query = select(BROADCAST).where(BROADCAST.c.id == broadcast_id, BROADCAST.c.state == "going").with_for_update()
    return connection.execute(query).one_or_none()


def due_recipients(connection: Connection, broadcast_id: int, now: datetime, limit: int) -> list[int]:
    """Some of those to whom it has not gone and whose time has come."""
    query = (
        select(RECIPIENT.c.person_id)
        .where(*NOT_QUEUED, RECIPIENT.c.due_at <= now, RECIPIENT.c.broadcast_id == broadcast_id)
        .order_by(RECIPIENT.c.due_at)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def queue_for(connection: Connection, broadcast_id: int, messages: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Queue one message for each of these people, and write down that it is theirs.

    Args:
        connection: A transaction that has locked the broadcast.
        broadcast_id: Which broadcast.
        messages: person_id, address_id, sender, text and parts of each, hold_from and hold_until.
        now: When it is.
    """
    same = {"lane": int(Lane.BROADCAST), "state": "queued", "attempts": 0, "created_at": now, "not_before": now}
    rows = [{"id": new_id(), **same, **each} for each in messages]
    if not rows:
        return
    connection.execute(insert(OUTBOX), rows)
    theirs = ({"its_person": row["person_id"], "its_outbox": row["id"]} for row in rows)
    connection.execute(_QUEUED_AS, [{"its_broadcast": broadcast_id, **each} for each in theirs])


def change_recipients(connection: Connection, broadcast_id: int, ids: Collection[int], **values: Any) -> None:
    """Put some people off (`due_at`), or leave them out (`left_out`)."""
    if ids:
        these = (RECIPIENT.c.broadcast_id == broadcast_id, RECIPIENT.c.person_id.in_(ids), *NOT_QUEUED)
        connection.execute(update(RECIPIENT).where(*these).values(**values))


def take_back_queued(connection: Connection, broadcast_id: int) -> int:
    """Let what is queued, and with nobody yet, be as if it had not been queued; how many that were."""
    gone = connection.execute(
        delete(OUTBOX).where(*_ALL_QUEUED).returning(OUTBOX.c.id), {"its_broadcast": broadcast_id}
    )
    ids = [{"its_outbox": each} for each in gone.scalars()]
    if ids:
        connection.execute(_TAKEN_BACK, ids)
    return len(ids)


def withdraw_rest(connection: Connection, broadcast_id: int, by: str) -> int:
    """Nobody gets it any more whom it has not gone to; how many that are."""
    why = by + STOPPED
    queued = update(OUTBOX).where(*_ALL_QUEUED).values(state="withdrawn", reason=why)
    withdrawn: int = connection.execute(queued, {"its_broadcast": broadcast_id}).rowcount
    rest = update(RECIPIENT).where(RECIPIENT.c.broadcast_id == broadcast_id, *NOT_QUEUED).values(left_out=why)
    left_out: int = connection.execute(rest).rowcount
    return withdrawn + left_out


def withdraw_from(connection: Connection, person_id: int, why: str) -> None:
    """Somebody gets no broadcast that is queued for them."""
    theirs = (OUTBOX.c.person_id == person_id, OUTBOX.c.lane == int(Lane.BROADCAST), QUEUED)
    connection.execute(update(OUTBOX).where(*theirs).values(state="withdrawn", reason=why))


# -- what became of it ---------------------------------------------------------------------------------

_STOPPED: ColumnElement[str] = literal_column(f"'%{STOPPED}'")  # written out: PostgreSQL groups by no parameter
_STATE = case(
    (or_(RECIPIENT.c.left_out.like(_STOPPED), OUTBOX.c.reason.like(_STOPPED)), literal_column("'stopped'")),
    (RECIPIENT.c.left_out.is_not(None), literal_column("'left out'")),
    (RECIPIENT.c.outbox_id.is_(None), literal_column("'waiting'")),
    else_=OUTBOX.c.state,
).label("state")
_ITS_MESSAGES = RECIPIENT.outerjoin(OUTBOX, OUTBOX.c.id == RECIPIENT.c.outbox_id)


def how_far(connection: Connection, broadcast_id: int) -> dict[str, int]:
    """How many people are in each state: that of their message, "left out", "stopped", or "waiting" to be queued."""
    query = (
        select(_STATE, func.count().label("people"))
        .select_from(_ITS_MESSAGES)
        .where(RECIPIENT.c.broadcast_id == broadcast_id)
        .group_by(_STATE)
    )
    return {row.state: row.people for row in connection.execute(query)}


def everybody_in(
    connection: Connection, broadcast_id: int, state: str | None = None, limit: int | None = None
) -> list[Row[Any]]:
    """Each person, or those in one state: person_id, called, channel, state, reason, and at (when it was, or is to be).

    No more than `limit`, in the order in which they came.
    """
    reason = func.coalesce(RECIPIENT.c.left_out, OUTBOX.c.reason).label("reason")
    at = func.coalesce(OUTBOX.c.settled_at, OUTBOX.c.not_before, RECIPIENT.c.due_at).label("at")
    query = (
        select(RECIPIENT.c.person_id, PERSON.c.called, ADDRESS.c.channel, _STATE, reason, at)
        .select_from(
            _ITS_MESSAGES.outerjoin(PERSON, PERSON.c.id == RECIPIENT.c.person_id).outerjoin(
                ADDRESS, ADDRESS.c.id == func.coalesce(OUTBOX.c.address_id, PERSON.c.preferred_address_id)
            )
        )
        .where(RECIPIENT.c.broadcast_id == broadcast_id)
        .order_by(RECIPIENT.c.person_id)
        .limit(limit)
    )
    if state is not None:
        query = query.where(_STATE.element == state)
    return list(connection.execute(query))


def people_whose(connection: Connection, broadcast_id: int, state: str) -> list[int]:
    """The ids of those whose message is in this state."""
    its = (RECIPIENT.c.broadcast_id == broadcast_id, OUTBOX.c.state == state)
    query = select(RECIPIENT.c.person_id).join(OUTBOX, OUTBOX.c.id == RECIPIENT.c.outbox_id).where(*its)
    return list(connection.execute(query.order_by(RECIPIENT.c.person_id)).scalars())


def parts_of(connection: Connection, broadcast_id: int) -> int:
    """How many SMS parts it has come to so far."""
    query = _parts().join(RECIPIENT, RECIPIENT.c.outbox_id == OUTBOX.c.id)
    return int(connection.execute(query.where(RECIPIENT.c.broadcast_id == broadcast_id)).scalar_one())


def parts_since(connection: Connection, moment: datetime) -> int:
    """How many SMS parts all messages since then come to, also those that are still to leave; reads all of them."""
    return int(connection.execute(_parts().where(OUTBOX.c.created_at >= moment)).scalar_one())


def _parts() -> Select[Any]:
    """What was not counted when it was sent, because its end is unknown, is one part at least."""
    return (
        select(func.coalesce(func.sum(func.coalesce(OUTBOX.c.parts, 1)), 0))
        .select_from(OUTBOX)
        .join(ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
        .where(ADDRESS.c.channel == "sms", OUTBOX.c.state.not_in(NOT_BILLED))
    )


# -- what came back ------------------------------------------------------------------------------------


def broadcast_answered(connection: Connection, address_id: int, since: datetime) -> tuple[int, int] | None:
    """The broadcast that a phone got last, by whoever holds it, if it was since then: id and number."""
    found = [tuple(row) for row in read(connection, _ANSWERED, {"its_address": address_id, "since": since})]
    return found[0] if found else None


def replies_to(connection: Connection, broadcast_id: int) -> list[Row[Any]]:
    """What people wrote back, oldest first: person_id, called, text, at, and done_at once somebody has seen to it."""
    query = (
        select(INBOX.c.person_id, PERSON.c.called, MESSAGE.c.text, INBOX.c.at, INBOX.c.done_at)
        .join(RECIPIENT, RECIPIENT.c.person_id == INBOX.c.person_id)
        .join(PERSON, PERSON.c.id == INBOX.c.person_id)
        .join(MESSAGE, MESSAGE.c.id == INBOX.c.message_id)
        .where(RECIPIENT.c.broadcast_id == broadcast_id, INBOX.c.name == reply_name(broadcast_id))
        .order_by(INBOX.c.id)
    )
    return list(connection.execute(query))


def reply_name(broadcast_id: int) -> str:
    """The name of an inbox item that answers this broadcast."""
    return f"broadcast:{broadcast_id}"


# -- keeping it right ----------------------------------------------------------------------------------


def hold_what_is_tried_again(connection: Connection, outbox_ids: Sequence[int]) -> None:
    """What is queued once more after its broadcast was paused waits with the rest; one that was stopped is over."""
    query = (
        select(OUTBOX.c.id, BROADCAST.c.state)
        .join(RECIPIENT, RECIPIENT.c.outbox_id == OUTBOX.c.id)
        .join(BROADCAST, BROADCAST.c.id == RECIPIENT.c.broadcast_id)
        .where(OUTBOX.c.id.in_(outbox_ids), QUEUED, BROADCAST.c.state.in_(("paused", "stopped")))
    )
    found = connection.execute(query).all()
    paused = [row.id for row in found if row.state == "paused"]
    if paused:
        connection.execute(_TAKEN_BACK, [{"its_outbox": each} for each in paused])
        connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(paused)))
    stopped = [row.id for row in found if row.state == "stopped"]
    if stopped:
        why = "somebody" + STOPPED
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(stopped)).values(state="withdrawn", reason=why))


def clear_old_broadcasts(connection: Connection, before: datetime) -> None:
    """Delete, after the messages of that time, for whom broadcasts were meant, and broadcasts meant for nobody now."""
    sent_long_ago = RECIPIENT.c.outbox_id.is_not(None) & ~exists().where(OUTBOX.c.id == RECIPIENT.c.outbox_id)
    left_out_long_ago = RECIPIENT.c.left_out.is_not(None) & (RECIPIENT.c.due_at < before)
    connection.execute(delete(RECIPIENT).where(or_(sent_long_ago, left_out_long_ago)))
    empty = ~exists().where(RECIPIENT.c.broadcast_id == BROADCAST.c.id)
    connection.execute(delete(BROADCAST).where(BROADCAST.c.made_at < before, empty))
    connection.execute(delete(PICK).where(~exists().where(BROADCAST.c.id == PICK.c.broadcast_id)))
