"""SKILLS: strengths in people's own words, which they can take away again, and which somebody can look for."""

from __future__ import annotations

import pytest

from bot.simulation import World
from bot.strengths.showing import strength_lines
from storage.strengths import STRENGTH, stems, who_named
from storage.tables import InboxItem, table_of
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
INBOX = table_of(InboxItem)


@CHANNELS
async def test_up_to_three_are_named_and_who_would_teach_is_talked_to(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SKILLS")
    ada.hears("strengths.first")
    await ada.texts("cooking for a crowd")
    ada.hears("strengths.more")
    await ada.texts("I know how prison works")
    await ada.texts("drawing")
    ada.hears("strengths.teach")
    await ada.texts("1")
    ada.hears("strengths.will-talk")
    assert rows(world, STRENGTH, "words") == [("cooking for a crowd",), ("I know how prison works",), ("drawing",)]
    note = "cooking for a crowd; I know how prison works; drawing"
    assert rows(world, INBOX, "why", "note") == [("would like to teach or lead", note)]


async def test_one_is_enough_and_nobody_has_to_teach(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await dee.texts("SGILIAU")
    await dee.texts("garddio")
    await dee.texts("SGIP")
    dee.hears("strengths.teach")
    await dee.texts("2")
    dee.hears("strengths.thanks")
    assert rows(world, INBOX, "why") == []


async def test_what_was_named_is_shown_and_can_be_added_to_and_taken_away(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("SKILLS", "cooking", "SKIP", "2"):
        await ada.texts(words)
    await ada.texts("SKILLS")
    ada.hears("strengths.yours", "strengths.what")
    for words in ("1", "drawing", "SKIP", "2"):
        await ada.texts(words)
    await ada.texts("SKILLS")
    await ada.texts("take one away")
    ada.hears("strengths.which")
    await ada.texts("cooking")
    ada.hears("strengths.removed")
    await ada.texts("SKILLS")
    assert "drawing" in ada.shown[0].text
    await ada.texts("2")
    ada.hears("strengths.removed")
    assert rows(world, STRENGTH, "words") == []


async def test_what_was_said_is_kept_although_the_rest_is_not_answered_and_back_takes_it_back(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SKILLS")
    await ada.texts("cooking")
    assert rows(world, STRENGTH, "words") == [("cooking",)]
    await ada.texts("BACK")
    ada.hears("strengths.first")
    assert rows(world, STRENGTH, "words") == []
    await ada.texts("baking")
    await ada.texts("drawing")
    assert rows(world, STRENGTH, "words") == [("baking",), ("drawing",)]


@CHANNELS
async def test_a_bare_no_or_yes_or_thanks_is_nobodys_strength(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SKILLS")
    for words in ("yes", "ok", "thanks mate"):
        await ada.texts(words)
        ada.does_not_hear("strengths.more")
    await ada.texts("yeah")
    ada.hears("strengths.first")
    await ada.texts("no problem is too big for me")
    ada.hears("strengths.more")
    await ada.texts("nothing else")
    ada.hears("strengths.teach")
    await ada.texts("2")
    assert rows(world, STRENGTH, "words") == [("no problem is too big for me",)]


async def test_whoever_names_nothing_is_left_in_peace(world: World):
    for name, words in (("Ada", "no"), ("Eve", "nothing"), ("Cai", "no thanks"), ("Dee", "dim byd")):
        somebody = await volunteer(world, name, "sms", "cy" if name == "Dee" else "en")
        await somebody.texts("SKILLS")
        await somebody.texts(words)
        somebody.hears("strengths.nothing")
    assert rows(world, STRENGTH, "words") == []


async def test_danger_in_the_words_goes_first(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SKILLS")
    await ada.texts("nothing, i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    assert rows(world, STRENGTH, "words") == []


async def test_somebody_who_can_do_it_is_found_by_other_endings(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    for words in ("SKILLS", "I used to cook for people", "SKIP", "2"):
        await ada.texts(words)
    for words in ("SKILLS", "planning, and talking to people", "SKIP", "2"):
        await eve.texts(words)
    assert [row.called for row in bo_does(world, lambda c: who_named(c, "someone for cooking"))] == ["Ada"]
    assert [row.called for row in bo_does(world, lambda c: who_named(c, "a plan"))] == ["Eve"]
    assert bo_does(world, lambda c: strength_lines(c, "people")) == ["Nobody has named anything like “people”."]
    assert len(bo_does(world, lambda c: strength_lines(c, None))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("cooking", "cooks"), ("baking", "bake"), ("planning", "plan"), ("gardens", "gardening"), ("listener", "listen")],
)
def test_endings_do_not_matter(one: str, other: str):
    assert stems(one) == stems(other)


async def test_what_somebody_is_good_at_can_stand_right_behind_the_word(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SKILLS cooking")
    ada.hears("strengths.more")
    await ada.texts("no")
    ada.hears("strengths.teach")
    await ada.texts("2")
    await ada.texts("skills drawing")
    ada.hears("strengths.yours", "strengths.more")
    await ada.texts("SGILIAU gwnio")
    assert rows(world, STRENGTH, "words") == [("cooking",), ("drawing",), ("gwnio",)]
