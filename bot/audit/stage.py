"""The stage on which a deployment is played: the real service, honest networks, a clock that is moved, and a log.

Providers are simulated handsets, but number messages as providers do: Twilio at random, Telegram one after the other,
in and out, anonymous or not. What lies in memory-backed disk is not among the files that a thief gets.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from bot.audit.attack import OF_FEEDBACK
from bot.audit.log_file import LogFile
from bot.audit.loot import Heap, Known, Loot, Shape, Side, heaps_of, shapes_of, take
from bot.audit.played import Look, Played, Rows, Step, by_rank, rows_of
from bot.audit.script import WRITER_BY_SMS, WRITER_BY_TELEGRAM, Event
from bot.audit.visits import visit_every_page
from bot.channels.handset import Bubble, Handsets
from bot.feedback.box import Box
from bot.feedback.desk_commands import all_feedback
from bot.feedback.notice import Notices
from bot.showing import inbox_lines
from bot.simulation import A_MONDAY, FEEDBACK_INBOX, HARBOUR_HOUSE, PASSPHRASE, Person, World, feedback_in
from storage.database import Database
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import InboxKeys, unlock
from storage.feedback.store import add_said_did, read, reply, week_of

CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
ITEM_NUMBER = re.compile(r"^\d+(?=  )|(?<=--done )\d+")
SECRETS = (b"pepper " * 6, b"outer key " * 4)  # of `feedback_in`; the environment is stolen too
FIRST_UPDATE = 700_000_001
"""Where Telegram's count of this bot's updates stands."""


class Stage:
    """A deployment in a folder.

    Args:
        folder: Where its files go.
        database: Makes the main database, open and up to date; called again after each stop.
        feedback_url: Where released feedback goes; "" for a SQLite file of its own.
        step: How far the clock goes at once while nothing happens.
        slots: How many feedbacks can wait.
    """

    def __init__(
        self,
        folder: Path,
        database: Callable[[], Database],
        feedback_url: str = "",
        step: timedelta = timedelta(hours=1),
        slots: int = 40,
    ) -> None:
        self.folder = folder
        self._make_database = database
        self._feedback_url = feedback_url
        self._step = step
        self._slots = slots
        self._counts = {"telegram": itertools.count(1), "feedback-telegram": itertools.count(1)}
        self._updates = {name: itertools.count(FIRST_UPDATE) for name in self._counts}
        self._told: dict[str, defaultdict[str, list[Bubble]]] = {}
        self._shapes: dict[Side, list[Shape]] = {}
        self._opened: date | None = None
        self.people: list[Person] = []
        self.words: list[str] = []
        self.codes: dict[int, str] = {}
        self._codes_of: dict[int, str] = {}
        self.steps: list[Step] = []
        self.readings: list[Step] = []
        self.looks: list[Look] = []
        self.log = LogFile(folder / "logs" / "bot.log")

    # -- its life --------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin; people join with `join`."""
        for name in ("logs", "backups"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.world = self._new_world()
        self.log.open()  # only now: what is logged when a library is first used is another thing in every run
        await self.world.__aenter__()

    async def close(self) -> None:
        """Stop for good."""
        await self.world.__aexit__()
        self.log.close()

    async def stop_and_start(self) -> None:
        """A clean stop, as for an update of the program."""
        await self.world.__aexit__()
        await self._start_again()

    async def crash_and_start(self) -> None:
        """As after a power cut to the process: nothing is tidied up, handed over or closed."""
        service = self.world.service
        tasks = [task for task in (service._guard, *service._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if service._own_clock is not None:
            service._own_clock.shutdown(wait=False)
        service.store.close()
        service.leases.release()  # the system does so for a dead process
        service.database.engine.dispose()
        await self._start_again()

    async def _start_again(self) -> None:
        self.world = self._new_world(self.world.clock())
        await self.world.__aenter__()

    def _new_world(self, now: datetime = A_MONDAY) -> World:
        feedback = feedback_in(self.folder / "feedback", url=self._feedback_url, slots=self._slots)
        world = World(self._make_database(), HARBOUR_HOUSE, now, feedback=feedback)
        for handsets in (*world.handsets.values(), *world.apart.values()):
            self._make_honest(handsets)
        return world

    def _make_honest(self, handsets: Handsets) -> None:
        """Number messages as the provider does, and go on after a stop where it had been."""
        numbers: Iterator[object] = self._counts.get(handsets.sender) or _at_random()
        handsets._numbers = numbers  # type: ignore[assignment]
        handsets.bubbles = self._told.setdefault(handsets.sender, handsets.bubbles)

    @property
    def database(self) -> Database:
        """The main database."""
        return self.world.service.database

    @property
    def feedback(self) -> FeedbackDatabase:
        """That of feedback."""
        return self.box.database

    @property
    def box(self) -> Box:
        """Where feedback goes."""
        its = self.world.service.feedback
        if its is None:
            raise RuntimeError("a stage without feedback")
        return its.box

    # -- what people do --------------------------------------------------------------------------------

    async def join(self, people: int) -> None:
        """So many volunteers, every other one on Telegram."""
        for number in range(people):
            person = await self.world.add(f"P{number:02}", ("sms", "telegram")[number % 2])
            self.people.append(person)
            for words in ("JOIN", person.name, "SKIP", "1", "1", "1"):
                await self.says(number, words)

    async def says(self, who: int, text: str, *, apart: bool = False) -> list[str]:
        """Somebody writes, to the usual number or to the one where everything is feedback; what they hear."""
        person = self.people[who]
        handsets = self.world.apart[f"feedback-{person.channel}"] if apart else self.world.handsets[person.channel]
        before = len(handsets.bubbles[person.address])
        message = handsets.typed(person.address, text, self.world.clock())
        its_id, following = self._next_id(handsets.sender)
        await self.world.service.inbound.take(
            [replace(message, message_id=its_id, offset=following)], handsets.sender, following
        )
        await self.world.settle()
        return [bubble.text for bubble in handsets.bubbles[person.address][before:]]

    def _next_id(self, sender: str) -> tuple[str, int | None]:
        """What the provider calls a message, and on Telegram where polling goes on."""
        if sender not in self._updates:
            return f"SM{secrets.token_hex(16)}", None
        number = next(self._updates[sender])
        return str(number), number + 1

    async def later(self, at: timedelta) -> None:
        """Let time pass until so long after the first Monday at ten."""
        clock, until = self.world.clock, A_MONDAY + at
        while clock() < until:
            clock.forward(min(self._step, until - clock(), self._step - (clock() - A_MONDAY) % self._step))
            if (clock() - A_MONDAY) % self._step == timedelta(0):
                await self._on_the_hour()

    async def _on_the_hour(self) -> None:
        service = self.world.service
        await service.confidant.tidy()
        if service.releasing is not None:
            await service.releasing.every_hour()
        opens = service.feedback.opens if service.feedback is not None else None
        if opens is not None and opens.last(service.clock()) != self._opened:
            first, self._opened = self._opened is None, opens.last(service.clock())
            if not first:
                await Notices(service.store, service.voice, service.clock, service.wake).every_week()
        await service.reminders.find_due()
        await self.world.settle()

    # -- the script ------------------------------------------------------------------------------------

    async def play(self, events: Iterable[Event]) -> None:
        """One event after the other."""
        for event in events:
            await self.later(event.at)
            await self._do(event)

    async def _do(self, event: Event) -> None:
        match event.act:
            case "text":
                await self.says(event.who, event.text)
            case "feedback" | "apart" | "prompt" | "begin" | "go on":
                await self._give_feedback(event)
            case "code":
                await self._look_up(event.who)
            case "clean stop":
                await self.stop_and_start()
            case "crash":
                await self.crash_and_start()
            case "look":
                await self._look(event.text)
            case "read":
                await self._read()
            case "reply":
                self._reply()

    async def _give_feedback(self, event: Event) -> None:
        person = self.people[event.who]
        one_by_one = person.channel == "telegram" or self.database.is_sqlite  # else the state is another process's
        said = {
            "feedback": [f"FEEDBACK {event.text}"],
            "apart": [event.text],
            "prompt": ["FEEDBACK", event.text],
            "begin": ["FEEDBACK"],
            "go on": [event.text],
        }[event.act]
        if not one_by_one and event.act in ("prompt", "begin", "go on"):
            said = [] if event.act == "begin" else [f"FEEDBACK {event.text}"]
        async with self._unseen(f"{event.act} by {person.channel}"):
            for text in said:
                await self._hear_code(event, await self.says(event.who, text, apart=event.act == "apart"))

    async def _hear_code(self, event: Event, shown: Sequence[str]) -> None:
        found = CODE.search("\n".join(shown))
        if not found and event.act == "go on":  # it was held since a crash, and they are asked what it is
            found = CODE.search("\n".join(await self.says(event.who, "2")))
        if found:
            self.words.append(event.text)
            self.codes[len(self.words) - 1] = found[0]
            self._codes_of[event.who] = found[0]

    async def _look_up(self, who: int) -> None:
        async with self._unseen("CODE", both=True):
            await self.says(who, f"CODE {self._codes_of[who]}")

    # -- what the team does ----------------------------------------------------------------------------

    def keys(self) -> InboxKeys:
        """The inbox, opened by Bo."""
        return unlock(self.feedback, FEEDBACK_INBOX, "Bo", PASSPHRASE)

    async def _read(self) -> None:
        async with self._unseen("a coordinator reads", both=True):
            all_feedback(self.feedback, self.keys(), closed=True)

    def _reply(self) -> None:
        keys, week = self.keys(), week_of(self.world.clock().date())
        for one in read(self.feedback, keys):
            reply(self.feedback, keys, one.ids, "Thank you. We will talk about it on Monday.", week)
        add_said_did(self.feedback, "You said the kettle was broken; we bought one.", week)

    # -- what can be seen ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _unseen(self, what: str, *, both: bool = False) -> AsyncIterator[None]:
        """Keep all rows from before and after something that must leave no trace."""
        before = self.rows(both=both)
        yield
        (self.readings if both else self.steps).append(Step(what, before, self.rows(both=both)))

    def rows(self, *, both: bool = False) -> Rows:
        """All rows of the main database, or of both."""
        return rows_of(self._heaps("people") + (self._heaps("feedback") if both else []))

    def _heaps(self, side: Side) -> list[Heap]:
        database = self.database if side == "people" else self.feedback
        if side not in self._shapes:
            self._shapes[side] = shapes_of(database, side)
        return heaps_of(database, side, self._shapes[side])

    async def _look(self, when: str) -> None:
        """All that can be seen now, on every page of the console too; and a backup is made."""
        is_before = when.startswith("before")
        pages = () if when.startswith("restart") else await self._at_the_console(with_feedback=is_before)
        kept = [heap for heap in self._heaps("feedback") if heap.name not in OF_FEEDBACK]
        rows = by_rank(rows_of([*self._heaps("people"), *kept]))
        self._back_up(when)
        self.looks.append(Look(when, rows, self._files(), self.log.lines(), (*self._desk(when), *pages), self._heard()))

    async def _at_the_console(self, *, with_feedback: bool) -> tuple[str, ...]:
        pages = await visit_every_page(self.world.service, with_feedback=with_feedback)
        await self.world.settle()
        return pages

    def _back_up(self, when: str) -> None:
        if not self.database.is_sqlite:
            return
        path = self.folder / "backups" / f"{when.replace(' ', '-')}.sqlite3"
        ours = str(make_url(self.database.url).database)
        with closing(sqlite3.connect(ours)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)

    def _files(self) -> dict[str, int]:
        """What lies on disk, but for the databases themselves and what only tells how far SQLite's log has come."""
        found = {}
        for path in self.on_disk():
            name = str(path.relative_to(self.folder))
            if path.suffix != ".log" and "sqlite3" not in path.name:
                found[name] = path.stat().st_size
            elif path.parent.name == "backups":
                found[name] = 0
        return found

    def on_disk(self) -> list[Path]:
        """Every file but those in memory-backed disk."""
        memory = self.folder / "feedback" / "memory"
        return sorted(path for path in self.folder.rglob("*") if path.is_file() and memory not in path.parents)

    def _desk(self, when: str) -> tuple[str, ...]:
        """What waits for a person; and before the release also the inbox of feedback, with its counts."""
        with self.database.reading() as connection:
            lines = list(inbox_lines(connection, "Europe/London", self.world.clock()))
        shown = [ITEM_NUMBER.sub("…", line) for line in lines]  # drawn by lot in each playing
        return (*shown, *(all_feedback(self.feedback, self.keys(), closed=True) if when.startswith("before") else ()))

    def _heard(self) -> dict[str, tuple[str, ...]]:
        writers = {self.people[who].address for who in (WRITER_BY_SMS, WRITER_BY_TELEGRAM)}
        return {
            f"{sender} {address}": tuple(CODE.sub("a code", bubble.text) for bubble in bubbles)
            for sender, told in self._told.items()
            for address, bubbles in told.items()
            if address not in writers and bubbles
        }

    def known(self) -> Known:
        """What was said, which codes were shown, and in which order it came."""
        at = {words: number for number, words in enumerate(self.words)}
        opened = [one for one in read(self.feedback, self.keys()) if one.words and one.words.text in at]
        came = sorted(opened, key=lambda one: at[one.words.text] if one.words else 0)
        codes = [form for code in self.codes.values() for form in (code, code.replace(" ", ""))]
        return Known(tuple(self.words), tuple(codes), tuple(its_id for one in came for its_id in one.ids))

    def robbed(self, played: Played | None = None) -> Loot:
        """What a thief has now, the environment with its secrets too."""
        folders = [self.folder / name for name in ("logs", "backups", "feedback/spool")]
        return take(self.database, self.feedback, folders, SECRETS, self.known(), played)


def _at_random() -> Iterator[str]:
    while True:
        yield secrets.token_hex(16)
