"""What each person says in a fault run, and what a bot that never dies answers: the same bot, asked beforehand.

The whole conversation is played once for each kind of person in a world of its own; a person's name and words then
take the place of those that were played. So the run is compared sentence by sentence, whatever the sentences are.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.house import House
from bot.simulation import Person, World
from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, HOLDER, INBOX, PERSON

NAME, WORDS, ASIDE = "Placeholdername", "placeholder words", "placeholder aside"
COLOURS = (
    *("amber", "brown", "copper", "crimson", "green", "grey", "golden", "indigo", "jade", "orange"),
    *("purple", "silver", "white", "yellow", "pink", "teal", "violet", "scarlet", "maroon", "olive"),
)
THINGS = (
    *("otter", "badger", "rabbit", "tulip", "teapot", "ladder", "kettle", "bicycle", "lantern", "pepper"),
    *("button", "carpet", "pencil", "window", "garden", "basket", "mitten", "pillow", "saucer", "violin"),
)
MOODS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Effects:
    """What a conversation leaves behind in the database, in a form that can be compared."""

    person: tuple[Any, ...]
    conversations: tuple[tuple[str, str], ...]
    check_ins: tuple[tuple[int | None, str | None, bool], ...]
    inbox: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Script:
    """What one person says, message by message; after each the one reply they must get.

    Attributes:
        taps: The label to tap instead of typing, where there is one that no other question has.
        effects: What must stand in the database in the end.
    """

    mood: int
    words: str
    says: tuple[str, ...]
    taps: tuple[str | None, ...]
    hears: tuple[str, ...]
    effects: Effects

    def spoken_by(self, name: str, words: str, aside: str) -> Script:
        """The same conversation with somebody's own name and words."""

        def own(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(own(each) for each in value)
            if isinstance(value, str):
                return value.replace(NAME, name).replace(WORDS, words).replace(ASIDE, aside)
            return value

        effects = Effects(*(own(getattr(self.effects, each)) for each in Effects.__dataclass_fields__))
        return replace(self, words=words, says=own(self.says), hears=own(self.hears), effects=effects)


def unique_words() -> Iterator[tuple[str, str]]:
    """A name, and words for a check-in, that nobody else in the run has."""
    for colour, thing in itertools.product(COLOURS, THINGS):
        yield f"{colour.title()}{thing}", f"I walked with the {colour} {thing}"


async def play_scripts(house: House) -> dict[tuple[str, int], Script]:
    """Every kind of conversation, played through by a bot that lives, by (channel, mood)."""
    with tempfile.TemporaryDirectory() as folder:
        async with World(Path(folder) / "played.sqlite3", house, start=datetime.now(UTC)) as world:
            kinds = list(itertools.product(("sms", "telegram"), MOODS))
            people = [await world.add(f"{channel} {mood}", channel) for channel, mood in kinds]
            scripts = await asyncio.gather(
                *(_play(world, each, mood) for each, (_, mood) in zip(people, kinds, strict=True))
            )
    return dict(zip(kinds, scripts, strict=True))


async def _play(world: World, person: Person, mood: int) -> Script:
    says, labels, hears = [], [], []

    async def say(words: str) -> None:
        waiting = world.handsets[person.channel].bubbles[person.address]
        labels.append([button.label for button in waiting[-1].buttons] if waiting else [])
        shown = await world.text(person, words)
        assert len(shown) == 1, f"{words!r} was answered with {len(shown)} messages"
        says.append(words)
        hears.append(shown[0].text)

    await say("JOIN")
    await say(NAME)
    while _left(world, person).conversations[-1][1] == "open":
        assert len(says) < 12, "joining does not end"
        await say("1")
    for words in ("MENU", "1", "purple", str(mood), f"yes please, {WORDS}" if mood <= 2 else WORDS, ASIDE):
        await say(words)
    every_label = [label for row in labels for label in set(row)]
    taps = [
        next((each for each in row[:1] if says[at] == "1" and every_label.count(each) == 1), None)
        for at, row in enumerate(labels)
    ]
    return Script(mood, WORDS, tuple(says), tuple(taps), tuple(hears), _left(world, person))


def _left(world: World, person: Person) -> Effects:
    with world.service.database.reading() as connection:
        return effects(connection, person.address)


def effects(connection: Connection, address: str) -> Effects:
    """What the database holds of the person at this address."""
    who = (
        select(*(PERSON.c[name] for name in ("id", "called", "language", "safe_to_text", "check_in_minute")))
        .join(HOLDER, HOLDER.c.person_id == PERSON.c.id)
        .join(ADDRESS, ADDRESS.c.id == HOLDER.c.address_id)
        .where(ADDRESS.c.value == address)
    )
    [(person_id, *about)] = connection.execute(who).all()

    def rows(table: Any, *columns: str) -> tuple[tuple[Any, ...], ...]:
        query = select(*(table.c[name] for name in columns)).where(table.c.person_id == person_id)
        return tuple(tuple(row) for row in connection.execute(query.order_by(table.c[_ORDER.get(table.name, "id")])))

    return Effects(
        tuple(about),
        rows(CONVERSATION, "flow", "state"),
        rows(CHECK_IN, "mood", "note", "wants_a_call"),
        rows(INBOX, "why", "note"),
    )


_ORDER = {"check_in": "at"}
