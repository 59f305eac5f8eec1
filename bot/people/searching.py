"""The list of people that a coordinator looks through, page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from bot.people import CHANNELS
from storage.searching import addresses_of_these, find_people

ON_A_PAGE = 50


@dataclass(frozen=True)
class Found:
    """One person of the list.

    Attributes:
        id: Their key.
        called: What they are called; None: they have not said.
        where: Their addresses, as one says them: "SMS +447700900001".
        stands: What stands out: "coordinator", "has not joined", "has said STOP", ...
    """

    id: int
    called: str | None
    where: tuple[str, ...]
    stands: tuple[str, ...]


@dataclass(frozen=True)
class PeopleFound:
    """A page of those who were meant.

    Attributes:
        people: They, by name.
        in_all: How many are meant on all pages together.
        page: Which page this is, from 1.
        pages: How many there are.
    """

    people: tuple[Found, ...]
    in_all: int
    page: int
    pages: int


def search(connection: Connection, said: str, page: int = 1, projects: frozenset[int] | None = None) -> PeopleFound:
    """Whom a part of a name, number, chat or key means, by name; of nothing typed, everybody.

    Args:
        connection: To read with.
        said: What was typed.
        page: Which page, from 1; a page after the last is empty.
        projects: Only people who belong to one of these; None: of all.
    """
    page = max(page, 1)
    rows, in_all = find_people(connection, said, projects, (page - 1) * ON_A_PAGE, ON_A_PAGE)
    theirs: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in addresses_of_these(connection, [each.id for each in rows]):
        theirs[row.person_id].append(row)
    people = tuple(_found(row, theirs[row.id]) for row in rows)
    return PeopleFound(people, in_all, page, max(1, -(-in_all // ON_A_PAGE)))


def _found(person: Row[Any], addresses: list[Row[Any]]) -> Found:
    where = tuple(f"{CHANNELS.get(each.channel, each.channel)} {each.value}" for each in addresses)
    return Found(person.id, person.called, where, tuple(_stands_out(person, addresses)))


def _stands_out(person: Row[Any], addresses: list[Row[Any]]) -> Iterable[str]:
    if person.role == "coordinator":
        yield "coordinator"
    elif person.joined_at is None:
        yield "has not joined"
    if person.language == "cy":
        yield "writes Welsh"
    if person.safe_to_text is False:
        yield "NOT SAFE to text"
    if any(each.stopped_at for each in addresses):
        yield "has said STOP"
    elif not any(each.closed_at is None for each in addresses):
        yield "cannot be reached"
    if person.taken_over_at is not None:
        yield "a person writes with them"
