"""Who of the team writes with somebody instead of the bot, from their phone or at the console, and what they did.

`taken_over_at` on the person's row says that somebody does, and when they last wrote; `taken_over_by` whose phone gets
what the person writes (None: whoever it is reads it at the console). The name is in what was written down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, select, update

from storage.desk import OUTBOX, PERSON, QUEUED, Desk
from storage.notes import DONE, write_down

TOOK_OVER, REPLIED, GAVE_BACK = "took over", "replied", "gave back"
SILENT = "given back after a day of silence"
SOMEBODY = "Somebody of the team"
BY_TEXT = "by text"


@dataclass(frozen=True)
class Reader:
    """Who writes with somebody instead of the bot.

    Attributes:
        name: Of the team.
        since: When they last wrote, or else took over.
        at_console: Whether they read at the console; otherwise on their own phone.
        by_text: Whether they wrote last from their phone, outside any alert: then what is left at the console is sent
            there too.
    """

    name: str
    since: datetime
    at_console: bool
    by_text: bool = False


def who_reads(connection: Connection, person_id: int) -> Reader | None:
    """Who of the team writes with somebody; None: the bot does."""
    query = select(PERSON.c.taken_over_at, PERSON.c.taken_over_by).where(PERSON.c.id == person_id)
    row = connection.execute(query).one_or_none()
    if row is None or row.taken_over_at is None:
        return None
    wrote = DONE.c.person_id == person_id, DONE.c.what.in_((TOOK_OVER, REPLIED))
    last = connection.execute(select(DONE.c.who, DONE.c.note).where(*wrote).order_by(DONE.c.id.desc()).limit(1)).first()
    by_text = last is not None and (last.note or "").startswith(BY_TEXT)
    return Reader(last.who if last else SOMEBODY, row.taken_over_at, row.taken_over_by is None, by_text)


def who_reads_each(connection: Connection, ids: Collection[int]) -> dict[int, Reader]:
    """Who of the team writes with whom of these people; whoever is missing, the bot answers."""
    taken = select(PERSON.c.id).where(PERSON.c.id.in_(ids), PERSON.c.taken_over_at.is_not(None))
    found = {key: who_reads(connection, key) for key in connection.execute(taken).scalars().all()}
    return {key: reader for key, reader in found.items() if reader is not None}


def had_taken_over(connection: Connection, person_id: int, name: str, before: datetime) -> bool:
    """Whether somebody who writes with a person had begun to before that moment, and has gone on without a break."""
    kinds = (TOOK_OVER, REPLIED, GAVE_BACK, SILENT)
    query = select(DONE.c.who, DONE.c.what, DONE.c.at).where(DONE.c.person_id == person_id, DONE.c.what.in_(kinds))
    rows = connection.execute(query.order_by(DONE.c.id.desc())).all()
    without_a_break = takewhile(lambda row: row.who == name and row.what in (TOOK_OVER, REPLIED), rows)
    return any(row.at < before for row in without_a_break)


def take_over(desk: Desk, person_id: int, name: str, by: int | None, *, outbox_id: int | None = None) -> None:
    """From now on somebody of the team writes with a person; `by` is whose phone gets their words (None: the console).

    `outbox_id` is the message that tells the person so.
    """
    _set(desk, person_id, by, desk.now)
    write_down(desk.connection, person_id, desk.now, name, TOOK_OVER, outbox_id=outbox_id)


def has_replied(
    desk: Desk, person_id: int, name: str, by: int | None, outbox_id: int | None, note: str | None = None
) -> None:
    """Somebody of the team has written to a person; what they answer goes to whoever that is."""
    _set(desk, person_id, by, desk.now)
    write_down(desk.connection, person_id, desk.now, name, REPLIED, outbox_id=outbox_id, note=note)


def has_gone(connection: Connection, person_id: int, note: str) -> bool:
    """Whether a reply with this note was written down already."""
    this = (DONE.c.person_id == person_id, DONE.c.what == REPLIED, DONE.c.note == note)
    return connection.execute(select(DONE.c.id).where(*this).limit(1)).first() is not None


def give_back(desk: Desk, person_id: int, name: str, what: str = GAVE_BACK, *, outbox_id: int | None = None) -> None:
    """From now on the bot answers them again."""
    _set(desk, person_id, None, None)
    write_down(desk.connection, person_id, desk.now, name, what, outbox_id=outbox_id)


def _set(desk: Desk, person_id: int, by: int | None, at: datetime | None) -> None:
    person = desk.person(person_id)
    if person is not None:
        desk.change(person, taken_over_by=by, taken_over_at=at)  # on the desk it may be read again in this batch
    values = {"taken_over_by": by, "taken_over_at": at}
    desk.connection.execute(update(PERSON).where(PERSON.c.id == person_id).values(**values))


def take_back_what_was_not_said(connection: Connection, person_id: int) -> bool:
    """Withdraw the message that would have told them who reads, if it still waits; whether it did."""
    query = select(DONE.c.outbox_id).where(DONE.c.person_id == person_id, DONE.c.what == TOOK_OVER)
    outbox_id = connection.execute(query.order_by(DONE.c.id.desc()).limit(1)).scalar()
    waits = (OUTBOX.c.id == outbox_id, OUTBOX.c.person_id == person_id, QUEUED)
    gone = update(OUTBOX).where(*waits).values(state="withdrawn", reason="the computer is back already")
    return bool(connection.execute(gone).rowcount)


def silent_since(connection: Connection, before: datetime, limit: int) -> list[int]:
    """The ids of people whom somebody has taken over, and has not written to since that moment."""
    query = select(PERSON.c.id).where(PERSON.c.taken_over_at <= before).order_by(PERSON.c.taken_over_at).limit(limit)
    return list(connection.execute(query).scalars())


def was_written_since(connection: Connection, person_id: int, by: str, text: str, since: datetime) -> bool:
    """Whether somebody of the team has written exactly this to a person by hand since then."""
    theirs = (DONE.c.person_id == person_id, DONE.c.what == REPLIED, DONE.c.who == by)
    query = select(OUTBOX.c.id).join(DONE, DONE.c.outbox_id == OUTBOX.c.id)
    same = (OUTBOX.c.text == text, OUTBOX.c.created_at > since)
    return connection.execute(query.where(*theirs, *same).limit(1)).first() is not None
