"""Weeks of a project with many people, on the real service with a fake clock: they answer as people do, or not at all.

Everything is drawn from one seed. Nobody's patience is tried: whoever has something to read answers it with a
chance, at the hour at which it came, with a number, a few words, or one of the words that can be sent any time.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.channels import Incoming
from bot.projects import keeping
from bot.projects.keeping import NotDone, keep_card
from bot.simulation import Person, World
from bot.tasks import keeping as tasks
from storage.suggestions import suggestions_waiting
from storage.tasks import open_tasks
from tests.bot.projects.cast import bo_does, garden
from tests.bot.tasks.cast import brief

STEP = timedelta(hours=4)
STEPS_A_WEEK = 7 * 6
ANYTIME = ("STUCK", "PLAN", "LIMITS", "SUGGEST", "MENU", "HELP", "TASKS", "THANKS", "BACK", "SKIP", "LANGUAGE")
SOME_WORDS = ("a bench in the sun", "tired but ok", "been busy", "can we plant beans?", "yeah", "no ta")
ANSWERS = ("taken up", "partly", "not now", "not possible")


@dataclass
class Weeks:
    """A project and its people.

    Attributes:
        world: The service.
        chance: Where everything is drawn from.
        people: Who there is.
    """

    world: World
    chance: random.Random
    people: list[Person] = field(default_factory=list)

    async def gather(self, number: int) -> None:
        """Let so many people join, a third of them on Telegram, and set up the garden for all."""
        milestones = [
            {"name": f"step {n}", "day": date(2026, 3, 16) + timedelta(weeks=4 * n)} for n in range(number // 2)
        ]
        bo_does(self.world, lambda connection: keep_card(connection, garden(milestone=milestones), self.world.clock()))
        for n in range(number):
            self.people.append(await self.world.add(f"P{n}", "telegram" if n % 3 == 0 else "sms"))
        for words in ("JOIN", "{name}", "SKIP", "1", "1"):
            await self._arrive([(each, words.format(name=each.name)) for each in self.people])
        for each in self.people:
            self.world.news(each)

    async def pass_by(self, weeks: int) -> None:
        """Let weeks pass; people read and answer, Bo answers suggestions."""
        for step in range(weeks * STEPS_A_WEEK):
            await self.world.later(STEP, step=STEP)
            await self._arrive(list(filter(None, map(self._reply, self.people))))
            if step % STEPS_A_WEEK == 0:
                bo_does(self.world, self._bo_answers)
                self._bo_looks_after_tasks()
            if step % (4 * STEPS_A_WEEK) == 0:
                self._bo_asks_for_help(step // (4 * STEPS_A_WEEK))

    def _reply(self, person: Person) -> tuple[Person, str] | None:
        """What somebody sends now; None: nothing."""
        news, chance = self.world.news(person), self.chance.random()
        if not news:
            return (person, self.chance.choice(ANYTIME)) if chance < 0.002 else None
        if chance < 0.02:
            return person, self.chance.choice(("PAUSE", "STOP", "START", "HUMAN"))
        if chance < 0.25:
            return None
        if chance < 0.35:
            return person, self.chance.choice(SOME_WORDS)
        if chance < 0.4:
            return person, self.chance.choice(ANYTIME)
        return person, str(self.chance.randint(1, 5))

    async def _arrive(self, replies: list[tuple[Person, str]]) -> None:
        """All of these at once, as a provider brings them."""
        by_sender: dict[str, list[Incoming]] = {}
        for person, words in replies:
            handsets = self.world.handsets[person.channel]
            message = handsets.typed(person.address, words, self.world.clock())
            by_sender.setdefault(message.sender, []).append(message)
        inbound = self.world.service.inbound
        await asyncio.gather(*(inbound.take(messages, sender) for sender, messages in by_sender.items()))
        if replies:
            await self.world.settle()

    def _bo_asks_for_help(self, number: int) -> None:
        """A task for whoever of three people says yes first; it is planned for three weeks from now."""
        now = self.world.clock()
        task = brief(name=f"Water bed {number}", milestone=None, day=now.date() + timedelta(weeks=3))
        bo_does(self.world, lambda connection: tasks.keep_brief(connection, task, now))
        self._bo_offers(number + 1)

    def _bo_offers(self, number: int) -> None:
        names = [each.name for each in self.chance.sample(self.people, 3)]
        with suppress(NotDone):  # somebody has said STOP
            bo_does(self.world, lambda connection: tasks.offer(connection, number, names, self.world.clock()))

    def _bo_looks_after_tasks(self) -> None:
        """Bo thanks, answers what gets in the way, asks somebody else, or leaves it for next week."""
        with self.world.service.database.reading() as connection:
            open_ones = open_tasks(connection)
        for task in open_ones:
            for do in (
                lambda c, n=task.number: tasks.thank(c, n, "the beds look well", self.world.clock()),
                lambda c, n=task.number: tasks.answer(c, n, "as long as you like", None, None, self.world.clock()),
                lambda c, n=task.number: tasks.answer_barrier(
                    c, n, "we pay the bus", cannot=None, because=None, instead=None, now=self.world.clock()
                ),
            ):
                if self.chance.random() < 0.7:
                    with suppress(NotDone):
                        bo_does(self.world, do)
            if task.holder_id is None and task.done_at is None and self.chance.random() < 0.7:
                self._bo_offers(task.number)

    def _bo_answers(self, connection) -> list[str]:
        said: list[str] = []
        for each in suggestions_waiting(connection):
            if self.chance.random() < 0.7:
                as_, why, now = self.chance.choice(ANSWERS), "we have talked about it", self.world.clock()
                said += keeping.answer(connection, each.number, as_, why, None, "Bo", now)
        return said
