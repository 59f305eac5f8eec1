"""The practice, points 3, 11, 15 and 20: choice in everything, being listened to, many ways, and safety first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from storage.database import Database
from storage.desk import CHECK_IN, INBOX, MESSAGE, PERSON
from tests.bot.cast import meet, rows, volunteer

pytestmark = pytest.mark.parametrize("channel", ["sms", "telegram"])


async def test_point_03_choice_in_everything(world: World, channel: str):
    """Every question can be skipped; BACK, PAUSE, HUMAN and STOP work in the middle of one, and so do other words."""
    ada = await meet(world, "Ada", channel)
    await ada.texts("JOIN")
    for _ in range(4):
        await ada.texts("SKIP")
    ada.hears("joining.joined")
    await world.later(timedelta(days=7))
    await ada.looks()
    ada.hears("check-in.mood")
    await ada.texts("3")
    ada.hears("check-in.note")
    await ada.texts("BACK")
    ada.hears("check-in.mood")
    await ada.texts("HUMAN")
    ada.hears("human.about")
    await ada.texts("SKIP")
    ada.hears("human.thanks", "check-in.mood")
    await ada.texts("PAUSE")
    ada.hears("pause.how-long")
    await ada.texts("2 weeks")
    ada.hears("pause.paused-until")
    await world.later(timedelta(days=13))
    assert not any("How are you today" in text for text in [bubble.text for bubble in world.news(ada.person)])
    await ada.texts("STOP")
    ada.hears("house.stopped")


async def test_point_11_not_feeling_listened_to(database: Database, tmp_path: Path, channel: str):
    """It is said back; she chooses without her name, with it, or a person; nothing of her is kept with her words."""
    async with World(database, HARBOUR_HOUSE, feedback=feedback_in(tmp_path / "feedback")) as world:
        ada = await volunteer(world, "Ada", channel)
        await ada.texts("you never listen to us")
        ada.hears("feedback.unheard")
        before = rows(world, MESSAGE, "text")
        await ada.texts("FEEDBACK you decided about the kitchen before we met")
        ada.hears("feedback.receipt")
        assert rows(world, MESSAGE, "text") == before
        assert [why for (why,) in rows(world, INBOX, "why")] == ["does not feel listened to"]


async def test_point_20_she_is_told_before_she_is_asked_and_is_safe(world: World, channel: str):
    """What happens is said before it happens, no reason is demanded, and where it is not safe nothing is sent."""
    ada = await meet(world, "Ada", channel)
    await ada.texts("JOIN")
    ada.hears("joining.welcome", "joining.keeps", "joining.name")
    for words in ("Ada", "SKIP", "SKIP", "not safe"):
        await ada.texts(words)
    ada.hears("joining.only-replies")
    await world.later(timedelta(days=30))
    await ada.looks()
    ada.hears_nothing()
    assert rows(world, PERSON, "safe_to_text") == [(False,)]
    await ada.texts("MENU")
    await ada.texts("1")
    ada.hears("check-in.mood")
    await ada.texts("1")
    ada.hears("check-in.want-a-call")
    await ada.texts("no")
    ada.hears("check-in.thanks-for-telling")
    assert rows(world, CHECK_IN, "mood", "wants_a_call") == [(1, False)]
