"""The people in the tests, each with a simulated handset: `await ada.texts("2")`, `ada.hears("check-in.note")`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlalchemy import Table, select

from bot.channels.handset import Bubble
from bot.channels.segments import fold
from bot.simulation import Person, World


@dataclass
class Someone:
    """Somebody in a story, and what their handset showed last."""

    world: World
    person: Person
    language: str = "en"
    shown: list[Bubble] = field(default_factory=list)

    async def texts(self, words: str) -> list[str]:
        self.shown = await self.world.text(self.person, words)
        return [bubble.text for bubble in self.shown]

    async def taps(self, label: str) -> list[str]:
        self.shown = await self.world.tap(self.person, label)
        return [bubble.text for bubble in self.shown]

    async def looks(self) -> list[str]:
        self.shown = self.world.news(self.person)
        return [bubble.text for bubble in self.shown]

    def hears(self, *keys: str) -> None:
        """The last thing on the handset says all of these sentences, in this order."""
        text, place = "\n".join(bubble.text for bubble in self.shown), 0
        for key in keys:
            found = self._pattern(key).search(text, place)
            assert found, f"{self.person.name} should have heard {key}; the handset shows: {text!r}"
            place = found.end()

    def does_not_hear(self, key: str) -> None:
        assert not any(self._pattern(key).search(bubble.text) for bubble in self.shown)

    def hears_nothing(self) -> None:
        assert self.shown == []

    def _pattern(self, key: str) -> re.Pattern[str]:
        words, short = self.world.service.voice.words, self.person.channel == "sms"
        anything = dict.fromkeys(words.mentions(self.language, key, short=short), "\x00")
        said = words.sentence(self.language, key, anything, short=short)
        return re.compile(".*?".join(map(re.escape, fold(said).split("\x00"))), re.DOTALL)


async def meet(world: World, name: str, channel: str = "sms", language: str = "en") -> Someone:
    """Somebody whom the bot does not know yet."""
    person = await world.add(name, channel, language if language != "en" else None)
    return Someone(world, person, language)


async def volunteer(world: World, name: str, channel: str = "sms", language: str = "en") -> Someone:
    """Somebody who has joined: mornings, safe to text, the team may always be told."""
    someone = await meet(world, name, channel, language)
    asked_last = ("1",) if world.service.voice.house.safeguarding.watched else ()
    for words in ("JOIN", name, "SKIP", "1", "1", *asked_last):
        await someone.texts(words)
    return someone


def rows(world: World, table: Table, *columns: str) -> list[tuple]:
    """These columns of every row of a table."""
    with world.service.database.reading() as connection:
        query = select(*(table.c[name] for name in columns))
        return [tuple(row) for row in connection.execute(query)]
