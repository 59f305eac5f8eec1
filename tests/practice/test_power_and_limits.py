"""The practice, points 1, 8, 9, 10, 13 and 16: who decides what, how, what is possible, and calling it by its name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.projects import keeping
from bot.projects.keeping import NotDone
from bot.projects.showing import suggestion_lines
from bot.simulation import World
from tests.bot.cast import volunteer
from tests.bot.projects.cast import bo_does, bo_saves

pytestmark = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR = timedelta(hours=1)


async def test_point_01_be_open_about_power(world: World, channel: str):
    """She hears who decides before she suggests anything; her idea goes there, and a no comes with its reason."""
    bo_saves(world)
    ada = await volunteer(world, "Ada", channel)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.decider")
    assert "Priya, who runs the house" in ada.shown[0].text
    await ada.texts("i have an idea")
    ada.hears("suggestion.idea")
    await ada.texts("let us open at night")
    ada.hears("suggestion.goes-to")
    assert "from Ada, for Garden" in bo_does(world, suggestion_lines)[0]
    with pytest.raises(NotDone, match="needs a reason"):
        bo_does(world, lambda c: keeping.answer(c, 1, "not possible", None, None, "Priya", world.clock()))
    reason = "nobody of us can be here at night, and alone it is not safe"
    bo_does(world, lambda c: keeping.answer(c, 1, "not possible", reason, None, "Priya", world.clock()))
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.not-possible", "suggestion-answered.reason", "suggestion-answered.signed")
    assert reason in ada.shown[0].text


async def test_point_09_limits_are_told_with_their_reasons_and_what_is_possible_instead(world: World, channel: str):
    """She can ask any time, and hears of the limit again when her idea meets it."""
    bo_saves(world)
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("LIMITS")
    ada.hears("project.limit-instead", "limits.more")
    assert "because the insurance does not cover water. Instead: a bird bath." in ada.shown[0].text
    await ada.texts("SUGGEST")
    await ada.texts("a small pond for frogs")
    ada.hears("suggestion.goes-to", "suggestion.limits")
    bo_does(world, lambda c: keeping.answer(c, 1, "partly", "a bath for birds we can do", 1, "Priya", world.clock()))
    await world.later(timedelta(days=2))
    await ada.looks()
    ada.hears("suggestion-answered.partly", "project.limit-instead")


async def test_point_10_what_is_fixed_what_is_open_and_what_we_hold_to(world: World, channel: str):
    """The goal may be set already; she is told so when she comes to belong, with the values of the group."""
    bo_saves(world)
    ada = await volunteer(world, "Ada", channel)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.goal", "project.fixed", "project.open", "project.values")


@pytest.mark.parametrize("rung", ["informing", "consulting", "co-producing"])
async def test_point_13_the_form_is_called_by_its_name(world: World, channel: str, rung: str):
    """Where people are only informed, no word promises more."""
    bo_saves(world, rung=rung)
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("PLAN")
    ada.hears(f"project.rung-{rung}")
    for other in {"informing", "consulting", "engaging", "co-designing", "co-producing", "led-by-us"} - {rung}:
        ada.does_not_hear(f"project.rung-{other}")
