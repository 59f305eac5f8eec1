"""All that a page about one person shows, by a few statements that each find their rows by an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from storage.alerts import ALERT, IS_OPEN
from storage.desk import ADDRESS, CHECK_IN, HOLDER, MESSAGE, OUTBOX, PERSON
from storage.notes import DONE
from storage.projects import PROJECT
from storage.relay import MATE


def person_with_id(connection: Connection, person_id: int) -> Row[Any] | None:
    """That person's row."""
    return connection.execute(select(PERSON).where(PERSON.c.id == person_id)).one_or_none()


def where_they_are(connection: Connection, person_id: int) -> list[Row[Any]]:
    """Every address of theirs, oldest first, whole."""
    query = select(ADDRESS).join(HOLDER, HOLDER.c.address_id == ADDRESS.c.id).where(HOLDER.c.person_id == person_id)
    return list(connection.execute(query.order_by(ADDRESS.c.id)))


def who_else_is_there(connection: Connection, person_id: int) -> list[Row[Any]]:
    """Who shares an address with them: address_id, id and called."""
    mine, others = HOLDER.alias("mine"), HOLDER.alias("others")
    query = (
        select(others.c.address_id, PERSON.c.id, PERSON.c.called)
        .select_from(mine)
        .join(others, others.c.address_id == mine.c.address_id)
        .join(PERSON, PERSON.c.id == others.c.person_id)
        .where(mine.c.person_id == person_id, others.c.person_id != person_id)
    )
    return list(connection.execute(query.order_by(PERSON.c.id)))


def open_alert_of(connection: Connection, person_id: int) -> Row[Any] | None:
    """Their open alert, to look at: reference, state, since, has_it and may_text."""
    columns = (ALERT.c[name] for name in ("reference", "state", "since", "has_it", "may_text"))
    return connection.execute(select(*columns).where(ALERT.c.person_id == person_id, IS_OPEN)).one_or_none()


def check_ins_of(connection: Connection, person_id: int, limit: int) -> list[Row[Any]]:
    """How they said they were, the newest first: at, mood, note and wants_a_call."""
    columns = (CHECK_IN.c.at, CHECK_IN.c.mood, CHECK_IN.c.note, CHECK_IN.c.wants_a_call)
    mine = select(*columns).where(CHECK_IN.c.person_id == person_id)
    return list(connection.execute(mine.order_by(CHECK_IN.c.at.desc()).limit(limit)))


def may_be_asked_in(connection: Connection, person_id: int) -> list[Row[Any]]:
    """The projects in which a coordinator would like others to ask them: project_id, project, and their own word."""
    query = (
        select(MATE.c.project_id, PROJECT.c.name.label("project"), MATE.c.agreed)
        .join(PROJECT, PROJECT.c.id == MATE.c.project_id)
        .where(MATE.c.person_id == person_id)
    )
    return list(connection.execute(query.order_by(PROJECT.c.name)))


def said_by(connection: Connection, person_id: int, before: int | None, limit: int) -> list[Row[Any]]:
    """What they wrote, the newest first, from before that id: id, at, kind, text, between_us and channel."""
    columns = (MESSAGE.c[name] for name in ("id", "at", "kind", "text", "between_us"))
    return _newest(connection, MESSAGE, (*columns, ADDRESS.c.channel), person_id, before, limit)


def said_to(connection: Connection, person_id: int, before: int | None, limit: int) -> list[Row[Any]]:
    """What was written to them, likewise; besides kind: lane, state, reason, not_before, hold_until and parts."""
    names = ("id", "text", "between_us", "lane", "state", "reason", "not_before", "hold_until", "parts")
    columns = (OUTBOX.c.created_at.label("at"), *(OUTBOX.c[name] for name in names), ADDRESS.c.channel)
    return _newest(connection, OUTBOX, columns, person_id, before, limit)


def _newest(
    connection: Connection, table: Table, columns: Sequence[Any], person_id: int, before: int | None, limit: int
) -> list[Row[Any]]:
    """Keys grow with time, so those of two tables are one order."""
    query = select(*columns).select_from(table).outerjoin(ADDRESS, ADDRESS.c.id == table.c.address_id)
    earlier = () if before is None else (table.c.id < before,)
    query = query.where(table.c.person_id == person_id, *earlier).order_by(table.c.id.desc()).limit(limit)
    return list(connection.execute(query))


def written_by_hand(connection: Connection, person_id: int, messages: Sequence[int]) -> dict[int, str]:
    """Who of the team wrote which of these messages of ours."""
    replied = (DONE.c.person_id == person_id, DONE.c.what == "replied", DONE.c.outbox_id.in_(messages))
    return {row.outbox_id: row.who for row in connection.execute(select(DONE.c.outbox_id, DONE.c.who).where(*replied))}
