"""A small world to try the bot in: people with simulated handsets, a clock to move, and the real service between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels import Incoming
from bot.channels.handset import Bubble, Handsets
from bot.clock import MovableClock
from bot.house import House
from bot.service import Service
from bot.sitting import Voice
from flows.words import Words
from storage.database import Database
from storage.desk import Desk
from storage.outbox import is_quiet

A_MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FIRST_NUMBER = 7700_900_001  # Ofcom's numbers for drama: nobody has them


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


class World:
    """The service on a database of its own, with handsets instead of providers.

    Use it as `async with World(path) as world`.

    Args:
        path: Where the SQLite file goes; or a `Database` that is open already.
        house: What the bot says of the organisation.
        start: What the clock shows at first.
    """

    def __init__(
        self, path: Path | Database, house: House | None = None, start: datetime = A_MONDAY, words: Words | None = None
    ) -> None:
        self.clock = MovableClock(start)
        self.handsets = {channel: Handsets(channel) for channel in ("sms", "telegram")}
        database = path if isinstance(path, Database) else Database(f"sqlite:///{path}")
        database.migrate()
        self.service = Service(
            database,
            Voice(words or Words.load(), house or House(name="Harbour House")),
            list(self.handsets.values()),
            self.clock,
            store_threads=1 if database.is_sqlite else 4,
        )
        self.people: dict[str, Person] = {}

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
        await self.service.inbound.take([message], message.sender)
        await self.settle()
        return self.news(person)

    async def later(self, by: timedelta, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass, as the scheduler would see it."""
        until = self.clock() + by
        while self.clock() < until:
            self.clock.forward(min(step, until - self.clock()))
            if await self.service.reminders.find_due():
                await self.settle()
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything that can be sent now has been."""
        for name in self.service.senders:
            self.service.wake({name})
        while not await self.service.store.run(is_quiet, self.clock()):  # noqa: ASYNC110 - a database sends no events
            await asyncio.sleep(0.002)

    def news(self, person: Person) -> list[Bubble]:
        """What has come to somebody's handset since they last looked."""
        bubbles = self.handsets[person.channel].bubbles[person.address]
        new, person.read = bubbles[person.read :], len(bubbles)
        return new
