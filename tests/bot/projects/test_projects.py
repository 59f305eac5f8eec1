"""Projects: a group's card, told once to whoever belongs, and PLAN and LIMITS at any time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.people import NobodyMeant
from bot.projects import keeping
from bot.projects.keeping import NotDone
from bot.projects.report import report_lines
from bot.simulation import World
from storage.desk import ADDRESS
from storage.nudges import NUDGE
from storage.suggestions import SUGGESTION
from tests.bot.cast import meet, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
AN_HOUR = timedelta(hours=1)


@CHANNELS
async def test_whoever_belongs_is_told_once_what_it_is_for_what_is_open_and_who_decides(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    assert bo_saves(world) == ["Garden is kept now.", "1 person is told, as soon as it suits them."]
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.welcome", "project.goal", "project.rung-co-producing", "project.fixed", "project.open")
    ada.hears("project.decider", "project.rule", "project.values", "project.more-limits")
    assert bo_saves(world) == ["Garden: the card has been changed.", "Nobody new is told."]
    await world.later(timedelta(days=3))
    await ada.looks()
    ada.hears_nothing()


@CHANNELS
async def test_somebody_who_joins_later_is_told_as_well(world: World, channel: str):
    bo_saves(world)
    ada = await volunteer(world, "Ada", channel)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.welcome")


async def test_only_those_who_were_added_belong_to_a_project_that_is_not_for_everybody(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    bo_saves(world, everybody=False)
    bo_does(world, lambda c: keeping.add(c, "garden", "Dee", "volunteer", None, world.clock()))
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears_nothing()
    await dee.looks()
    dee.hears("project.welcome", "project.decider")
    await ada.texts("PLAN")
    ada.hears("project.none")
    await dee.texts("CYNLLUN")
    dee.hears("project.name", "plan.next")
    assert bo_does(world, lambda c: keeping.remove(c, "Garden", "Dee", world.clock())) == [
        "Dee no longer belongs to Garden."
    ]
    await dee.texts("CYNLLUN")
    dee.hears("project.none")


@CHANNELS
async def test_plan_says_where_we_are_and_what_is_next(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    bo_saves(
        world,
        milestone=[
            {"name": "the plan is on paper", "day": date(2026, 3, 20)},
            {"name": "the plot is dug", "day": date(2026, 4, 20)},
        ],
    )
    assert "Steps done: 0 of 2. Next: the plan is on paper, Friday 20 March." in _flat(await ada.texts("PLAN"))
    bo_does(world, lambda c: keeping.milestone_done(c, "Garden", "The plan is on paper", world.clock()))
    assert "Steps done: 1 of 2. Next: the plot is dug, Monday 20 April." in _flat(await ada.texts("PLAN"))
    bo_saves(world, milestone=[{"name": "the plan is on paper", "day": date(2026, 3, 21)}])
    assert "Steps done: 1 of 1." in _flat(await ada.texts("PLAN"))  # a day that moved undoes nothing


@CHANNELS
async def test_limits_says_what_is_settled_what_is_open_and_what_can_be_done_instead(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    bo_saves(world)
    said = _flat(await ada.texts("LIMITS"))
    assert "Not possible: a pond, because the insurance does not cover water. Instead: a bird bath." in said
    bo_saves(world, limit=None, fixed=None)
    await ada.texts("LIMITS")
    ada.hears("limits.none")


async def test_of_two_projects_the_one_that_is_meant_is_asked_for_by_name(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram")
    bo_saves(world)
    bo_saves(world, name="Café {x}", goal="a place to sit", rule=None)
    assert "1 Café {x}, 2 Garden" in (await ada.texts("PLAN"))[0]
    assert "a garden at Harbour House" in (await ada.texts("garden please"))[0]
    await ada.texts("LIMITS")
    assert "Garden." in (await ada.texts("2"))[0]
    await ada.texts("PLAN")
    await ada.texts("skip")
    ada.hears("plan.nothing")
    await dee.texts("PLAN")
    assert "a place to sit" in (await dee.taps("Café {x}"))[0]


async def test_a_new_way_to_decide_is_told_to_everybody_and_kept_with_its_day(world: World):
    ada = await volunteer(world, "Ada")
    bo_saves(world)
    await world.later(AN_HOUR)
    await ada.looks()
    bo_saves(world, rule={"wording": "two of three decide", "way": "two thirds", "secret": True})
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("rule.new", "project.rule", "rule.more")
    assert "two of three decide" in ada.shown[0].text
    assert [about.partition(":")[0] for (about,) in rows(world, NUDGE, "about")] == ["project", "rule"]


async def test_nobody_is_told_before_they_have_joined(world: World):
    ada = await meet(world, "Ada")
    await ada.texts("hello?")
    bo_saves(world)
    bo_does(world, lambda c: keeping.add(c, "Garden", ada.person.address, "volunteer", None, world.clock()))
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears_nothing()
    assert rows(world, NUDGE, "state", "why") == [("left unsaid", "they have not joined")]
    for words in ("JOIN", "Ada", "SKIP", "1", "1"):
        await ada.texts(words)
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.welcome")  # once they have


async def test_the_balance_of_a_group_is_shown_with_who_has_lived_experience_among_staff(world: World):
    for name in ("Ada", "Dee", "Eve"):
        await volunteer(world, name)
    bo_saves(world)
    bo_does(world, lambda c: keeping.add(c, "Garden", "Eve", "staff", True, world.clock()))
    said = bo_does(world, lambda c: keeping.balance(c, "Garden"))
    assert said[0] == "Garden: 2 volunteers, 1 staff, of whom 1 with lived experience."
    assert "Eve (staff)" in said[1]


async def test_who_is_meant_is_found_by_name_or_number_and_asked_for_when_it_is_not_clear(world: World):
    for _ in range(2):
        await volunteer(world, "Ada")
    bo_saves(world)

    def adds(who: str) -> list[str]:
        return bo_does(world, lambda c: keeping.add(c, "Garden", who, "volunteer", None, world.clock()))

    with pytest.raises(NobodyMeant, match="Several are meant"):
        adds("ada")
    with pytest.raises(NobodyMeant, match="Nobody is called"):
        adds("Zoe")
    with pytest.raises(NotDone, match="There is no project “Cafe”"):
        bo_does(world, lambda c: keeping.remove(c, "Cafe", "Ada", world.clock()))
    with pytest.raises(NotDone, match="has no milestone “the harvest”"):
        bo_does(world, lambda c: keeping.milestone_done(c, "Garden", "the harvest", world.clock()))
    number = rows(world, ADDRESS, "value")[0][0]
    assert adds(f"0{number[3:7]} {number[7:]}")[0] == "Ada belongs to Garden, as volunteer."


def _flat(said: list[str]) -> str:
    return " ".join(" ".join(said).split())


@CHANNELS
@pytest.mark.parametrize("word", ["PLAN", "LIMITS", "SUGGEST"])
async def test_a_number_means_the_project_that_it_was_shown_with(world: World, channel: str, word: str):
    ada = await volunteer(world, "Ada", channel)
    for name in ("Cafe", "Garden", "Yard"):
        bo_saves(world, name=name)
    await ada.texts(word)
    if word == "SUGGEST":
        await ada.texts("a bench")
    bo_saves(world, name="Allotment")
    await ada.texts("1")
    assert "Allotment" in str(ada.shown[-1])  # the list is put to them anew, nothing was taken for what it was not
    assert rows(world, SUGGESTION, "project_id") == []
    await ada.texts("Yard")
    assert word == "SUGGEST" or "Yard" in ada.shown[-1].text


async def test_a_project_that_went_while_somebody_chose_is_replaced_by_no_other(world: World):
    ada = await volunteer(world, "Ada")
    for name in ("Cafe", "Garden"):
        bo_saves(world, name=name, everybody=False)
        bo_does(world, lambda c, n=name: keeping.add(c, n, "Ada", "volunteer", None, world.clock()))
    await ada.texts("SUGGEST")
    await ada.texts("a bench")
    ada.hears("suggestion.which")
    bo_does(world, lambda c: keeping.remove(c, "Garden", "Ada", world.clock()))
    await ada.texts("Garden")
    ada.hears("suggestion.which")
    assert rows(world, SUGGESTION, "project_id") == []
    await ada.texts("Cafe")
    ada.hears("suggestion.goes-to")


async def test_a_milestone_that_is_done_counts_by_the_day_it_was_done(world: World):
    bo_saves(
        world, milestone=[{"name": "the plan", "day": date(2026, 6, 1)}, {"name": "a bench", "day": date(2026, 3, 9)}]
    )
    bo_does(world, lambda c: keeping.milestone_done(c, "Garden", "the plan", world.clock()))
    await world.later(timedelta(days=10), step=timedelta(hours=6))

    def reported(since_days: int) -> str:
        lines = bo_does(world, lambda c: report_lines(c, since_days, world.clock()))
        return next(line for line in lines if "Milestones:" in line)

    assert "Milestones: 2, 1 of them done." in reported(30)
    assert "Milestones: 1, 0 of them done." in reported(5)
