"""The demo charity, built once for all who look at it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.demo.story import live_in
from bot.simulation import HARBOUR_HOUSE, PASSPHRASE, World, feedback_in
from storage.database import Database
from storage.feedback.keys import unlock


@dataclass
class Stood:
    """What stands after three weeks.

    Attributes:
        database: As it is then, on a file that nobody writes to.
        now: What the clock shows.
        shown: What each handset has shown, by name.
        unsaid: What each had still to say, by name and question.
        passed: The days that were told on the way.
        logged: What was logged meanwhile that was no mere news.
        read: What Bo reads in the box of feedback.
    """

    database: Database
    now: datetime
    shown: dict[str, list[str]]
    unsaid: dict[str, dict[str, list[str]]]
    passed: list[date]
    logged: list[str]
    read: list[str]


class _Listening(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


async def build(folder: Path) -> Stood:
    """Build the charity in an empty folder."""
    feedback, passed, logged = feedback_in(folder / "feedback"), [], []
    listening = _Listening(logged)
    logging.getLogger("bot").addHandler(listening)
    try:
        async with World(folder / "demo.sqlite3", HARBOUR_HOUSE, feedback=feedback) as world:
            days = await live_in(world, tell=passed.append)
            shown = {
                each.name: [bubble.text for bubble in world.handsets[each.channel].bubbles[each.address]]
                for each in world.people.values()
            }
            read = _what_bo_reads(feedback.box.database)
            now = world.clock()
    finally:
        logging.getLogger("bot").removeHandler(listening)
    return Stood(Database(f"sqlite:///{folder / 'demo.sqlite3'}"), now, shown, days.answers, passed, logged, read)


def _what_bo_reads(database) -> list[str]:
    from bot.feedback.desk_commands import all_feedback

    return list(all_feedback(database, unlock(database, "organisation", "Bo", PASSPHRASE), closed=True))


@pytest.fixture(scope="session")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stood]:
    """The charity as a newcomer finds it."""
    stood = asyncio.run(build(tmp_path_factory.mktemp("demo")))
    yield stood
    stood.database.close()
