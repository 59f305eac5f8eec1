"""What Bo does with broadcasts at the command line: `bo = Desk(world)`, `bo.writes("...")`, `await bo.confirms(1)`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from bot.broadcasts import keeping
from bot.broadcasts.audience import Audience
from bot.broadcasts.going import Broadcasts
from bot.broadcasts.keeping import Plan
from bot.broadcasts.preview import Preview
from bot.broadcasts.progress import Progress, TheirState, everybody, progress_of, replies
from bot.broadcasts.spending import Spending
from bot.broadcasts.wording import Form, Office, Wording
from bot.simulation import World
from storage.desk import OUTBOX, PERSON, Desk
from storage.tables import Lane
from tests.bot.cast import Someone

NEWS = "Hello {name}. The garden opens on Sunday at 10."
NEWYDDION = "Helo {name}. Mae'r ardd yn agor ddydd Sul am 10."
A_TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


class Bo:
    """A coordinator at work."""

    def __init__(self, world: World, name: str = "Bo") -> None:
        self.world, self.name = world, name

    @property
    def office(self) -> Office:
        voice = self.world.service.voice
        return Office(voice.words, voice.house)

    def writes(
        self, text: str = NEWS, *, cy: str = "", sms: str = "", plan: Plan | None = None, **audience: Any
    ) -> int:
        forms = {"en": Form(text, sms)} | ({"cy": Form(cy)} if cy else {})
        with self.world.service.database.writing() as connection:
            return keeping.write(
                connection,
                Wording(forms),
                Audience(**audience),
                self.name,
                self.office,
                self.world.clock(),
                plan or Plan(),
            )

    def looks_at(self, number: int) -> Preview:
        with self.world.service.database.reading() as connection:
            return keeping.preview(connection, number, self.office, self.world.clock())

    async def does(self, what: Any, *given: Any, **more: Any) -> Any:
        """One of `keeping`, and then whatever follows from it."""
        with self.world.service.database.writing() as connection:
            said = what(connection, *given, **more)
        await self.goes_on()
        return said

    async def goes_on(self) -> None:
        await self.world.service.broadcasts.find_due()
        await self.world.settle()

    async def confirms(self, number: int, **more: Any) -> list[str]:
        return await self.does(keeping.confirm, number, self.name, self.office, self.world.clock(), **more)

    async def sends(self, text: str = NEWS, **given: Any) -> int:
        """Write it and confirm it."""
        number = self.writes(text, **given)
        await self.confirms(number)
        return number

    def progress(self, number: int) -> Progress:
        with self.world.service.database.reading() as connection:
            return progress_of(connection, keeping.found(connection, number))

    def people(self, number: int) -> dict[str | None, tuple[str, str | None]]:
        """By name: state and reason."""
        with self.world.service.database.reading() as connection:
            found: list[TheirState] = everybody(connection, keeping.found(connection, number))
        return {each.called: (each.state, each.reason) for each in found}

    def replies(self, number: int) -> list[tuple[str, str]]:
        with self.world.service.database.reading() as connection:
            found = replies(connection, keeping.found(connection, number))
        return [(each.called, each.text) for each in found]


def spends(world: World, **spending: Any) -> None:
    """The organisation has set this for its broadcasts."""
    service = world.service
    house = replace(service.voice.house, spending=Spending(**spending))
    service.voice = replace(service.voice, house=house)
    service.broadcasts = Broadcasts(service.store, Office(service.voice.words, house), world.clock, service.wake)


def shares_her_phone(world: World, someone: Someone, called: str) -> None:
    """Somebody else can be reached on this phone too."""
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([someone.person.address], [])
        address = desk.address(someone.person.channel, someone.person.address)
        desk.add_holder(address, desk.add_person(called=called, joined_at=world.clock(), safe_to_text=True))
        desk.put_away()


def key_of(world: World, someone: Someone) -> int:
    """Somebody's id."""
    with world.service.database.reading() as connection:
        return connection.execute(select(PERSON.c.id).where(PERSON.c.called == someone.person.name)).scalar_one()


def broadcast_rows(world: World, *columns: str) -> list[tuple]:
    """These columns of every message in the lane of broadcasts."""
    with world.service.database.reading() as connection:
        query = select(*(OUTBOX.c[name] for name in columns)).where(OUTBOX.c.lane == int(Lane.BROADCAST))
        return [tuple(row) for row in connection.execute(query.order_by(OUTBOX.c.id))]
