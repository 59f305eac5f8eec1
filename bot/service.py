"""The whole service: every part is built here, in reading order, started here and stopped here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.alerts import WAKE
from bot.channels import Channel, Incoming, Outgoing, SendFailed
from bot.clock import Clock, real_clock
from bot.escalation import Escalation
from bot.inbound import Inbound
from bot.logs import where
from bot.outbox import Sender
from bot.reminders import Reminders
from bot.sitting import Voice
from bot.upkeep import Upkeep
from storage.database import Database
from storage.leases import Leases
from storage.store import Store

log = logging.getLogger(__name__)
FIND_DUE_SECONDS = 30
LOOK_FOR_ALERTS_SECONDS = 5  # besides at once when one is raised: for what another process raised, or what failed
LOOK_AFTER_LEASES_SECONDS = 2.0
ANOTHER_ONE = "Another Alongside is running on this database. Stop it first."


class InUse(Exception):
    """Another process has this SQLite file open as a service; two would send everything twice."""


@dataclass(frozen=True)
class Listener:
    """A channel that fetches its messages itself (polling), as a job that one process does at a time."""

    name: str
    listen: Callable[[], Awaitable[None]]


class Service:
    """Everything between the channels and the database.

    Args:
        database: Open and up to date.
        voice: The words and the house.
        channels: One for each of our numbers and bots.
        clock: What time it is.
        store_threads: See `storage.store.Store`.
        keep_days: How long messages are kept.
    """

    def __init__(
        self,
        database: Database,
        voice: Voice,
        channels: Sequence[Channel],
        clock: Clock = real_clock,
        store_threads: int = 1,
        keep_days: int = 365,
    ) -> None:
        self.database = database
        self.voice = voice
        self.clock = clock
        self.channels = {channel.sender: channel for channel in channels}
        self.leases = Leases(database)
        self.store = Store(database, store_threads)
        self.senders = {channel.sender: Sender(channel, self.store, clock) for channel in channels}
        self.inbound = Inbound(self.store, voice, clock, self.wake, self._answer_unkept)
        self.reminders = Reminders(self.store, voice, clock, self.wake)
        self.alerts = Escalation(self.store, voice, clock, self.wake)
        self.upkeep = Upkeep(self.store, clock, keep_days)
        self._jobs_of_one: dict[str, Callable[[], Awaitable[None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._guard: asyncio.Task[None] | None = None

    def wake(self, senders: set[str]) -> None:
        """Tell these senders that the outbox has something new for them, and the escalation that there is an alert."""
        if WAKE in senders:
            self.alerts.soon()
        for name in senders:
            if name in self.senders:
                self.senders[name].wake()

    async def start(self, listeners: Sequence[Listener] = ()) -> None:
        """Start sending, listening and the scheduler.

        Raises:
            InUse: Another process works on this SQLite file.
        """
        if self.database.is_sqlite and not self.leases.take("service"):
            raise InUse(ANOTHER_ONE)
        for name, sender in self.senders.items():
            self._jobs_of_one[f"send {name}"] = sender.run
        for listener in listeners:
            self._jobs_of_one[f"listen {listener.name}"] = listener.listen
        self._jobs_of_one["schedule"] = self._schedule
        await self._look_after_leases()
        self._guard = asyncio.create_task(self._keep_looking_after_leases())

    async def rest(self) -> None:
        """Take up nothing more by ourselves; messages can still be taken in. Takes three seconds at the most."""
        if self._guard is not None:
            self._guard.cancel()
        for name, task in self._tasks.items():
            if not name.startswith("send "):
                task.cancel()
        await asyncio.gather(*(sender.stop() for sender in self.senders.values()))

    async def stop(self) -> None:
        """Stop within five seconds; nothing that was answered "ok" is lost."""
        await self.rest()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._tasks.values(), return_exceptions=True), 0.5)
        self.store.close()
        self.leases.release()
        self.database.close()

    # -- jobs that only one process does at a time -----------------------------------------------------

    async def _keep_looking_after_leases(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AFTER_LEASES_SECONDS)
            try:
                await self._look_after_leases()
            except Exception as problem:
                log.warning("leases unknown", extra={"problem": type(problem).__name__})

    async def _look_after_leases(self) -> None:
        """Start what is free, restart what broke, and drop everything if the leases were lost."""
        if not await asyncio.to_thread(self.leases.still_held):
            for task in self._tasks.values():
                task.cancel()
            self._tasks.clear()
        for name, work in self._jobs_of_one.items():
            running = self._tasks.get(name)
            if running is not None and running.done() and not running.cancelled():
                log.error(
                    "stopped by itself", extra={"job": name, "problem": where(running.exception() or Exception())}
                )
            if (running is None or running.done()) and await asyncio.to_thread(self.leases.take, name):
                self._tasks[name] = asyncio.ensure_future(work())

    async def _schedule(self) -> None:
        """A handful of jobs without arguments; who is due is asked of the database, never kept here."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler.add_job(self.alerts.find_due, IntervalTrigger(seconds=LOOK_FOR_ALERTS_SECONDS), **once)
        scheduler.add_job(self.reminders.find_due, IntervalTrigger(seconds=FIND_DUE_SECONDS), **once)
        scheduler.add_job(self.upkeep.every_night, CronTrigger(hour=3, minute=40), **once)
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    # -- in and out ------------------------------------------------------------------------------------

    async def _answer_unkept(self, message: Incoming, text: str) -> None:
        """Answer from memory, past the outbox, so that no trace is left; lost if it cannot be sent now."""
        channel = self.channels.get(message.sender)
        if channel is not None:
            with contextlib.suppress(SendFailed):
                await channel.send(Outgoing(0, message.address, text))
