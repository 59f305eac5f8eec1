"""A saved questionnaire, and looks into what is kept of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.questionnaires.asking import ABOUT, FLOW
from bot.simulation import World
from storage.desk import PERSON
from storage.nudges import NewNudge, add_nudges
from storage.questionnaires import newest_version, save_version
from tests.bot.cast import rows
from tests.bot.questionnaires.files import CAFE, read


@pytest.fixture
def save(world: World) -> Callable[[str], int]:
    """Saves a questionnaire; returns the id of its version."""

    def saved(text: str = CAFE) -> int:
        content = read(text).content
        assert content is not None
        said = json.dumps(content, ensure_ascii=False)
        with world.service.database.writing() as connection:
            save_version(connection, content["name"], said, content["keyword"].lower() or None, world.clock())
            kept = newest_version(connection, content["name"])
        assert kept is not None
        return kept.id

    return saved


@pytest.fixture
def send(world: World) -> Callable[[int], Any]:
    """Asks everybody who is there a version, now."""

    async def sent(version_id: int, about: str = "the cafe") -> None:
        now = world.clock()
        people = [its_id for (its_id,) in rows(world, PERSON, "id")]
        given = {ABOUT: str(version_id)}
        with world.service.database.writing() as connection:
            until = now.replace(year=now.year + 1)
            add_nudges(connection, [NewNudge(each, about, FLOW, now, until, given) for each in people])
        await world.service.nudges.find_due()
        await world.settle()

    return sent
