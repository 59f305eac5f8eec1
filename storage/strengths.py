"""Strengths: keeping them, and finding who named something like what is needed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from storage.desk import PERSON
from storage.tables import Strength, new_id, table_of

STRENGTH = table_of(Strength)
_ENDINGS = ("ings", "ing", "ers", "er", "ed", "es", "s", "e")
_SHORTEST_STEM = 3
_FILLERS = (
    "a an and are at but can do for from good have i in is it know like love make making me my of on or people some "
    "someone that the things to used very was with a'r ac ar da dw dwi fi gwneud hoffi iawn mae o pobl rydw sy yn"
)
_SAY_NOTHING = frozenset(_FILLERS.split())


def add_strength(connection: Connection, **values: Any) -> None:
    """Keep one, in place of an earlier one of the same act."""
    mine = (STRENGTH.c.conversation_id == values["conversation_id"], STRENGTH.c.name == values["name"])
    connection.execute(delete(STRENGTH).where(*mine))
    connection.execute(insert(STRENGTH), {"id": new_id(), **values})


def take_strengths_back(connection: Connection, conversation_id: int, names: tuple[str, ...]) -> None:
    """They went BACK over these."""
    mine = (STRENGTH.c.conversation_id == conversation_id, STRENGTH.c.name.in_(names))
    connection.execute(delete(STRENGTH).where(*mine))


def remove_strength(connection: Connection, person_id: int, strength_id: int) -> None:
    """Take one of somebody's own away."""
    connection.execute(delete(STRENGTH).where(STRENGTH.c.id == strength_id, STRENGTH.c.person_id == person_id))


def strengths_of(connection: Connection, person_id: int, besides: Collection[int] = ()) -> list[Row[Any]]:
    """What somebody has named, oldest first; not in these conversations."""
    query = select(STRENGTH).where(STRENGTH.c.person_id == person_id, STRENGTH.c.conversation_id.not_in(besides))
    return list(connection.execute(query.order_by(STRENGTH.c.id)))


def every_strength(connection: Connection) -> list[Row[Any]]:
    """Everything that anybody has named: person_id, called and words, by person."""
    query = select(STRENGTH.c.person_id, PERSON.c.called, STRENGTH.c.words).join(
        PERSON, PERSON.c.id == STRENGTH.c.person_id
    )
    return list(connection.execute(query.order_by(STRENGTH.c.person_id, STRENGTH.c.id)))


def who_named(connection: Connection, words: str) -> list[Row[Any]]:
    """Who named something that shares a word with these, whatever its ending; most shared words first.

    Like `every_strength`. A match is a reason to ask somebody, and says nothing about anybody else.
    """
    wanted = stems(words)
    found = [(len(wanted & stems(row.words)), row) for row in every_strength(connection)]
    return [row for shared, row in sorted(found, key=lambda each: -each[0]) if shared]


def stems(words: str) -> frozenset[str]:
    """The words that say something, each without its ending: "cooking for people", "cooks" and "cooker" share one."""
    return frozenset(_stem(each) for each in re.findall(r"[^\W\d_]+", words.casefold()) if each not in _SAY_NOTHING)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            return stem[:-1] if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] else stem
    return word
