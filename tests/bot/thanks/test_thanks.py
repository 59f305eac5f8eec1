"""THANKS: the team thanks somebody for what they did, and they can see it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.people import NobodyMeant
from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.thanks.keeping import thank
from storage.thanks import THANKS
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR = timedelta(hours=1)


def bo_thanks(world: World, words: str, about: str | None = None, who: str = "Ada") -> list[str]:
    return bo_does(world, lambda c: thank(c, who, words, "Bo", about, world.clock()))


@CHANNELS
async def test_thanks_for_an_idea_arrive_and_can_be_seen_again(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_thanks(world, "people sit there every day", "suggestion:1")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("thanks-given.from", "thanks-given.for", "thanks-given.kept")
    assert "Bo" in ada.shown[0].text
    assert "a bench in the sun" in ada.shown[0].text
    await ada.texts("THANKS")
    ada.hears("thanks.one-for")


async def test_the_newest_three_are_shown_and_the_others_are_counted(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    for number in range(5):
        bo_thanks(world, f"for the soup {number}", who="Dee")
    await dee.texts("DIOLCHIADAU")
    dee.hears("thanks.one", "thanks.one", "thanks.one", "thanks.more")
    assert "soup 4" in dee.shown[0].text
    assert "soup 1" not in dee.shown[0].text


@pytest.mark.parametrize("words", ["thank you", "thanks a lot", "thanks mate", "cheers", "diolch", "diolch yn fawr"])
async def test_a_thank_you_is_a_courtesy_also_for_somebody_who_has_been_thanked(world: World, words: str):
    ada = await volunteer(world, "Ada")
    bo_thanks(world, "you opened up every morning")
    await ada.texts(words)
    ada.hears("house.welcome-any-time")


@pytest.mark.parametrize(("words", "said"), [("THANKS", "thanks.none"), ("DIOLCHIADAU", "thanks.none")])
async def test_without_any_the_word_says_when_there_will_be_some(world: World, words: str, said: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.hears(said)
    await ada.texts(words.lower())
    ada.hears("house.welcome-any-time")


async def test_thanks_are_for_something_that_there_is_and_given_once(world: World):
    await volunteer(world, "Ada")
    bo_saves(world)
    for about in ("suggestion:7", "milestone:a castle", "rain", "suggestion:x"):
        with pytest.raises(NotDone, match="There is nothing like"):
            bo_thanks(world, "well done", about)
    with pytest.raises(NotDone, match="need words"):
        bo_thanks(world, "  ")
    with pytest.raises(NobodyMeant):
        bo_thanks(world, "well done", who="Zed")
    bo_thanks(world, "your drawing was the plan", "milestone:The plan is on paper")
    with pytest.raises(NotDone, match="in these very words"):
        bo_thanks(world, "your drawing was the plan", "milestone:The plan is on paper")
    assert rows(world, THANKS, "what_for") == [("the plan is on paper",)]


async def test_whoever_said_stop_is_not_written_to(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("STOP")
    bo_thanks(world, "you opened up every morning")
    await world.later(AN_HOUR)
    assert await ada.looks() == []
