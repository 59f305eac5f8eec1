"""`alongside audit --simulate`: a fortnight of 60 volunteers on the stage, once with two writers and once without."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.audit.answers import webhook_answers
from bot.audit.attack import Result, try_all
from bot.audit.attacks import ATTACKS
from bot.audit.loot import Loot
from bot.audit.played import Played
from bot.audit.script import fortnight, without_the_writers
from bot.audit.stage import Stage
from bot.audit.troubles import guess_codes, make_trouble
from storage.database import Database

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - with a folder of our own in it


@dataclass(frozen=True)
class Size:
    """How large the simulation is.

    Attributes:
        people: Volunteers.
        a_week: Feedbacks of others each week.
        weeks: How many weeks are played.
        step: How far the clock goes at once; the spool is folded as often.
        phones: From how many phones codes are guessed.
        seed: Another one, another fortnight.
    """

    people: int = 60
    a_week: int = 4
    weeks: int = 2
    step: timedelta = timedelta(hours=1)
    phones: int = 60
    seed: int = 1


def simulate(size: Size, say: Callable[[str], None]) -> list[Result]:
    """Play it in a folder of its own, which is away afterwards, and try every attack on what it left."""
    say(f"Playing {size.weeks} weeks of {size.people} volunteers, twice. This takes a minute or two.")
    memory = IN_MEMORY if IN_MEMORY.is_dir() else None  # a disk would be waited for at every commit
    with tempfile.TemporaryDirectory(prefix="alongside-audit-", dir=memory) as made:
        stages = [Stage(Path(made) / name, _sqlite(Path(made) / name), step=size.step) for name in ("one", "none")]
        return try_all(asyncio.run(play(stages[0], stages[1], size)), ATTACKS)


def _sqlite(folder: Path) -> Callable[[], Database]:
    def opened() -> Database:
        folder.mkdir(exist_ok=True)
        database = Database(f"sqlite:///{folder}/main.sqlite3")
        database.migrate()
        return database

    return opened


async def play(one: Stage, none: Stage, size: Size) -> Loot:
    """Play both fortnights and return what a thief has of the first, with what was seen of both."""
    events = fortnight(size.people, size.a_week, size.seed, size.weeks)
    await none.open()
    await none.join(size.people)
    await none.play(without_the_writers(events))
    await none.close()
    await one.open()
    await one.join(size.people)
    await one.play(events)
    troubles, guesses = await make_trouble(one), await guess_codes(one, size.phones)
    seen = Played(
        steps=tuple(one.steps),
        readings=tuple(one.readings),
        with_one=tuple(one.looks),
        without=tuple(none.looks),
        guesses=guesses,
        troubles=tuple(troubles),
        answers=await webhook_answers(one),
    )
    loot = one.robbed(seen)
    await one.close()
    return loot
