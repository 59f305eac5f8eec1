"""TODAY, from a coordinator's own phone: what needs a person, in two text messages at the most, naming nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.channels.segments import count
from storage.database import Database
from storage.desk import INBOX
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_saves
from tests.bot.votes.cast import bo_calls, hear_of_it, the_group
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


@pytest.mark.parametrize(("name", "word"), [("Sam", "TODAY"), ("Bo", "/today"), ("Kim", "today?")])
async def test_a_coordinator_asks_and_hears_how_much_there_is_and_nobodys_name(world: Watched, name: str, word: str):
    ada, dee = [await volunteer(world, each) for each in ("Ada", "Dee")]
    bo_saves(world, milestone=[{"name": "the plan is on paper", "day": date(2026, 3, 4)}])
    await dee.texts("SUGGEST")
    await dee.texts("a bench by the pond")
    await dee.texts("my landlord is selling the flat")
    await dee.texts("HUMAN")
    await ada.texts(IN_DANGER)
    coordinator = world.staff(name)
    await coordinator.looks()
    (said,) = await coordinator.texts(word)
    coordinator.hears("alerts.today-alerts", "alerts.today-waiting", "alerts.today-due")
    assert f"{world.reference} (nobody has it)" in said
    assert "Waiting for a person: 2, 1 of them asked" in said
    assert "Due: ideas 1, milestones 1." in said
    assert not [each for each in ("Ada", "Dee", "landlord", "pond", "+447700900") if each in said]
    assert count(said).parts <= 2


async def test_where_nothing_is_the_matter_it_says_so_and_whose_an_alert_is_is_named(world: Watched):
    sam = world.staff("Sam")
    await sam.texts("TODAY")
    sam.hears("alerts.today-no-alert", "alerts.today-waiting")
    sam.does_not_hear("alerts.today-due")
    ada = await volunteer(world, "Ada")
    await ada.texts(IN_DANGER)
    await world.answers("Kim", "ACK")
    await sam.looks()
    (said,) = await sam.texts("Today")
    assert f"{world.reference} (Kim)" in said


async def test_to_anybody_else_it_is_an_ordinary_word(world: Watched):
    ada = await volunteer(world, "Ada")
    await ada.texts("TODAY")
    ada.does_not_hear("alerts.today-no-alert")
    assert ("nobody understood",) in rows(world, INBOX, "why")


async def test_a_question_that_takes_the_word_goes_first(world: Watched):
    sam = world.staff("Sam")
    for words in ("JOIN", "Sam", "SKIP", "1", "1", "1"):
        await sam.texts(words)
    await the_group(world, "Ada", "Dee")
    bo_calls(world, choices=("Today", "Tomorrow"))
    await hear_of_it(world, [sam])
    sam.hears("vote.choice")
    await sam.texts("today")
    sam.does_not_hear("alerts.today-waiting")
