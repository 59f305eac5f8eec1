"""Finding people among many: by any part of a name, of an address or of a key, and only those whom one may see.

The names and addresses of everybody may be read through; messages never are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, String, cast, exists, func, or_, select, true

from storage.desk import ADDRESS, HOLDER, PERSON
from storage.projects import MEMBER, PROJECT

SHORTEST_KEY = 4  # digits: fewer are in nearly every key


def belongs_to_one_of(projects: frozenset[int] | None) -> ColumnElement[bool]:
    """Whether a person belongs to one of these projects; None: everybody does."""
    if projects is None:
        return true()
    theirs = exists().where(MEMBER.c.person_id == PERSON.c.id, MEMBER.c.project_id.in_(projects))
    for_all = exists().where(PROJECT.c.id.in_(projects), PROJECT.c.everybody.is_(True))
    return or_(theirs, for_all & PERSON.c.joined_at.is_not(None))


def may_be_seen(connection: Connection, person_id: int, projects: frozenset[int] | None) -> bool:
    """Whether there is such a person, and they belong to one of these projects (None: all)."""
    query = select(PERSON.c.id).where(PERSON.c.id == person_id, belongs_to_one_of(projects))
    return connection.execute(query).first() is not None


def which_may_be_seen(connection: Connection, people: Collection[int], projects: frozenset[int] | None) -> set[int]:
    """Those of these people who belong to one of these projects (None: all)."""
    query = select(PERSON.c.id).where(PERSON.c.id.in_(people), belongs_to_one_of(projects))
    return set(connection.execute(query).scalars())


def find_people(
    connection: Connection, said: str, projects: frozenset[int] | None, first: int, limit: int
) -> tuple[list[Row[Any]], int]:
    """Some of those who are meant, by name, and how many they are in all.

    Args:
        connection: To read with.
        said: A part of a name, number, chat or key; empty: everybody.
        projects: Only people of these; None: of all.
        first: How many to leave out before the first.
        limit: How many at the most.

    Returns:
        Rows of id, called, role, language, joined_at, safe_to_text and taken_over_at.
    """
    columns = ("id", "called", "role", "language", "joined_at", "safe_to_text", "taken_over_at")
    where = (_is_meant(said), belongs_to_one_of(projects))
    by_name = (PERSON.c.called.is_(None), func.lower(PERSON.c.called), PERSON.c.id)
    query = select(*(PERSON.c[name] for name in columns)).where(*where).order_by(*by_name)
    rows = list(connection.execute(query.offset(first).limit(limit + 1)))
    if len(rows) <= limit and (rows or not first):
        return rows, first + len(rows)  # the end: nobody needs to read through all names again to count
    in_all = connection.execute(select(func.count()).select_from(PERSON).where(*where)).scalar_one()
    return rows[:limit], int(in_all)


def _is_meant(said: str) -> ColumnElement[bool]:
    typed = " ".join(said.split())
    if not typed:
        return true()
    # Not every database knows the small letter of É, but each finds it as it is written at the head of a name.
    ways = [func.lower(PERSON.c.called).contains(typed.lower(), autoescape=True)]
    if not typed.isascii():
        ways.append(PERSON.c.called.contains(typed.title(), autoescape=True))
    digits = re.sub(r"\D", "", typed)
    if digits and not re.search(r"[^\d\s()+.-]", typed):
        number = re.sub(r"^(00|0)", "", digits)  # 07700 is kept as +447700, and 0044 7700 too
        holds = select(HOLDER.c.person_id).join(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
        ways.append(PERSON.c.id.in_(holds.where(ADDRESS.c.value.contains(number or digits))))
        if len(digits) >= SHORTEST_KEY:
            ways.append(cast(PERSON.c.id, String).contains(digits))
    return or_(*ways)


def addresses_of_these(connection: Connection, people: Sequence[int]) -> list[Row[Any]]:
    """Every address of these people: person_id, channel, value, stopped_at and closed_at."""
    columns = (HOLDER.c.person_id, ADDRESS.c.channel, ADDRESS.c.value, ADDRESS.c.stopped_at, ADDRESS.c.closed_at)
    query = select(*columns).join(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
    return list(connection.execute(query.where(HOLDER.c.person_id.in_(people)).order_by(HOLDER.c.address_id)))
