"""The whole service: every part is built here, in reading order, started here and stopped here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.alerts import WAKE
from bot.broadcasts.going import Broadcasts
from bot.broadcasts.wording import Office
from bot.channels import Channel
from bot.clock import Clock, real_clock
from bot.diary import Diary
from bot.escalation import Escalation
from bot.feedback.hours import OpeningHour
from bot.feedback.notice import Notices
from bot.feedback.sweep import Sweep
from bot.feedback.takes_first import NotSetUp, TakesFirst
from bot.inbound import Inbound
from bot.logs import where
from bot.nudges import Nudges
from bot.outbox import Sender
from bot.reminders import Reminders
from bot.sitting import Voice
from bot.tasks.looking_after import LookingAfterTasks
from bot.their_data.letting_go import LettingGo
from bot.upkeep import Upkeep
from bot.wording import OwnWords
from storage.database import Database
from storage.leases import Leases
from storage.store import Store

if TYPE_CHECKING:  # what seals is loaded only where feedback is set up
    from bot.feedback.box import Box
    from bot.feedback.handover import Handover
    from bot.feedback.releasing import Releasing

log = logging.getLogger(__name__)
FIND_DUE_SECONDS = 30
TIDY_SECONDS = 30
LOOK_FOR_BROADCASTS_SECONDS = 2  # for one that was confirmed, or whose time or wave has come
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


@dataclass(frozen=True)
class Feedback:
    """What feedback without a name needs; without it, it is not offered.

    Attributes:
        box: Where it goes.
        opens: When it is opened.
        handover: What a clean stop leaves for the next start.
        folder: Where the spool lies.
        apart: Our numbers and bots where everything is feedback.
    """

    box: Box
    opens: OpeningHour
    handover: Handover
    folder: Path
    apart: tuple[Channel, ...] = ()


class Service:
    """Everything between the channels and the database.

    Args:
        database: Open and up to date.
        voice: The words and the house.
        channels: One for each of our numbers and bots.
        clock: What time it is.
        store_threads: See `storage.store.Store`.
        keep_days: How long messages are kept.
        feedback: What feedback without a name needs, where it is offered.
        sweep: What deletes Twilio's message records, where feedback is offered.
    """

    def __init__(
        self,
        database: Database,
        voice: Voice,
        channels: Sequence[Channel],
        clock: Clock = real_clock,
        store_threads: int = 1,
        keep_days: int = 365,
        feedback: Feedback | None = None,
        sweep: Sweep | None = None,
    ) -> None:
        self.database = database
        self.voice = voice = replace(voice, takes_feedback=feedback is not None)
        self.own_words = OwnWords(voice.words)
        self.clock = clock
        self.channels = {channel.sender: channel for channel in channels}
        self.leases = Leases(database)
        self.store = Store(database, store_threads)
        self.senders = {channel.sender: Sender(channel, self.store, clock) for channel in channels}
        self.feedback = feedback
        self._sweep = sweep
        self.confidant = self._confidant(feedback)
        self.inbound = Inbound(self.store, voice, clock, self.wake, self.confidant)
        self._notices = Notices(self.store, voice, clock, self.wake)
        self.releasing = self._releasing(feedback) if feedback is not None else None
        self.reminders = Reminders(
            self.store, voice, clock, self.wake, *([feedback.box.news] if feedback is not None else [])
        )
        self.nudges = Nudges(self.store, voice, clock, self.wake)
        self.broadcasts = Broadcasts(self.store, Office(voice.words, voice.house), clock, self.wake)
        self.diary = Diary(self.store, voice.house, clock)
        self.tasks = LookingAfterTasks(self.store, clock)
        self.alerts = Escalation(self.store, voice, clock, self.wake)
        self.letting_go = LettingGo(self.store, database, clock)
        self.upkeep = Upkeep(self.store, clock, keep_days)
        self._jobs_of_one: dict[str, Callable[[], Awaitable[None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._guard: asyncio.Task[None] | None = None
        self._own_clock: AsyncIOScheduler | None = None

    def _releasing(self, feedback: Feedback) -> Releasing:
        from bot.feedback.releasing import Releasing

        return Releasing(feedback.box, feedback.opens, self.clock, feedback.folder, self._notices.opened_early)

    def _confidant(self, feedback: Feedback | None) -> TakesFirst:
        if feedback is None:
            return NotSetUp(self.voice, self.channels)
        from bot.feedback.confidant import Confidant

        return Confidant(
            feedback.box,
            self.voice,
            self.clock,
            self.database,
            self.channels | {channel.sender: channel for channel in feedback.apart},
            [channel.sender for channel in feedback.apart],
            feedback.opens,
            feedback.handover,
            several_processes=not self.database.is_sqlite,
        )

    def wake(self, senders: set[str]) -> None:
        """Tell these senders that the outbox has something new for them, and the escalation that there is an alert."""
        if WAKE in senders:
            self.alerts.soon()
        for name in senders:
            if name in self.senders:
                self.senders[name].wake()

    @property
    def wakes(self) -> set[str]:
        """Everybody whom `wake` can wake: after a change of which nobody knows whom it concerns."""
        return {*self.senders, WAKE}

    def look_at_words(self) -> None:
        """Say from now on what was changed in the console, here or in another process."""
        with self.database.reading() as connection:
            self.own_words.look(connection)

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
        await asyncio.to_thread(self.look_at_words)
        await asyncio.to_thread(self.confidant.start)
        if self.releasing is not None:
            self._own_clock = self._clock_of_feedback(self.releasing)
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
        if self._own_clock is not None:
            self._own_clock.shutdown(wait=False)
        await self.confidant.stop()  # while the channels are open: its last receipts hold codes that nobody else has
        await self._close_channels()
        self.store.close()
        self.leases.release()
        self.database.close()
        if self.feedback is not None:
            self.feedback.box.close()

    async def _close_channels(self) -> None:
        apart = self.feedback.apart if self.feedback is not None else ()
        await asyncio.gather(*(channel.close() for channel in (*self.channels.values(), *apart)))

    # -- jobs that only one process does at a time -----------------------------------------------------

    async def _keep_looking_after_leases(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AFTER_LEASES_SECONDS)
            try:
                await self._look_after_leases()
                await asyncio.to_thread(self.look_at_words)
            except Exception as problem:
                log.warning("leases or words unknown", extra={"problem": type(problem).__name__})

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
        scheduler.add_job(self.nudges.find_due, IntervalTrigger(seconds=FIND_DUE_SECONDS), **once)
        scheduler.add_job(self.broadcasts.find_due, IntervalTrigger(seconds=LOOK_FOR_BROADCASTS_SECONDS), **once)
        scheduler.add_job(self.letting_go.find_due, IntervalTrigger(seconds=FIND_DUE_SECONDS), **once)
        scheduler.add_job(self.diary.every_hour, CronTrigger(minute=0), **once)
        scheduler.add_job(self.tasks.find_due, IntervalTrigger(seconds=FIND_DUE_SECONDS), **once)
        scheduler.add_job(self.upkeep.every_night, CronTrigger(hour=3, minute=40), **once)
        if self._sweep is not None:
            scheduler.add_job(self._sweep.every_hour, IntervalTrigger(hours=1), **once)
        if self.feedback is not None:
            opens = self.feedback.opens
            weekly = CronTrigger(day_of_week=opens.weekday, hour=opens.hour, minute=5, timezone=opens.zone)
            scheduler.add_job(self._notices.every_week, weekly, **once)
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    def _clock_of_feedback(self, releasing: Releasing) -> AsyncIOScheduler:
        """In every process: what waits lies on its own machine."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler.add_job(self.confidant.tidy, IntervalTrigger(seconds=TIDY_SECONDS), **once)
        scheduler.add_job(releasing.every_hour, CronTrigger(minute=0), **once)
        scheduler.start()
        return scheduler
