"""A small world to try the bot in: people with simulated handsets, a clock to move, and the real service between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.channels import Incoming
from bot.channels.handset import Bubble, Handsets
from bot.clock import MovableClock
from bot.feedback.box import Box
from bot.feedback.handover import Handover
from bot.feedback.hours import OpeningHour
from bot.house import House
from bot.safeguarding import Coordinator, Safeguarding
from bot.service import Feedback, Service
from bot.sitting import Voice
from bot.votes.box import ballot_key
from flows.rota import Rota, shift
from flows.words import Words
from storage.alerts import first_due, references
from storage.database import Database
from storage.desk import Desk
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox, has_inbox
from storage.feedback.spool import Spool
from storage.outbox import is_quiet

A_MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FIRST_NUMBER = 7700_900_001  # Ofcom's numbers for drama: nobody has them
STAFF = (
    Coordinator("Sam", "sms", "+447700900201"),
    Coordinator("Bo", "telegram", "7700900202"),
    Coordinator("Kim", "sms", "+447700900203"),
    Coordinator("Lou", "telegram", "7700900204"),
)
HARBOUR_HOUSE = House(
    name="Harbour House",
    council_name="Harbour Council",
    council_number="01632 960 001",
    safeguarding=Safeguarding(
        watched=True,
        people=STAFF,
        rota=Rota((shift("Sam", "MO-FR", "09:00", "17:00", ZoneInfo("Europe/London"), False),)),
        lead="Kim",
        deputy="Bo",
        manager="Lou",
    ),
)
"""Sam is on call on weekdays from 9 to 5, Bo is the deputy, Kim leads, Lou manages."""

FEEDBACK_INBOX = "organisation"
BALLOT_SECRET = "a simulated secret for secret votes"  # noqa: S105 - nobody votes with it
PASSPHRASE = "harbour lights on wet stones"  # noqa: S105 - of a simulated coordinator


@dataclass
class Person:
    """Somebody with a handset.

    Attributes:
        name: What we call them here; the bot only knows what they tell it.
        channel: "sms" or "telegram".
        address: Their number or chat.
        read: How many bubbles of theirs have been looked at.
    """

    name: str
    channel: str
    address: str
    read: int = field(default=0)


def feedback_in(folder: Path, *, url: str = "", slots: int = 60) -> Feedback:
    """A box for feedback in a folder of its own, with an inbox that Bo can open, and a number and a bot apart.

    Args:
        folder: Where its files go; what should lie in memory lies there too.
        url: Another place for the released feedback.
        slots: How many feedbacks can wait.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    database = FeedbackDatabase(url or f"sqlite:///{folder / 'feedback.sqlite3'}")
    database.migrate()
    if not has_inbox(database, FEEDBACK_INBOX):
        create_inbox(database, FEEDBACK_INBOX, {"Bo": PASSPHRASE})
    memory, spool = folder / "memory", folder / "spool"
    return Feedback(
        Box(database, Spool(memory, spool, b"outer key " * 4, slots), FEEDBACK_INBOX, b"pepper " * 6),
        OpeningHour(),
        Handover(memory, spool, b"outer key " * 4),
        spool,
        apart=(Handsets("sms", "feedback-sms"), Handsets("telegram", "feedback-telegram")),
    )


class World:
    """The service on a database of its own, with handsets instead of providers.

    Use it as `async with World(path) as world`.

    Args:
        path: Where the SQLite file goes; or a `Database` that is open already.
        house: What the bot says of the organisation, and who watches; nobody does if it is not given.
        start: What the clock shows at first.
    """

    def __init__(
        self,
        path: Path | Database,
        house: House | None = None,
        start: datetime = A_MONDAY,
        words: Words | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        self.clock = MovableClock(start)
        self.handsets = {channel: Handsets(channel, clock=self.clock) for channel in ("sms", "telegram")}
        self.apart = {each.sender: each for each in feedback.apart if isinstance(each, Handsets)} if feedback else {}
        database = path if isinstance(path, Database) else Database(f"sqlite:///{path}")
        database.migrate()
        self.service = Service(
            database,
            Voice(words or Words.load(), house or House(name="Harbour House"), ballot_key=ballot_key(BALLOT_SECRET)),
            list(self.handsets.values()),
            self.clock,
            store_threads=1 if database.is_sqlite else 4,
            feedback=feedback,
        )
        staff = self.service.voice.house.safeguarding.people
        self.people = {each.name: Person(each.name, each.channel, each.address) for each in staff}

    async def __aenter__(self) -> World:
        """Start."""
        await self.service.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.service.stop()

    async def add(self, name: str, channel: str = "sms", language: str | None = None) -> Person:
        """Give somebody a handset; the bot doesn't know them yet, unless a language was said for them."""
        number = FIRST_NUMBER + len(self.people)
        person = Person(name, channel, f"+44{number}" if channel == "sms" else str(number))
        self.people[name] = person
        if language is not None:
            with self.service.database.writing() as connection:
                desk = Desk(connection, self.clock())
                desk.add_address(channel, channel, person.address, desk.add_person(language=language))
                desk.put_away()
        return person

    async def text(self, person: Person, words: str) -> list[Bubble]:
        """Type something, and see what comes back."""
        return await self._arrives(person, self.handsets[person.channel].typed(person.address, words, self.clock()))

    async def tap(self, person: Person, label: str) -> list[Bubble]:
        """Tap a button, and see what comes back."""
        return await self._arrives(person, self.handsets[person.channel].tapped(person.address, label, self.clock()))

    async def _arrives(self, person: Person, message: Incoming) -> list[Bubble]:
        await self.receive(message)
        return self.news(person)

    async def receive(self, message: Incoming) -> None:
        """A message arrives as a channel would tell it, and is answered."""
        await self.service.inbound.take([message], message.sender)
        await self.settle()

    async def text_apart(self, person: Person, words: str) -> list[Bubble]:
        """Type something to the number or bot where everything is feedback, and see what comes back."""
        handsets = self.apart[f"feedback-{person.channel}"]
        before = len(handsets.bubbles[person.address])
        await self.receive(handsets.typed(person.address, words, self.clock()))
        return handsets.bubbles[person.address][before:]

    async def later(self, by: timedelta, step: timedelta = timedelta(minutes=30), *, every_hour: bool = True) -> None:
        """Let time pass, as the scheduler would see it.

        Args:
            by: How far.
            step: How far at once.
            every_hour: Whether to stop at each full hour, at which the box of feedback is looked after; without that
                it is only where a step ends on one, which is a hundred times faster.
        """
        until = self.clock() + by
        while self.clock() < until:
            hour, before = self._next_hour() if every_hour else None, self.clock()
            self.clock.forward(min(step, until - self.clock(), hour or step, self._until_an_alert_is_due() or step))
            await self._clock_of_feedback()
            is_a_new_hour = self.clock().replace(minute=0, second=0, microsecond=0) > before
            if await self._find_due(is_a_new_hour) or self._is_watched:
                await self.settle()
        await self.settle()

    async def _find_due(self, is_a_new_hour: bool) -> int:
        """What the jobs of the service find, in this order: asked together, so that they share a transaction."""
        service = self.service
        _, _, _, *looked_at = await asyncio.gather(
            service.letting_go.find_due(),
            service.diary.every_hour() if is_a_new_hour else asyncio.sleep(0),
            service.tasks.find_due(),
            service.reminders.find_due(),
            service.nudges.find_due(),
            service.broadcasts.find_due(),
        )
        return sum(looked_at)

    def _next_hour(self) -> timedelta | None:
        """How long until the full hour, at which the box of feedback is looked after; None without one."""
        past = timedelta(minutes=self.clock().minute, seconds=self.clock().second)
        return timedelta(hours=1) - past if self.service.releasing is not None else None

    async def _clock_of_feedback(self) -> None:
        await self.service.confidant.tidy()
        if self.service.releasing is not None and self._next_hour() == timedelta(hours=1):
            await self.service.releasing.every_hour()

    async def settle(self) -> None:
        """Wait until everybody has been told who is to be told now, and everything that can be sent now has been."""
        await self._until_sent()
        while self._is_watched and (await self.service.alerts.find_due() or not self._is_quiet()):
            await self._until_sent()

    async def _until_sent(self) -> None:
        await self.service.confidant.settle()
        if self._is_quiet():
            return
        self.service.wake(set(self.service.senders))
        while not self._is_quiet():  # noqa: ASYNC110 - a database sends no events
            await asyncio.sleep(0.002)

    def _is_quiet(self) -> bool:
        return is_quiet(self.service.database, self.clock())

    @property
    def _is_watched(self) -> bool:
        return self.service.voice.house.safeguarding.watched

    def _until_an_alert_is_due(self) -> timedelta | None:
        """How long until somebody is told of an alert; None: there is none."""
        if not self._is_watched:
            return None
        with self.service.database.reading() as connection:
            due = first_due(connection)
        return due - self.clock() if due is not None and due > self.clock() else None

    def references(self) -> list[int]:
        """The numbers of all alerts, in the order in which they were raised."""
        with self.service.database.reading() as connection:
            return references(connection)

    def news(self, person: Person) -> list[Bubble]:
        """What has come to somebody's handset since they last looked."""
        bubbles = self.handsets[person.channel].bubbles[person.address]
        new, person.read = bubbles[person.read :], len(bubbles)
        return new
