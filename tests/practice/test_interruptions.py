"""What comes between: a word of ours for an answer, a nudge, two projects, a week, an update, another phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.simulation import World
from flows.conversation import FLOWS, Flow, Talk
from flows.replies import any_words, yes_or_no
from storage.desk import INBOX
from storage.suggestions import SUGGESTION
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.projects.cast import bo_saves

pytestmark = pytest.mark.parametrize("channel", ["sms", "telegram"])


async def asked_for_her_idea(world: World, channel: str) -> Someone:
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SUGGEST")
    ada.hears("suggestion.idea")
    return ada


async def test_a_word_of_ours_in_place_of_an_answer_opens_what_it_says_and_the_question_comes_back(
    world: World, channel: str
):
    bo_saves(world)
    ada = await asked_for_her_idea(world, channel)
    await ada.texts("LIMITS")
    ada.hears("project.limit-instead", "house.back-to", "suggestion.idea")
    await ada.texts("a bird bath then")
    ada.hears("suggestion.goes-to")
    assert rows(world, SUGGESTION, "words") == [("a bird bath then",)]


async def test_a_nudge_waits_until_the_conversation_is_over(world: World, channel: str):
    ada = await asked_for_her_idea(world, channel)
    bo_saves(world)
    await world.later(timedelta(hours=5))
    await ada.looks()
    ada.hears_nothing()
    await ada.texts("a bench")
    ada.hears("suggestion.goes-to")
    await world.later(timedelta(days=1, hours=2))
    await ada.looks()
    ada.hears("project.welcome")


async def test_of_two_projects_each_idea_goes_to_its_own(world: World, channel: str):
    bo_saves(world)
    bo_saves(world, name="Kitchen", decider="Lou", goal="a warm meal a day")
    ada = await asked_for_her_idea(world, channel)
    await ada.texts("soup on sundays")
    ada.hears("suggestion.which")
    await ada.texts("kitchen")
    assert "It goes to Lou" in ada.shown[0].text


async def test_an_answer_a_week_later_is_kept_and_she_is_told_that_the_question_has_closed(world: World, channel: str):
    ada = await asked_for_her_idea(world, channel)
    await world.later(timedelta(days=6))
    await ada.texts("a bench in the sun")
    ada.hears("house.too-late")
    assert rows(world, SUGGESTION, "words") == []
    assert [why for (why,) in rows(world, INBOX, "why")] == ["answered too late"]


async def test_an_update_of_the_flow_under_way_loses_no_answer_and_asks_what_is_new(
    world: World, channel: str, monkeypatch
):
    ada = await asked_for_her_idea(world, channel)
    was = FLOWS["suggestion"]

    async def updated(talk: Talk) -> None:
        if await talk.ask("may-share", yes_or_no, invited_by="Bo"):
            talk.say("limits")
        await talk.ask("idea", any_words)
        talk.say("passed-on")

    monkeypatch.setitem(FLOWS, "suggestion", Flow("suggestion", updated, was.lives_for, was.facts))
    monkeypatch.setitem(
        world.service.voice.words._pages["en"].sentences,
        "suggestion.may-share",
        world.service.voice.words.wording("en", "joining.join"),
    )
    await ada.texts("a bench in the sun")
    assert "join" in ada.shown[0].text
    await ada.texts("yes")
    ada.hears("suggestion.limits", "suggestion.passed-on")


async def test_she_moves_to_another_phone_in_the_middle_of_it(world: World, channel: str):
    ada = await asked_for_her_idea(world, channel)
    [code] = re.findall(r"JOIN (\w+)", (await ada.texts("i have a new phone"))[0])
    there = await meet(world, "there", "telegram" if channel == "sms" else "sms")
    await there.texts(f"JOIN {code}")
    there.hears("house.moved", "suggestion.idea")
    await there.texts("a bench in the sun")
    there.hears("suggestion.passed-on")
    assert rows(world, SUGGESTION, "words") == [("a bench in the sun",)]
