"""SUGGEST: an idea goes to whoever decides, an answer is promised for a day, and nothing is closed in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.projects import keeping
from bot.projects.keeping import NotDone
from bot.projects.showing import suggestion_lines
from bot.projects.telling import tell
from bot.simulation import World, feedback_in
from storage.nudges import NUDGE
from storage.strengths import STRENGTH
from storage.suggestions import SUGGESTION
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR = timedelta(hours=1)


def bo_answers(world: World, as_: str, because: str | None = None, limit: int | None = None) -> list[str]:
    return bo_does(world, lambda c: keeping.answer(c, 1, as_, because, limit, "Priya", world.clock()))


@CHANNELS
async def test_an_idea_gets_a_day_and_then_its_answer_with_the_reason_and_the_limit(world: World, channel: str):
    bo_saves(world)
    ada = await volunteer(world, "Ada", channel)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("SUGGEST")
    ada.hears("suggestion.idea")
    await ada.texts("a pond with frogs")
    ada.hears("suggestion.goes-to", "suggestion.limits")
    assert "Priya, who runs the house, who will answer it by Monday 16 March" in ada.shown[0].text
    assert "1  from Ada, for Garden; promised by Mon 16 Mar" in bo_does(world, suggestion_lines)
    bo_answers(world, "not possible", "we asked the insurers twice", limit=1)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.yours", "suggestion-answered.not-possible", "project.limit-instead")
    ada.hears("suggestion-answered.signed")
    assert "we asked the insurers twice" in ada.shown[0].text
    assert "a bird bath" in ada.shown[0].text
    assert bo_does(world, suggestion_lines) == ["No suggestion waits for an answer."]


async def test_anything_but_taken_up_needs_a_reason_and_nothing_is_closed_without(world: World):
    ada = await volunteer(world, "Ada")
    bo_saves(world)
    await ada.texts("SUGGEST")
    await ada.texts("a pond")
    for because in (None, "no", "   "):
        with pytest.raises(NotDone, match="needs a reason"):
            bo_answers(world, "not now", because)
    with pytest.raises(NotDone, match="There is no limit 3"):
        bo_answers(world, "not possible", "the insurance", limit=3)
    with pytest.raises(NotDone, match="is answered as one of"):
        bo_answers(world, "closed", "because I say so")
    assert rows(world, SUGGESTION, "state", "answer") == [("waiting", None)]


async def test_a_decision_that_changes_is_told_again(world: World):
    ada = await volunteer(world, "Ada")
    bo_saves(world)
    await ada.texts("SUGGEST")
    await ada.texts("a bench")
    await world.later(AN_HOUR)
    await ada.looks()
    bo_answers(world, "not now", "there is no money before April")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.not-now", "suggestion-answered.reason")
    bo_answers(world, "taken up")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.taken-up")


async def test_you_said_we_did_goes_to_the_whole_group_and_names_nobody(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    bo_saves(world)
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    await world.later(AN_HOUR)
    with pytest.raises(NotDone, match="has not been taken up"):
        bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "there is a bench now", world.clock()))
    bo_answers(world, "taken up")
    await world.later(AN_HOUR)
    bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "there is a bench now", world.clock()))
    await world.later(AN_HOUR)
    await dee.looks()
    dee.hears("you-said.you-said", "you-said.we-did")
    assert "Ada" not in dee.shown[-1].text


async def test_an_idea_that_was_forgotten_is_told_to_nobody_and_its_number_is_nobody_elses(world: World):
    ada, eve, cai = [await volunteer(world, name) for name in ("Ada", "Eve", "Cai")]
    bo_saves(world)
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    bo_answers(world, "taken up")
    await world.later(AN_HOUR)
    await cai.texts("SKILLS")  # so that Cai is told later
    bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "there is a bench now", world.clock()))
    await ada.texts("FORGET")
    await ada.texts("1")
    await eve.texts("SUGGEST")
    await eve.texts("somebody should talk to Bo")
    await cai.looks()
    await world.later(timedelta(days=2))
    await cai.looks()
    cai.does_not_hear("you-said.you-said")
    assert rows(world, SUGGESTION, "number", "words") == [(2, "somebody should talk to Bo")]


async def test_what_waits_to_be_told_of_an_idea_goes_by_the_idea_and_not_by_its_number(world: World):
    ada, eve = await volunteer(world, "Ada"), await volunteer(world, "Eve")
    bo_saves(world)
    await eve.texts("SUGGEST")
    await eve.texts("a bench in the sun")
    bo_answers(world, "taken up")
    await world.later(AN_HOUR)
    await ada.texts("SKILLS")  # so that Ada is told later
    bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "there is a bench now", world.clock()))
    with world.service.database.writing() as connection:
        connection.execute(update(SUGGESTION).values(number=7))
    await world.later(timedelta(days=2))
    await ada.looks()
    ada.hears("you-said.you-said", "you-said.we-did")


async def test_nothing_is_said_of_an_idea_of_which_nothing_has_been_said_yet(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SUGGEST")
    await ada.texts("a bench in the sun")
    [(its_id, ada_id)] = rows(world, SUGGESTION, "id", "person_id")
    its = {"suggestion": str(its_id)}
    bo_does(world, lambda c: [str(tell(c, [ada_id], "said-did", "you-said", its, world.clock()))])
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears_nothing()
    assert rows(world, NUDGE, "state") == [("waiting",)]  # tomorrow there may be something to say


async def test_going_back_over_an_idea_takes_it_back_and_the_next_one_takes_its_place(world: World):
    ada = await volunteer(world, "Ada")
    bo_saves(world, name="Cafe")
    bo_saves(world)
    await ada.texts("SUGGEST")
    await ada.texts("a bench")
    await ada.texts("BACK")
    ada.hears("suggestion.idea")
    await ada.texts("two benches")
    ada.hears("suggestion.which")
    await ada.texts("garden")
    ada.hears("suggestion.goes-to")
    assert rows(world, SUGGESTION, "words", "state") == [("two benches", "waiting")]


@CHANNELS
async def test_somebody_in_no_project_is_heard_as_well(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("SUGGEST")
    await ada.texts("longer opening hours")
    ada.hears("suggestion.passed-on")
    assert rows(world, SUGGESTION, "words", "project_id") == [("longer opening hours", None)]
    with pytest.raises(NotDone, match="for no project"):
        bo_does(world, lambda c: keeping.you_said_we_did(c, 1, "we open longer", world.clock()))


async def test_an_idea_that_tells_of_danger_is_heard_as_danger_first(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SUGGEST")
    await ada.texts("i want to kill myself")
    ada.hears("safety.suicide_selfharm")


async def test_after_a_no_the_way_without_a_name_is_offered_where_there_is_one(database, tmp_path):
    async with World(database, feedback=feedback_in(tmp_path / "feedback")) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts("SUGGEST")
        await ada.texts("a pond")
        bo_answers(world, "not possible", "the insurance does not cover it")
        await world.later(AN_HOUR)
        await ada.looks()
        ada.hears("suggestion-answered.not-possible", "suggestion-answered.without-name")


async def test_a_courtesy_is_no_idea_and_a_no_leaves_it(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SUGGEST")
    await ada.texts("thanks")
    await ada.texts("yes")
    ada.hears("suggestion.idea")
    await ada.texts("no")
    ada.hears("suggestion.nothing")
    assert rows(world, SUGGESTION, "words") == []


@CHANNELS
@pytest.mark.parametrize("word", ["SUGGEST", "suggest", "Suggest:", "/suggest", "AWGRYMU"])
async def test_an_idea_can_stand_right_behind_the_word(world: World, channel: str, word: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts(f"{word} more biscuits")
    ada.hears("suggestion.passed-on")
    assert rows(world, SUGGESTION, "words") == [("more biscuits",)]


async def test_behind_the_word_a_courtesy_is_no_idea_either(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SUGGEST yes")
    ada.hears("suggestion.idea")
    assert rows(world, SUGGESTION, "words") == []


async def test_where_any_words_are_an_answer_the_word_means_us_only_if_it_stands_out(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("SKILLS")
    await ada.texts("suggest things for the garden")
    await ada.texts("SUGGEST MORE BISCUITS")
    ada.hears("strengths.more")
    await ada.texts("SUGGEST more biscuits")
    assert rows(world, STRENGTH, "words") == [("suggest things for the garden",), ("SUGGEST MORE BISCUITS",)]
    assert rows(world, SUGGESTION, "words") == [("more biscuits",)]
