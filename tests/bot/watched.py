"""A world with somebody to tell: Sam is on call on weekdays from 9 to 5, Bo is the deputy, Kim leads, Lou manages.

Sam and Kim have phones, Bo and Lou have Telegram, so that one way can fail while the other works.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.channels.handset import Bubble
from bot.house import House
from bot.simulation import HARBOUR_HOUSE, World
from storage.alerts import ALERT, EVENT
from tests.bot.cast import Someone

STAFF = {each.name: (each.channel, each.address) for each in HARBOUR_HOUSE.safeguarding.people}
HOUSE = House(name="Harbour House", safeguarding=HARBOUR_HOUSE.safeguarding)
MONDAY_AT_TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
IN_DANGER = "i want to kill myself"
HIT = "he hits me every night"
OWN_PATTERN = """\
[[pattern]]
id = "on-the-pier"
tier = "act"
topic = "suicide_selfharm"
says = ["going to the pier tonight"]
reason = "People here say this when they mean to end their life."
added = 2026-03-02
examples = ["im going to the pier tonight", "going to the pier 2nite"]
"""


class Watched(World):
    """A world in which alerts go out."""

    async def passes(self, **how_much: float) -> None:
        """Let time pass, minute by minute."""
        until = self.clock() + timedelta(**how_much)
        while self.clock() < until:
            self.clock.forward(min(timedelta(minutes=1), until - self.clock()))
            await self.settle()

    def staff(self, name: str) -> Someone:
        """A coordinator, at their handset."""
        return Someone(self, self.people[name])

    async def answers(self, name: str, *words: str) -> Someone:
        """A coordinator sends these words about the newest alert."""
        someone = self.staff(name)
        for word in words:
            await someone.texts(f"{word} {self.reference}")
        return someone

    def has_come_to(self, name: str) -> list[Bubble]:
        """Everything that ever came to a coordinator's handset."""
        channel, address = STAFF[name]
        return self.handsets[channel].bubbles[address]

    def record(self, *columns: str) -> list[Any]:
        """The record of every alert: these columns, or what happened to whom."""
        with self.service.database.reading() as connection:
            rows = connection.execute(
                select(*(EVENT.c[name] for name in columns or ("what", "who"))).order_by(EVENT.c.id)
            )
            return [tuple(row) for row in rows]

    def alert(self) -> Any:
        """The newest alert."""
        with self.service.database.reading() as connection:
            return connection.execute(select(ALERT).order_by(ALERT.c.id.desc())).first()

    @property
    def reference(self) -> int:
        """The newest alert's reference."""
        return int(self.alert().reference)
