"""What Bo does at the console with one person, in one transaction as there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.simulation import World
from storage.desk import ADDRESS, HOLDER
from tests.bot.cast import Someone, rows

Result = TypeVar("Result")


def key_of(world: World, someone: Someone) -> int:
    """Somebody's key, by their number or chat."""
    [address_id] = [its_id for its_id, value in rows(world, ADDRESS, "id", "value") if value == someone.person.address]
    [key] = [who for where, who in rows(world, HOLDER, "address_id", "person_id") if where == address_id]
    return int(key)


def bo_looks(world: World, look: Callable[[Connection], Result]) -> Result:
    """What Bo sees, on a connection that cannot write."""
    with world.service.database.reading() as connection:
        return look(connection)


def bo_does(world: World, work: Callable[[Connection], Any]) -> Any:
    """Something that Bo does in one transaction."""
    with world.service.database.writing() as connection:
        return work(connection)
