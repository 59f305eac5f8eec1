"""Days at a charity: time passes, people answer what they are asked, and coordinators do what they do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.channels import Incoming
from bot.demo.volunteers import STAFF, Volunteer
from bot.simulation import Person, World
from storage.desk import ADDRESS, CONVERSATION, OPEN

PAPERS = Path(__file__).parent / "papers"
LOOKS_AT = (time(9, 10), time(10, 10), time(14, 10), time(18, 10))
"""When people look at their phones. It is winter: the clocks in Britain show UTC."""
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
MOST_TURNS = 9  # at one look at the phone
LOOKS = 0.85  # the chance that somebody does
WHO, NOTE = "house.who", "check-in.note"


@dataclass
class Days:
    """The days of a charity.

    Attributes:
        world: The service, with everybody's handset.
        chance: Where it is drawn from who looks at their phone when.
        tell: Told now and then which day it is, while they pass.
        answers: What each has still to say, by name and question.
    """

    world: World
    chance: random.Random
    tell: Callable[[date], None] = lambda day: None
    answers: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    async def arrive(self, volunteers: Collection[Volunteer]) -> None:
        """Give people their handsets; the bot does not know them yet."""
        for each in volunteers:
            await self.world.add(each.name, each.channel)
            self.answers[each.name] = each.all_answers()
        for name, says in STAFF.items():
            self.answers[name] = {question: list(answers) for question, answers in says.items()}

    async def until(self, day: int, clock: str) -> None:
        """Let time pass until then, in March 2026; people look at their phones and answer."""
        until = datetime.combine(date(2026, 3, day), time.fromisoformat(clock), UTC)
        for moment in [*self._looks_before(until), until]:
            self.tell(moment.date())
            await self.world.later(moment - self.world.clock(), step=A_DAY, every_hour=False)
            if moment is not until:
                await self.everybody_answers()

    def _looks_before(self, until: datetime) -> list[datetime]:
        now, days = self.world.clock(), range((until.date() - self.world.clock().date()).days + 1)
        moments = [datetime.combine(now.date() + n * A_DAY, clock, UTC) for n in days for clock in LOOKS_AT]
        return [each for each in moments if now < each < until]

    async def everybody_answers(self) -> None:
        """Whoever looks at their phone answers what they are asked, until they have nothing more to say."""
        looking = {name for name in self.answers if self.chance.random() < LOOKS}
        for _ in range(MOST_TURNS):
            replies = self._replies(looking)
            if not replies:
                return
            await self._arrive_together(replies)

    async def says(self, name: str, *words: str) -> None:
        """Somebody types, one message after another, and answers what they are asked about it."""
        for each in words:
            self.world.clock.forward(A_MINUTE)
            await self.world.text(self.world.people[name], each)
        while replies := self._replies({name}):
            await self._arrive_together(replies)

    async def join(self, *names: str) -> None:
        """These text JOIN, and answer what they are asked."""
        for name in names:
            await self.says(name, "JOIN")

    def do(self, work: Callable[..., Any], *about: Any, **more: Any) -> Any:
        """A coordinator does something in one transaction, as at the command line; the time comes last."""
        with self.world.service.database.writing() as connection:
            return work(connection, *about, self.world.clock(), **more)

    def _replies(self, names: Collection[str]) -> list[tuple[Person, str]]:
        """What these answer to what they are asked now; what they have no answer to stays open."""
        with self.world.service.database.reading() as connection:
            asked = _asked(connection)
        replies = []
        for name in names:
            person = self.world.people[name]
            if answer := self._answer(name, asked.get(person.address, "")):
                replies.append((person, answer))
        return sorted(replies, key=lambda reply: reply[0].name)

    def _answer(self, name: str, question: str) -> str | None:
        if question == WHO:
            return name
        planned = self.answers.get(name, {}).get(question)
        return planned.pop(0) if planned else "SKIP" if question == NOTE else None

    async def _arrive_together(self, replies: list[tuple[Person, str]]) -> None:
        """All of these at once, as a provider brings them."""
        self.world.clock.forward(A_MINUTE)
        by_sender: dict[str, list[Incoming]] = {}
        for person, words in replies:
            handsets = self.world.handsets[person.channel]
            message = handsets.typed(person.address, words, self.world.clock())
            by_sender.setdefault(message.sender, []).append(message)
        for sender, messages in by_sender.items():
            await self.world.service.inbound.take(messages, sender)
        await self.world.settle()


def _asked(connection: Connection) -> dict[str, str]:
    """The question in front at each address, as "flow.question", without what it is about; on a shared phone `WHO`."""
    query = (
        select(ADDRESS.c.value, CONVERSATION.c.flow, CONVERSATION.c.place)
        .join(ADDRESS, ADDRESS.c.id == CONVERSATION.c.address_id)
        .where(OPEN, CONVERSATION.c.asked_at.is_not(None))
        .order_by(CONVERSATION.c.front_at)
    )
    asked = {}
    for address, flow, place in connection.execute(query):
        question = json.loads(place)["asked"] or ""
        asked[address] = f"{flow}.{question.partition(':')[0]}"
    shared = select(ADDRESS.c.value).where(ADDRESS.c.unsettled.is_not(None))
    return asked | dict.fromkeys(connection.execute(shared).scalars(), WHO)
