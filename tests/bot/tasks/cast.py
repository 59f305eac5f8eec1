"""A task in the garden, and what Bo does with it at the command line."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

from bot.simulation import World
from bot.tasks import keeping
from bot.tasks.brief import EXAMPLE, BriefFile
from bot.tasks.showing import task_lines
from tests.bot.cast import Someone, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
THE_DAY = date(2026, 3, 13)  # a Friday; the world begins on Monday 2 March


def brief(**changes) -> BriefFile:
    """The brief of the example with a day in March, with changes; None takes a line away."""
    stored = tomllib.loads(EXAMPLE) | {"day": THE_DAY} | changes
    return BriefFile(**{key: value for key, value in stored.items() if value is not None})


def bo_keeps(world: World, **changes) -> list[str]:
    """Bo saves the brief."""
    return bo_does(world, lambda c: keeping.keep_brief(c, brief(**changes), world.clock()))


def bo_asks(world: World, *people: str, number: int = 1) -> list[str]:
    return bo_does(world, lambda c: keeping.offer(c, number, people, world.clock()))


def bo_answers(world: World, words: str, to: str | None = None) -> list[str]:
    return bo_does(world, lambda c: keeping.answer(c, 1, words, to, None, world.clock()))


def bo_needs(world: World, words: str) -> list[str]:
    return bo_does(world, lambda c: keeping.needed(c, 1, words, world.clock()))


def bo_can(world: World, we_can: str | None, **other: str) -> list[str]:
    rest = {"cannot": None, "because": None, "instead": None, **other}
    return bo_does(world, lambda c: keeping.answer_barrier(c, 1, we_can, now=world.clock(), **rest))


def bo_thanks(world: World, words: str | None = None) -> list[str]:
    return bo_does(world, lambda c: keeping.thank(c, 1, words, world.clock()))


def bo_lists(world: World) -> str:
    return _flat(bo_does(world, lambda c: task_lines(c, world.clock())))


def bo_looks_at_it(world: World) -> str:
    return _flat(bo_does(world, lambda c: keeping.show(c, 1, world.clock())))


async def in_the_garden(world: World, *who: tuple[str, str, str]) -> list[Someone]:
    """People who have joined, in a garden that is for everybody, and who have read its card."""
    people = [await volunteer(world, *each) for each in who]
    bo_saves(world)
    bo_keeps(world)
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
    return people


async def with_the_task(world: World, channel: str = "sms", language: str = "en") -> Someone:
    """Ada, who has the task and has agreed on Friday 13 March."""
    (ada,) = await in_the_garden(world, ("Ada", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    ada.hears("task-offer.agreed")
    return ada


async def hears_later(world: World, who: Someone, *keys: str, after: timedelta = AN_HOUR) -> None:
    await world.later(after)
    await who.looks()
    who.hears(*keys)


async def hears_nothing_for(world: World, who: Someone, time: timedelta) -> None:
    await world.later(time, step=timedelta(hours=2))
    assert "Water the beds" not in " ".join(await who.looks())


def _flat(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
