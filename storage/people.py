"""Questions about people that more than one message at a time asks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

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
