"""Staff: a thought of their own every other week that nobody asks back, and a reminder of answers they promised."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.projects import keeping
from storage.database import Database
from storage.desk import INBOX, OUTBOX, PERSON
from storage.nudges import NUDGE
from storage.suggestions import SUGGESTION
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, Watched

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def garden_with(world: Watched, *names: str, channel: str = "sms") -> list[Someone]:
    """These have joined and heard of the garden, and are not asked how they are meanwhile."""
    people = [await volunteer(world, name, channel) for name in names]
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
    bo_saves(world, milestone=None)
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
    return people


async def staff_and_volunteer(world: Watched, channel: str = "sms") -> tuple[Someone, Someone]:
    """Fay is staff of the garden, Ada is a volunteer in it."""
    fay, ada = await garden_with(world, "Fay", "Ada", channel=channel)
    bo_does(world, lambda c: keeping.add(c, "Garden", "Fay", "staff", None, world.clock()))
    bo_does(world, lambda c: keeping.add(c, "Garden", "Ada", "volunteer", None, world.clock()))
    return fay, ada


async def until_asked(world: Watched, fay: Someone) -> None:
    for _ in range(14):
        await world.later(A_DAY, step=AN_HOUR)
        if await fay.looks():
            return


async def hears_nothing(*people: Someone) -> None:
    for each in people:
        await each.looks()
        each.hears_nothing()


@CHANNELS
async def test_staff_get_a_thought_every_other_thursday_which_nobody_asks_back(world: Watched, channel: str):
    fay, ada = await staff_and_volunteer(world, channel)
    await until_asked(world, fay)
    fay.hears("staff-reflection.for-you", "staff-reflection.only-yours", "staff-reflection.talk-it-over")
    first, asked_at = fay.shown[0].text, world.clock()
    assert asked_at.strftime("%A") in ("Thursday", "Friday")
    await fay.texts("2")
    fay.hears("staff-reflection.not-this-time")
    await world.later(timedelta(days=13), step=AN_HOUR)
    await hears_nothing(fay, ada)
    await world.later(A_DAY)
    await fay.looks()
    fay.hears("staff-reflection.for-you")
    assert fay.shown[0].text != first
    await hears_nothing(ada)
    assert rows(world, INBOX, "why") == []


async def test_only_the_manager_hears_and_only_that_somebody_would_like_to_talk(world: Watched):
    fay, _ = await staff_and_volunteer(world)
    await until_asked(world, fay)
    assert "Lou" in fay.shown[0].text
    await fay.texts("1")
    fay.hears("staff-reflection.asked")
    await world.later(AN_HOUR)
    lou = world.staff("Lou")
    await lou.looks()
    lou.hears("talk-it-over.would-like")
    assert "Fay would like to talk" in lou.shown[0].text
    assert rows(world, INBOX, "why") == []
    assert not [
        text for (text,) in rows(world, OUTBOX, "text") if "Fay would like" in text and text != lou.shown[0].text
    ]
    assert not [name for name in ("Sam", "Kim", "Bo") if world.has_come_to(name)]


async def wants(world: Watched, ada: Someone, *ideas: str) -> None:
    for idea in ideas:
        await ada.texts("SUGGEST")
        await ada.texts(idea)


def promised_by(world: Watched, day: datetime) -> None:
    with world.service.database.writing() as connection:
        connection.execute(update(SUGGESTION).values(promised_on=day.date()))


async def passes_until(world: Watched, day: int, hour: int, minute: int = 0) -> None:
    """It is this time of a day in March, before the clocks change."""
    moment = MONDAY_AT_TEN.replace(day=day, hour=hour, minute=minute)
    await world.later(moment - world.clock())


async def test_on_weekdays_at_half_past_nine_staff_are_reminded_of_what_they_promised(world: Watched):
    (ada,) = await garden_with(world, "Ada")
    await wants(world, ada, "a bench", "a pond")
    promised_by(world, MONDAY_AT_TEN + 2 * A_DAY)
    await passes_until(world, 4, 9)
    sam = world.staff("Sam")
    await hears_nothing(sam)
    await passes_until(world, 4, 9, 30)
    for name in ("Sam", "Bo", "Kim", "Lou"):
        each = world.staff(name)
        await each.looks()
        each.hears("promised.several", "promised.see")
        assert each.shown[0].text.startswith("2 ideas")
    await hears_nothing(ada)
    await passes_until(world, 6, 18)  # Friday: three days are not over
    await hears_nothing(world.staff("Sam"), world.staff("Lou"), ada)
    await passes_until(world, 9, 9)  # nor is anything said at the weekend
    await hears_nothing(world.staff("Sam"), world.staff("Lou"), ada)
    await passes_until(world, 9, 10)
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("promised.several")


async def test_what_was_answered_in_time_is_not_reminded_of(world: Watched):
    (ada,) = await garden_with(world, "Ada")
    await wants(world, ada, "a bench")
    await passes_until(world, 16, 9)  # promised for today
    assert [row for row in rows(world, NUDGE, "about", "state") if row[0].startswith("promised:")] == [
        ("promised:2026-03-16", "waiting")
    ] * 4
    bo_does(world, lambda c: keeping.answer(c, 1, "taken up", None, None, "Priya", world.clock()))
    await passes_until(world, 16, 12)
    await hears_nothing(*(world.staff(name) for name in ("Sam", "Bo", "Kim", "Lou")))
    assert {row[1] for row in rows(world, NUDGE, "about", "state") if row[0].startswith("promised:")} == {"left unsaid"}


async def test_staff_who_never_write_are_reminded_too(world: Watched):
    (ada,) = await garden_with(world, "Ada")
    await wants(world, ada, "a bench")
    promised_by(world, MONDAY_AT_TEN)
    await passes_until(world, 3, 12)
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("promised.one")
    world.clock.forward(98 * A_DAY)
    await world.later(23 * AN_HOUR)
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("promised.one")
