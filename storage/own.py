"""Which rows are about somebody of the team themselves: whoever holds the address of theirs, or is staff so called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, false, func, or_, select

from storage.desk import ADDRESS, HOLDER, PERSON
from storage.projects import MEMBER


@dataclass(frozen=True)
class Themselves:
    """Somebody of the team, as a person of whom there may be rows.

    Attributes:
        name: As volunteers know them.
        channel: Where they are told of alerts; None: nowhere.
        value: Their address there.
    """

    name: str
    channel: str | None = None
    value: str | None = None


def is_about(them: Themselves, person_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Whether a column names somebody of the team, or somebody who shares their phone; each row by an index."""
    return or_(_is_at(them, person_id), _is_staff(them, person_id))


def _is_staff(them: Themselves, person_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    # Counted: for EXISTS, PostgreSQL would rather read everybody once than look a few rows up.
    so_called = (
        select(func.count())
        .select_from(MEMBER)
        .join(PERSON, PERSON.c.id == MEMBER.c.person_id)
        .where(
            MEMBER.c.person_id == person_id,
            MEMBER.c.side == "staff",
            func.lower(PERSON.c.called) == them.name.lower(),
        )
        .correlate_except(MEMBER, PERSON)
    )
    return so_called.scalar_subquery() > 0


def _is_at(them: Themselves, person_id: ColumnElement[int | None]) -> ColumnElement[bool]:
    if them.channel is None:
        return false()
    there = (ADDRESS.c.channel == them.channel, ADDRESS.c.value == them.value)
    return exists().where(HOLDER.c.person_id == person_id, ADDRESS.c.id == HOLDER.c.address_id, *there)


def which_are_about(connection: Connection, them: Themselves, people: Collection[int]) -> set[int]:
    """Those of these people who are them, or share their phone."""
    if not people:
        return set()
    person = PERSON.alias("somebody")
    query = select(person.c.id).where(person.c.id.in_(people), is_about(them, person.c.id))
    return set(connection.execute(query).scalars())
