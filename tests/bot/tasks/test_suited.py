"""A task finds those who named something like it, and its thanks stay with whoever did it."""

from __future__ import annotations

from datetime import timedelta

from bot.simulation import World
from tests.bot.tasks.cast import bo_looks_at_it, bo_thanks, in_the_garden, with_the_task


async def test_who_named_something_like_it_is_shown_with_the_task(world: World):
    ada, _ = await in_the_garden(world, ("Ada", "sms", "en"), ("Dee", "telegram", "en"))
    for words in ("SKILLS", "being outside early", "SKIP", "2"):
        await ada.texts(words)
    assert "Named something like it: Ada (“being outside early”)" in bo_looks_at_it(world)


async def test_thanks_for_a_task_are_shown_again_with_the_others(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts("5")
    bo_thanks(world, "the beds look well")
    await world.later(timedelta(hours=1))
    await ada.looks()
    await ada.texts("THANKS")
    ada.hears("thanks.one-for")
    assert "the beds look well (for: Water the beds)" in ada.shown[0].text
