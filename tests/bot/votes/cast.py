"""A vote about a bench in the garden, and the group that votes."""

from __future__ import annotations

from datetime import timedelta

from bot.simulation import BALLOT_SECRET, World
from bot.votes import keeping
from bot.votes.box import ballot_key
from bot.votes.file import VoteFile
from tests.bot.cast import Someone, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

KEY = ballot_key(BALLOT_SECRET)
ZONE = "Europe/London"
CHOICES = ("by the pond", "under the tree", "at the gate")
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
SECRET = {"wording": "more than half decides, in secret", "way": "majority", "secret": True}
TWO_THIRDS = {"wording": "two thirds decide", "way": "two thirds"}


def bench(**changes) -> VoteFile:
    """The vote about the bench; `closes` must be given."""
    usual = {
        "project": "Garden",
        "question": "Where shall the bench go?",
        "why": "it comes next week",
        "choices": CHOICES,
    }
    return VoteFile(**{**usual, **changes})


def bo_calls(world: World, key: bytes | None = KEY, **changes) -> list[str]:
    """Bo calls the vote; it closes after three days."""
    closes = (world.clock() + timedelta(days=3)).replace(tzinfo=None)
    file = bench(**({"closes": closes} | changes))
    return bo_does(world, lambda connection: keeping.call(connection, file, ZONE, world.clock(), key))


def bo_reads(world: World, key: bytes | None = KEY) -> list[str]:
    """What came of it, as Bo sees it."""
    return bo_does(world, lambda connection: keeping.result_lines(connection, 1, ZONE, world.clock(), key))


async def the_group(world: World, *names: str, channel: str = "sms", **card) -> list[Someone]:
    """People who have joined and been told of the rule, two days ago."""
    people = [await volunteer(world, name, channel) for name in names]
    bo_saves(world, **card)
    await world.later(2 * A_DAY)
    for each in people:
        await each.looks()
    return people


async def hear_of_it(world: World, people: list[Someone]) -> None:
    """An hour passes, and everybody looks at their handset."""
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
