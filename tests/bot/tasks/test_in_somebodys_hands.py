"""Whatever people and coordinators do, in whatever order, and whatever time passes: a task is with exactly one
volunteer, who sees it and can be reached, or it visibly waits with the coordinators."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.tasks import keeping
from bot.tasks.showing import standing
from storage.database import Database
from storage.desk import ADDRESS, CONVERSATION, HOLDER
from storage.tasks import TASK, task_numbered, tasks_of
from tests.bot.cast import Someone, rows
from tests.bot.projects.cast import bo_does
from tests.bot.tasks.cast import bo_asks, bo_can, bo_needs, bo_thanks, in_the_garden

NAMES = ("Ada", "Dee", "Eve")
WORDS = ("1", "2", "3", "4", "5", "TASKS", "STUCK", "BACK", "SKIP", "STOP", "START", "no bus", "friday", "EXIT")
COORDINATORS: dict[str, Callable[[World], object]] = {
    "asks Ada": lambda world: bo_asks(world, "Ada"),
    "asks everybody": lambda world: bo_asks(world, *NAMES),
    "answers a question": lambda world: bo_does(
        world, lambda c: keeping.answer(c, 1, "yes, there is", None, None, world.clock())
    ),
    "needs more": lambda world: bo_needs(world, "the far bed"),
    "answers a barrier": lambda world: bo_can(world, "we pay the bus"),
    "thanks": lambda world: bo_thanks(world, "lovely"),
    "closes": lambda world: bo_does(world, lambda c: keeping.close(c, 1, "it rained", world.clock())),
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS)),
    st.tuples(st.just("Bo"), st.sampled_from(sorted(COORDINATORS))),
    st.tuples(st.just("time"), st.sampled_from(["an hour", "a day", "a week"])),
)
TIME = {"an hour": timedelta(hours=1), "a day": timedelta(days=1), "a week": timedelta(days=7)}


async def take(world: World, people: dict[str, Someone], who: str, what: str) -> None:
    if who == "time":
        await world.later(TIME[what], step=min(TIME[what], timedelta(hours=8)))
    elif who == "Bo":
        with suppress(NotDone):
            COORDINATORS[what](world)
    else:
        await people[who].texts(what)


def who_has_it(world: World) -> str | None:
    """The one volunteer who has it, or None; and all that is claimed about it is so."""
    with world.service.database.reading() as connection:
        task = task_numbered(connection, 1)
        said = standing(connection, task, world.clock())
        with_them = [person for person in _everybody(world) if tasks_of(connection, person)]
    shown_for_us, shown_with_them = said[0].waits_for_us, " has it since " in said[0].text
    is_over = task.thanked_at is not None or task.closed_at is not None
    if task.holder_id is None:
        assert with_them == []
        assert not shown_with_them
        assert is_over or shown_for_us
        return None
    assert not is_over
    assert with_them == [task.holder_id]
    assert shown_with_them
    assert not shown_for_us
    return str(task.holder)


def _everybody(world: World) -> list[int]:
    return sorted({person for (person,) in rows(world, HOLDER, "person_id")})


def _has_stopped(world: World) -> set[int]:
    stopped = {its_id for its_id, at in rows(world, ADDRESS, "id", "stopped_at") if at is not None}
    return {person for person, address in rows(world, HOLDER, "person_id", "address_id") if address in stopped}


async def play(path: Path, steps: list[tuple[str, str]]) -> None:
    async with World(Database(f"sqlite:///{path}")) as world:
        people = dict(zip(NAMES, await in_the_garden(world, *((n, "sms", "en") for n in NAMES)), strict=True))
        bo_asks(world, "Ada")
        await world.later(TIME["an hour"])
        for step in steps:
            await take(world, people, *step)
            who_has_it(world)
        await world.later(TIME["an hour"])
        holder = rows(world, TASK, "holder_id")[0][0]
        assert holder not in _has_stopped(world)
        assert who_has_it(world) in (*NAMES, None)
        broken = [flow for flow, place in rows(world, CONVERSATION, "flow", "place") if not place]
        assert broken == []


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=8, max_size=30))
def test_a_task_is_always_with_exactly_one_volunteer_or_waits_with_the_coordinators(sqlite_template, steps):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(sqlite_template, Path(folder) / "world.sqlite3"))
        asyncio.run(play(path, steps))


@pytest.mark.parametrize(
    "steps",
    [
        [("Ada", "1"), ("Ada", "BACK"), ("Ada", "1"), ("Ada", "SKIP"), ("Ada", "STOP"), ("Ada", "START")],
        [("Ada", "1"), ("Ada", "1"), ("Ada", "TASKS"), ("Ada", "5"), ("Bo", "needs more"), ("time", "a day")],
        [
            *[("Ada", "1"), ("Ada", "1"), ("Ada", "TASKS"), ("Ada", "4"), ("Ada", "2"), ("Ada", "1")],
            *[("time", "a day"), ("Ada", "TASKS"), ("Ada", "5"), ("Dee", "1"), ("Bo", "thanks")],
        ],
    ],
)
async def test_ways_that_are_easily_forgotten(new_sqlite_url, steps):
    await play(Path(new_sqlite_url().removeprefix("sqlite:///")), steps)
