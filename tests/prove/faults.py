"""What goes wrong in a fault run: SIGKILL at any moment, a database that is busy just then, lines that are cut."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select, text

from storage.desk import OUTBOX
from tests.prove.process import RealBot

if TYPE_CHECKING:
    from tests.prove.crash import Plan

SENDERS = ("sms", "telegram")
NOTICED_WITHIN_SECONDS = 5.0

_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objid::bigint = :key "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_ITS_LINES = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
_CUT = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")


class Faults:
    """All the kills of a run, one after the other.

    Attributes:
        so_far: How many there were.
        cut_off: By outbox row, how many times its send was cut off at the provider by a kill.
        followed_up: By outbox row, how many times it was under way while the right to send changed hands.
        takeover_seconds: How long it took after each kill of a sending process until another one, well already, sent.
    """

    def __init__(self, plan: Plan, bots: Sequence[RealBot], engine: Engine, counts: Counter[str]) -> None:
        self._plan, self._bots, self._engine, self._counts = plan, bots, engine, counts
        self._dice = random.Random(plan.seed + 3)
        self.so_far = 0
        self.cut_off: Counter[int] = Counter()
        self.followed_up: Counter[int] = Counter()
        self.takeover_seconds: list[float] = []

    async def happen(self) -> None:
        """Kill, start again, and so on; afterwards every process is well."""
        for number, life in enumerate(self._plan.lives):
            bot = self._bots[number % len(self._bots)]
            if life >= 0:
                await _until_well(bot)
            await asyncio.sleep(abs(life))
            if number in self._plan.cuts:
                await self._cut_its_lines(bot)
            else:
                await self._kill(bot, busy=life >= 0 and number % 2 == 0)
                bot.start()
            self.so_far = number + 1
        for bot in self._bots:
            await _until_well(bot)

    async def _kill(self, bot: RealBot, busy: bool) -> None:
        """Kill it; `busy`: while nothing could be committed for a moment, so that much is half done."""
        held = self._senders_held_by(bot)
        another_is_well = any([await asyncio.to_thread(each.is_well) for each in self._bots if each is not bot])
        with self._nobody_can_commit() if busy else contextlib.nullcontext():
            if busy:
                await asyncio.sleep(self._dice.uniform(0.1, 0.4))
                self._counts["kills while the database was busy"] += 1
            bot.kill()
        died = time.monotonic()
        self._counts["kills"] += 1
        if len(self._bots) > 1:
            await self._until_gone(bot)
            held += [each for each in SENDERS if each not in held and self._holder(each) is None]  # taken just then
        self.cut_off.update(self._sending(held))
        if held and len(self._bots) > 1:
            await self._until_taken_over(held, bot)
        if held and another_is_well:
            self.takeover_seconds.append(time.monotonic() - died)

    @contextlib.contextmanager
    def _nobody_can_commit(self) -> Iterator[None]:
        """Another program has the database to itself, as a backup or a long report may."""
        lock = "BEGIN IMMEDIATE" if self._engine.dialect.name == "sqlite" else "LOCK TABLE message, outbox"
        with self._engine.connect() as connection:
            connection.exec_driver_sql(lock)
            yield
            connection.rollback()

    async def _cut_its_lines(self, bot: RealBot) -> None:
        """Its leases are gone, and it may go on for a moment until it notices."""
        held = self._senders_held_by(bot)
        under_way = self._sending(held)
        with self._engine.connect() as connection:
            connection.execute(_CUT, {"name": bot.name})
        self._counts["times that a process lost its lines to the database"] += 1
        until = time.monotonic() + NOTICED_WITHIN_SECONDS
        while time.monotonic() < until:
            under_way |= self._sending(held)
            await asyncio.sleep(0.02)
        self.followed_up.update(under_way)

    def _sending(self, senders: Sequence[str]) -> set[int]:
        """The rows of these senders that are under way just now."""
        query = select(OUTBOX.c.id).where(OUTBOX.c.state == "sending", OUTBOX.c.sender.in_(senders))
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def _senders_held_by(self, bot: RealBot) -> list[str]:
        if len(self._bots) == 1:
            return list(SENDERS)
        return [each for each in SENDERS if self._holder(each) == bot.name]

    def _holder(self, sender: str) -> str | None:
        """Which process may send: on PostgreSQL, where each names itself by its connections."""
        with self._engine.connect() as connection:
            key = zlib.crc32(f"alongside send {sender}".encode())
            found: str | None = connection.execute(_HOLDER, {"key": key}).scalar()
        return found

    async def _until_gone(self, bot: RealBot) -> None:
        """Until PostgreSQL has noticed its death: what had been handed over may still be committed till then."""
        while True:
            with self._engine.connect() as connection:
                if not connection.execute(_ITS_LINES, {"name": bot.name}).scalar():
                    return
            await asyncio.sleep(0.005)

    async def _until_taken_over(self, senders: Sequence[str], dead: RealBot) -> None:
        async with asyncio.timeout(60):
            for sender in senders:
                while self._holder(sender) in (None, dead.name):
                    await asyncio.sleep(0.05)


async def _until_well(bot: RealBot) -> None:
    async with asyncio.timeout(90):
        while not await asyncio.to_thread(bot.is_well):
            await asyncio.sleep(0.02)
