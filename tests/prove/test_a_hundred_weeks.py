"""A hundred weeks of a project with sixty people: nobody is nudged twice, at night, in a pause or after STOP."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from bot.simulation import World
from bot.tasks.showing import FOR_YOU, standing
from storage.database import Database
from storage.desk import MESSAGE, OUTBOX
from storage.nudges import NUDGE
from storage.suggestions import SUGGESTION
from storage.tables import Lane
from storage.tasks import TASK, open_tasks
from tests.prove.weeks import Weeks

LONDON = ZoneInfo("Europe/London")
REAL_SECONDS = 60


async def lived_through(tmp_path: Path, people: int, weeks: int, seed: int) -> None:
    began = time.monotonic()
    async with World(database_in_a_hurry(tmp_path / "weeks.sqlite3")) as world:
        project = Weeks(world, random.Random(seed))
        await project.gather(people)
        await project.pass_by(weeks)
        took = time.monotonic() - began
        with world.service.database.reading() as connection:
            sent = list(connection.execute(select(OUTBOX).where(OUTBOX.c.state == "sent")))
            stops = stretches(connection)
            nudges = list(connection.execute(select(NUDGE)))
            states = Counter(connection.execute(select(SUGGESTION.c.state)).scalars())
            in_hands = [standing(connection, each, world.clock())[0].line for each in open_tasks(connection)]
            tasks = list(connection.execute(select(TASK)))
    first = [row for row in sent if row.lane == int(Lane.REMINDER)]
    print(f"{weeks} weeks of {people} people: {len(sent)} messages, {len(first)} of them first, {took:.1f} s")
    assert len(first) > people * weeks / 4
    assert not [row for row in first if not 9 <= row.settled_at.astimezone(LONDON).hour < 21]
    assert not [row for row in first if is_within(row.settled_at, stops.get(row.address_id, []))]
    assert len({(row.person_id, row.about) for row in nudges}) == len(nudges)
    assert not [row for row in nudges if row.state == "waiting" and row.until < world.clock()]
    assert states.keys() <= {"waiting", "answered", "taken back"}
    assert states["answered"] > 0
    assert all(" has it since " in said or said.startswith(FOR_YOU) for said in in_hands)
    assert len(tasks) == (weeks + 3) // 4
    assert [task for task in tasks if task.thanked_at is not None] or weeks < 50
    assert len(Counter(row.about.partition(":")[0] for row in nudges if row.state == "said")) >= 2


def database_in_a_hurry(path: Path) -> Database:
    """It does not wait for the disk at each commit: that power may fail is proved elsewhere."""
    database = Database(f"sqlite:///{path}")
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return database


def stretches(connection) -> dict[int, list[tuple[datetime, datetime]]]:
    """When each address was silent, from what its person sent: from STOP or PAUSE until START, or its next answer."""
    far = datetime.max.replace(tzinfo=LONDON)
    silent: dict[int, list[tuple[datetime, datetime]]] = {}
    since: dict[int, datetime] = {}
    query = select(MESSAGE.c.address_id, MESSAGE.c.text, MESSAGE.c.at).order_by(MESSAGE.c.id)
    for address_id, text, at in connection.execute(query):
        if text == "STOP":
            since.setdefault(address_id, at)
        elif text == "START" and address_id in since:
            silent.setdefault(address_id, []).append((since.pop(address_id), at))
    for address_id, at in since.items():
        silent.setdefault(address_id, []).append((at, far))
    return silent


def is_within(moment: datetime, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(begin < moment < end for begin, end in spans)


async def test_some_weeks_of_a_few_people(tmp_path: Path):
    await lived_through(tmp_path, people=12, weeks=8, seed=1)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [2, 3])
async def test_a_hundred_weeks_of_sixty_people(tmp_path: Path, seed: int):
    await lived_through(tmp_path, people=60, weeks=100, seed=seed)
