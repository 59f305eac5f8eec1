"""The garden, which the people of these stories make together, and what Bo does with it at the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from sqlalchemy import Connection

from bot.projects.card import EXAMPLE, CardFile
from bot.projects.keeping import keep_card
from bot.simulation import World


def garden(**changes) -> CardFile:
    """The card of the example, with changes; None takes a line away."""
    stored = tomllib.loads(EXAMPLE) | changes
    return CardFile(**{key: value for key, value in stored.items() if value is not None})


def bo_does(world: World, work: Callable[[Connection], list[str]]) -> list[str]:
    """Something that Bo does in one transaction, as the command line does it; what it says."""
    with world.service.database.writing() as connection:
        return work(connection)


def bo_saves(world: World, **changes) -> list[str]:
    """Bo saves the garden's card."""
    return bo_does(world, lambda connection: keep_card(connection, garden(**changes), world.clock()))
