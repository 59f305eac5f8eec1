"""A deployment to rob: volunteers who talk with the real service, and feedback that took the real way."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.audit.attack import Attack
from bot.audit.loot import Heap, Known, Loot, take
from bot.simulation import World
from storage.database import Database
from storage.feedback import keys as inbox_keys
from storage.feedback.codes import keys_of, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox, public_key
from storage.feedback.sealing import Words, seal
from storage.feedback.spool import Spool
from storage.feedback.store import release_waiting
from tests.bot.cast import volunteer

PEPPER = b"p" * 32
A_WEEK = 20
WORDS = "the kettle in the yellow room, number {}"


@dataclass
class Deployment:
    """Both databases and all folders of an organisation."""

    world: World
    feedback: FeedbackDatabase
    folder: Path
    known: Known
    spool: Spool

    def robbed(self) -> Loot:
        """What a thief has now."""
        people = self.world.service.database
        return take(people, self.feedback, [self.folder], [PEPPER], self.known)

    def leak(self, *statements: str) -> None:
        """Change the feedback database in a way that our code never would."""
        with self.feedback.writing() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def found(attack: Attack, loot: Loot) -> str:
    """All that an attack found, as text."""
    return "\n".join(attack.findings(loot))


def with_column(loot: Loot, name: str, value: Callable[[int], object]) -> Loot:
    """The feedback table with one more column, as a careless build would have it."""

    def widened(heap: Heap) -> Heap:
        if heap.name != "feedback":
            return heap
        rows = tuple((*row, value(at)) for at, row in enumerate(heap.rows))
        return replace(heap, columns=(*heap.columns, name), kinds=(*heap.kinds, "VARCHAR"), rows=rows)

    return replace(loot, heaps=tuple(widened(heap) for heap in loot.heaps))


@pytest.fixture
async def deployment(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Deployment]:
    monkeypatch.setattr(inbox_keys, "ROUNDS", 1)
    monkeypatch.setattr(inbox_keys, "MEMORY_BYTES", 8192)
    folder = tmp_path / "deployment"
    folder.mkdir()
    feedback = FeedbackDatabase(f"sqlite:///{folder}/feedback.sqlite3" if database.is_sqlite else database.url)
    feedback.migrate()
    create_inbox(feedback, "organisation", {"Bo": "a long enough passphrase"})
    spool = Spool(folder / "memory", folder / "spool", b"o" * 32, 50)
    async with World(database) as world:
        for name in ("Ada", "Bo", "Cai", "Eve"):
            await volunteer(world, name)
        known = _written(feedback, spool)
        yield Deployment(world, feedback, folder, known, spool)
    feedback.close()


def _written(feedback: FeedbackDatabase, spool: Spool) -> Known:
    key, code = public_key(feedback, "organisation"), new_code()
    keys = keys_of(code, PEPPER)
    words, arrived = [], []
    for week in ("2026-W10", "2026-W11"):
        for number in range(A_WEEK):
            words.append(WORDS.format(os.urandom(4).hex()))
            first = not arrived
            sealed = seal(Words(words[-1], "sms", "en"), "organisation", key, keys if first else None)
            arrived.append(sealed.id)
            spool.put(sealed.to_bytes(), "release")
            if number % 5 == 0:
                spool.fold()
        release_waiting(feedback, spool, week)
    return Known(tuple(words), (code, code.replace(" ", "")), tuple(arrived))
