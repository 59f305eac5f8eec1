"""Questions about people that more than one message at a time asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from storage.desk import ADDRESS, HOLDER, PERSON

_DUE = (
    select(PERSON.c.id)
    .where(PERSON.c.check_in_due_at <= bindparam("now", type_=PERSON.c.check_in_due_at.type))
    .order_by(PERSON.c.check_in_due_at)
    .limit(bindparam("limit"))
)


def language_at(connection: Connection, channel: str, value: str) -> str | None:
    """The language of whoever has an address; None: not known. Writes nothing."""
    query = (
        select(PERSON.c.language)
        .join(HOLDER, HOLDER.c.person_id == PERSON.c.id)
        .join(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
        .where(ADDRESS.c.channel == channel, ADDRESS.c.value == value)
        .limit(1)
    )
    return connection.execute(query).scalar()


HAS_NOT_JOINED = PERSON.c.joined_at.is_(None) & (PERSON.c.role == "volunteer")
"""Nothing goes to them but their invitation; see `bot.not_joined`."""
NOT_JOINED = "they have not joined"
"""Why something was left unsaid to them; once they have joined it is said after all."""


def who_has_not_joined(connection: Connection, ids: Sequence[int]) -> dict[int, str | None]:
    """Whoever of these people has not joined, and what they are called."""
    query = select(PERSON.c.id, PERSON.c.called).where(PERSON.c.id.in_(ids), HAS_NOT_JOINED).order_by(PERSON.c.id)
    return {row.id: row.called for row in connection.execute(query)}


def how_many_joined(connection: Connection) -> int:
    """How many volunteers there are."""
    query = (
        select(func.count()).select_from(PERSON).where(PERSON.c.joined_at.is_not(None), PERSON.c.role == "volunteer")
    )
    return connection.execute(query).scalar_one()


def who_is_due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The ids of people whose check-in is due, those who have waited longest first: one indexed query."""
    return list(connection.execute(_DUE, {"now": now, "limit": limit}).scalars())


def people_with_a_rhythm(connection: Connection, after: int, limit: int) -> list[int]:
    """The ids of people who get check-ins, in order, from those after an id."""
    query = (
        select(PERSON.c.id)
        .where(PERSON.c.check_in_every_days.is_not(None), PERSON.c.id > after)
        .order_by(PERSON.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def people_at(connection: Connection, values: Sequence[str]) -> list[Row[Any]]:
    """Who holds one of these addresses; see `_who`."""
    return list(connection.execute(_who().where(ADDRESS.c.value.in_(values))))


def called(connection: Connection, person_id: int) -> str | None:
    """What somebody is called; None: they have not said."""
    return connection.execute(select(PERSON.c.called).where(PERSON.c.id == person_id)).scalar()


def people_called(connection: Connection, name: str) -> list[Row[Any]]:
    """Who is called this, in whatever capitals: one row for each address of each; see `_who`."""
    return list(connection.execute(_who().where(func.lower(PERSON.c.called) == name.strip().lower())))


def person_with_key(connection: Connection, key: int) -> list[Row[Any]]:
    """Whose id this is: one row for each address of theirs; see `_who`."""
    return list(connection.execute(_who().where(PERSON.c.id == key)))


def everybody(connection: Connection) -> list[Row[Any]]:
    """Everybody there is, one row for each address of each; see `_who`."""
    return list(connection.execute(_who()))


def names_in_use(connection: Connection) -> list[str]:
    """What anybody is called, each name once."""
    return list(connection.execute(select(PERSON.c.called).where(PERSON.c.called.is_not(None)).distinct()).scalars())


def _who() -> Select[Any]:
    """id, called, role, language, joined_at, and the channel and value of an address (None: they have none)."""
    person = (PERSON.c.id, PERSON.c.called, PERSON.c.role, PERSON.c.language, PERSON.c.joined_at)
    return (
        select(*person, ADDRESS.c.channel, ADDRESS.c.value)
        .outerjoin(HOLDER, HOLDER.c.person_id == PERSON.c.id)
        .outerjoin(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
        .order_by(PERSON.c.id, ADDRESS.c.id)
    )
