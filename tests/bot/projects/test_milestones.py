"""Milestones: one kind nudge before each, at everybody's own time, and a look back that is shared naming nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.projects import keeping
from bot.projects.keeping import NotDone
from bot.projects.milestones import nudge_before_milestones
from bot.projects.reflecting import look_back, reflection
from bot.simulation import World
from flows.milestones import FEWEST, LookBack, Step
from storage.desk import PERSON
from storage.nudges import NUDGE
from storage.projects import projects
from storage.reflections import REFLECTION, reflections_on
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves

CHANNELS = pytest.mark.parametrize("channel", ["sms", "telegram"])
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
FRIDAY = date(2026, 3, 6)  # four days from the beginning of these stories
STEP = "the plan is on paper"


def bo_plans(world: World, day: date = FRIDAY, **changes) -> None:
    bo_saves(world, milestone=[{"name": STEP, "day": day}], **changes)


def bo_looks(world: World, *leave_out: int, send: bool = False) -> list[str]:
    return bo_does(world, lambda c: reflection(c, "garden", STEP.upper(), leave_out, send, world.clock()))


async def garden_with(world: World, *names: str, channel: str = "sms") -> list[Someone]:
    """These have joined and heard of the garden, and are not asked how they are meanwhile."""
    people = [await volunteer(world, name, channel) for name in names]
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
    bo_plans(world)
    await world.later(AN_HOUR)
    for each in people:
        await each.looks()
    return people


async def hears_nothing(*people: Someone) -> None:
    for each in people:
        await each.looks()
        each.hears_nothing()


@CHANNELS
async def test_three_days_before_it_everybody_gets_one_nudge_at_their_own_time(world: World, channel: str):
    ada, dee = await garden_with(world, "Ada", "Dee", channel=channel)
    await dee.texts("LANGUAGE")
    await dee.texts("2")
    dee.language = "cy"
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Dee").values(check_in_minute=18 * 60))
    bo_plans(world, FRIDAY + A_DAY)
    await world.later(47 * AN_HOUR)  # Wednesday, 10 in the morning
    await ada.looks()
    ada.hears("milestone-nudge.soon", "milestone-nudge.more")
    assert f"Garden: {STEP}. That is planned for Saturday 7 March." in ada.shown[0].text
    await hears_nothing(dee)
    await world.later(8 * AN_HOUR)
    await dee.looks()
    dee.hears("milestone-nudge.soon")
    await world.later(2 * A_DAY)
    await hears_nothing(ada, dee)


async def test_a_day_that_moved_is_told_once_more_and_the_old_one_never(world: World):
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world, FRIDAY + 7 * A_DAY)
    await world.later(2 * A_DAY)
    await hears_nothing(ada)
    await world.later(6 * A_DAY)
    await ada.looks()
    assert "Friday 13 March" in ada.shown[0].text
    bo_plans(world, FRIDAY + 8 * A_DAY)
    await world.later(A_DAY)
    await ada.looks()
    assert "Saturday 14 March" in ada.shown[0].text
    bo_plans(world, FRIDAY + 8 * A_DAY)
    await world.later(A_DAY)
    await hears_nothing(ada)


async def test_what_waits_to_be_said_is_dropped_when_it_is_done_or_somebody_leaves(world: World):
    ada, dee = await garden_with(world, "Ada", "Dee")
    bo_plans(world, everybody=False)
    for name in ("Ada", "Dee"):
        bo_does(world, lambda c, name=name: keeping.add(c, "Garden", name, "volunteer", None, world.clock()))
    await world.later(AN_HOUR)
    bo_does(world, lambda c: keeping.remove(c, "Garden", "Dee", world.clock()))
    bo_does(world, lambda c: keeping.milestone_done(c, "Garden", STEP, world.clock()))
    await world.later(22 * AN_HOUR)
    assert {why for about, why in rows(world, NUDGE, "about", "why") if about.startswith("milestone:")} == {
        "no longer belongs to the project",
        "the milestone is done, or has another day now",
    }
    await ada.looks()
    ada.does_not_hear("milestone-nudge.soon")
    await hears_nothing(dee)


async def test_whoever_belonged_only_as_long_as_everybody_did_is_left_in_peace(world: World):
    ada, dee = await garden_with(world, "Ada", "Dee")
    bo_does(world, lambda c: keeping.add(c, "Garden", "Ada", "volunteer", None, world.clock()))
    await world.later(AN_HOUR)
    assert [state for about, state in rows(world, NUDGE, "about", "state") if about.startswith("milestone:")] == [
        "waiting",
        "waiting",
    ]
    bo_plans(world, everybody=False)
    await world.later(22 * AN_HOUR)
    await ada.looks()
    ada.hears("milestone-nudge.soon")
    await hears_nothing(dee)


async def test_somebody_who_joins_within_the_three_days_still_gets_theirs_once(world: World):
    await garden_with(world, "Ada")
    await world.later(2 * A_DAY)
    eve = await volunteer(world, "Eve")  # on Wednesday at 11: her next morning is Thursday
    await world.later(2 * AN_HOUR)
    await eve.looks()
    eve.does_not_hear("milestone-nudge.soon")
    await world.later(22 * AN_HOUR)
    await eve.looks()
    eve.hears("milestone-nudge.soon")
    await world.later(A_DAY)
    await hears_nothing(eve)


async def test_however_many_they_are_everybody_gets_theirs(world: World):
    people = await garden_with(world, "Ada", "Dee", "Eve")
    bo_plans(world, FRIDAY - A_DAY)
    with world.service.database.writing() as connection:
        found = [nudge_before_milestones(connection, world.clock(), 2) for _ in range(3)]
    assert found == [2, 1, 0]
    await world.later(2 * A_DAY)
    for each in people:
        await each.looks()
        each.hears("milestone-nudge.soon")


async def test_after_the_day_nobody_is_nudged_about_it(world: World):
    ada = await volunteer(world, "Ada")
    bo_plans(world, world.clock().date() - A_DAY)
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(joined_at=world.clock() - 9 * A_DAY))
    await world.later(A_DAY)
    assert [about for (about,) in rows(world, NUDGE, "about") if about.startswith("milestone:")] == []
    await ada.looks()
    ada.hears("project.welcome")


@CHANNELS
async def test_on_the_day_after_it_everybody_who_was_there_is_asked_three_light_questions(world: World, channel: str):
    ada, dee = await garden_with(world, "Ada", "Dee", channel=channel)
    bo_does(world, lambda c: keeping.milestone_done(c, "Garden", STEP, world.clock() + 4 * A_DAY))
    await world.later(4 * A_DAY + 22 * AN_HOUR)
    eve = await volunteer(world, "Eve", channel)  # on the day after, at 9
    await world.later(4 * AN_HOUR)
    await eve.looks()
    eve.does_not_hear("reflection.feeling")
    await ada.looks()
    ada.hears("reflection.feeling")
    await ada.texts("4")
    ada.hears("reflection.well")
    await ada.texts("the tea")
    ada.hears("reflection.differently")
    await ada.texts("start later")
    ada.hears("reflection.share")
    await ada.texts("1")
    ada.hears("reflection.thanks-shared")
    await dee.looks()
    await dee.texts("2 it was cold")
    dee.hears("reflection.well")
    for _ in range(2):
        await dee.texts("SKIP")
    await dee.texts("no")
    dee.hears("reflection.thanks-kept")
    columns = ("feeling", "note", "well", "differently", "may_share")
    assert rows(world, REFLECTION, *columns) == [
        (4, None, "the tea", "start later", True),
        (2, "it was cold", None, None, False),
    ]


async def test_how_it_was_is_kept_also_where_nothing_more_comes_and_after_a_week_it_is_closed(world: World):
    (ada,) = await garden_with(world, "Ada")
    await world.later(5 * A_DAY)
    await ada.looks()
    await ada.texts("3")
    assert rows(world, REFLECTION, "feeling", "may_share") == [(3, False)]
    await world.later(8 * A_DAY)
    await ada.texts("the tea")
    ada.hears("house.too-late")


async def test_words_that_somebody_went_back_over_are_replaced(world: World):
    (ada,) = await garden_with(world, "Ada")
    await world.later(5 * A_DAY)
    for words in ("3", "the tea", "SKIP"):
        await ada.texts(words)
    await ada.texts("BACK")
    await ada.texts("longer breaks")
    await ada.texts("1")
    assert rows(world, REFLECTION, "differently", "may_share") == [("longer breaks", True)]


async def reflected(world: World, people: list[Someone]) -> None:
    """Each says how it was; all but the last let the group see their words."""
    await world.later(5 * A_DAY)
    for number, each in enumerate(people, 1):
        for words in (str(min(number, 5)), f"word {number}", "SKIP", "2" if each is people[-1] else "1"):
            await each.texts(words)


async def test_the_group_hears_what_was_said_naming_nobody_after_a_coordinator_has_looked(world: World):
    people = await garden_with(world, "Ada", "Dee", "Eve", "Fay", "Gil", "Hal")
    await reflected(world, people)
    with pytest.raises(NotDone, match="nobody has looked at"):
        bo_looks(world, send=True)
    shown = bo_looks(world)
    assert shown[0] == "Garden, the plan is on paper (Fri 06 Mar): 6 took part."
    assert "3.3 on average" in shown[1]
    assert "   2  went well: “word 2”" in shown
    assert "      “word 6”" in shown[shown.index("For the team only:") :]
    assert "   2  went well: “word 2”  (left out)" in bo_looks(world, 2)
    await world.later(AN_HOUR)
    await hears_nothing(*people[1:2])
    assert bo_looks(world, send=True) == ["6 people are told, as soon as it suits them."]
    await world.later(2 * A_DAY)
    for each in people:
        await each.looks()
        each.hears("reflection-shared.looked-back", "reflection-shared.how-many", "reflection-shared.average")
        each.hears("reflection-shared.well")
        said = each.shown[0].text
        assert '"word 1"; "word 3"; "word 4"; "word 5"' in said
        assert not [name for name in ("word 2", "word 6", "Ada", "Hal") if name in said]
    with pytest.raises(NotDone, match="has been told"):
        bo_looks(world, 1)


async def test_of_fewer_than_five_the_group_hears_only_how_many_took_part(world: World):
    people = await garden_with(world, "Ada", "Dee", "Eve", "Fay")
    assert len(people) < FEWEST
    await reflected(world, people)
    bo_looks(world)
    with world.service.database.reading() as connection:
        project = next(iter(projects(connection)))
        said = reflections_on(connection, project.id, STEP)
    step = Step("Garden", STEP, FRIDAY)
    assert look_back(step, said) == LookBack(step, 4)  # no words leave the database for anybody
    bo_looks(world, send=True)
    await world.later(2 * A_DAY)
    (ada, *_) = people
    await ada.looks()
    ada.hears("reflection-shared.how-many", "reflection-shared.too-few")
    assert "Took part: 4." in ada.shown[0].text
    assert "word" not in ada.shown[0].text.replace("words", "")
    ada.does_not_hear("reflection-shared.average")


async def test_what_comes_after_the_look_is_looked_at_first_and_after_the_telling_is_not_told(world: World):
    people = await garden_with(world, "Ada", "Dee", "Eve", "Fay", "Gil", "Hal")
    await reflected(world, people[:-1])
    bo_looks(world)
    await people[-1].texts("5")
    with pytest.raises(NotDone, match="nobody has looked at"):
        bo_looks(world, 1, send=True)
    bo_looks(world)
    bo_looks(world, send=True)
    await people[-1].texts("my street is called Elm Row")
    await people[-1].texts("SKIP")
    await people[-1].texts("1")
    await world.later(2 * A_DAY)
    await people[0].looks()
    people[0].hears("reflection-shared.how-many")
    assert "Elm Row" not in people[0].shown[0].text


async def test_a_look_back_that_nobody_took_and_words_that_are_not_there_are_refused(world: World):
    people = await garden_with(world, "Ada")
    with pytest.raises(NotDone, match="Nobody has looked back"):
        bo_looks(world)
    await reflected(world, [*people])
    bo_looks(world)
    with pytest.raises(NotDone, match="There are no words 4"):
        bo_looks(world, 4)
