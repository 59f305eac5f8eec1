"""Today: who needs a person first, then what is due, then how each group is; for an admin only numbers."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from bot.console.visit import ADMIN, COORDINATOR
from bot.groups import how_groups_are
from bot.meetings.file import EXAMPLE, MeetingFile
from bot.meetings.keeping import keep_meeting
from bot.simulation import World
from storage.desk import CHECK_IN, PERSON
from storage.nudges import NUDGE
from storage.projects import MEMBER
from storage.tables import new_id
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Served, id_of
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.tasks.cast import bo_asks, bo_keeps
from tests.bot.votes.cast import bo_calls, the_group

STEP = "the plan is on paper"
NASTY = "<script>alert(1)</script>"


def said_how_they_are(world: World, project_id: int, *moods: int, weeks_ago: int = 0) -> None:
    """So many new members of a project say how they are, so long ago."""
    people = [new_id() for _ in moods]
    at = world.clock() - timedelta(weeks=weeks_ago)
    said = [
        {"conversation_id": new_id(), "person_id": each, "mood": mood, "wants_a_call": False, "at": at}
        for each, mood in zip(people, moods, strict=True)
    ]
    with world.service.database.writing() as connection:
        connection.execute(insert(PERSON), [{"id": each, "created_at": at, "joined_at": at} for each in people])
        belong = [{"project_id": project_id, "person_id": each, "side": "volunteer"} for each in people]
        connection.execute(insert(MEMBER), belong)
        connection.execute(insert(CHECK_IN), said)


def project(world: World, **changes) -> int:
    from storage.projects import PROJECT

    bo_saves(world, everybody=False, **changes)
    return max(id_ for (id_,) in rows(world, PROJECT, "id"))


async def test_where_nothing_is_the_matter_it_says_so(console: Served):
    bo = await console.signed_in("Bo")
    await bo.opens("/")
    bo.sees("Monday 02 March", "No alert is open.", "Nobody waits for a person", "Nothing is due this week.")
    bo.sees("There is no such week yet.")


async def test_what_is_due_is_shown_with_its_project_and_who_could_not_be_told_with_a_link(console: Served):
    world = console.world
    cai = await volunteer(world, "Cai")
    bo_saves(world, milestone=[{"name": STEP, "day": date(2026, 3, 4)}])
    await cai.texts("SUGGEST")
    await cai.texts("a secret bench")
    with world.service.database.writing() as connection:
        connection.execute(
            update(NUDGE).values(state="left unsaid", why="said STOP", settled_at=world.clock(), flow="milestone-news")
        )
    bo = await console.signed_in("Bo")
    await bo.opens("/")
    bo.sees("Milestones 1", f"Garden: {STEP}, Wed 04 Mar", "Ideas that wait for an answer 1", "for Garden")
    bo.sees("Cai: milestone news (said STOP)")
    bo.does_not_see("secret bench")
    assert f'href="/console/people/{rows(world, NUDGE, "person_id")[0][0]}"' in bo.page


async def test_whatever_is_due_can_be_opened_from_there_also_votes_meetings_and_tasks_that_nobody_has(
    console: Served,
):
    world = console.world
    await the_group(world, "Ada")
    bo_calls(world)
    bo_keeps(world)
    meeting = MeetingFile(**(tomllib.loads(EXAMPLE) | {"day": date(2026, 3, 5)}))
    bo_does(world, lambda c: keep_meeting(c, meeting, "Europe/London", world.clock()))
    bo = await console.signed_in("Bo")
    await bo.opens("/")
    bo.sees("Open votes 1", "Tasks that nobody has 1", "Garden: Water the beds", "Meetings 1")
    for path in ("/work/votes/1", "/work/tasks/1", "/work/meetings/1"):
        assert f'href="/console{path}"' in bo.page
        await bo.opens(path)
        assert bo.status == 200
        await bo.opens("/")
    bo_asks(world, "Ada")
    await bo.opens("/")
    bo.does_not_see("Tasks that nobody has")
    world.clock.forward(timedelta(days=30))
    bo = console.again(bo)
    await bo.opens("/")
    bo.does_not_see("Open votes")


async def test_with_whom_somebody_writes_stands_beside_what_they_wait_for(console: Served):
    world = console.world
    dee = await volunteer(world, "Dee")
    await dee.texts("HUMAN")
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    for each in (bo, kim):
        await each.opens("/")
        each.does_not_see("writing with them")
    await bo.sends(f"/people/{id_of(world, 'Dee')}/take-over")
    await dee.texts("are you there")
    for path in ("/", "/inbox"):
        await bo.opens(path)
        bo.sees("You are writing with them.", "Go on writing")
        await kim.opens(path)
        kim.sees("Bo is writing with them.")
        kim.does_not_see("You are writing", "Go on writing")


async def test_whoever_sees_only_one_project_sees_only_what_is_due_there(console: Served):
    world = console.world
    bo_saves(world, everybody=True, milestone=[{"name": STEP, "day": date(2026, 3, 4)}])
    bo_saves(world, name="Kitchen", everybody=False, milestone=[{"name": "soup", "day": date(2026, 3, 4)}])
    cai = await volunteer(world, "Cai")
    await world.later(timedelta(hours=1))
    with world.service.database.writing() as connection:
        left = {"state": "left unsaid", "why": "said STOP", "settled_at": world.clock()}
        connection.execute(update(NUDGE).values(**left))
    cooks = await console.signed_in("Cook", projects=["Kitchen"])
    await cooks.opens("/")
    cooks.sees("Kitchen: soup")
    cooks.does_not_see(STEP, cai.person.name, "Garden")


async def test_how_a_group_is_is_drawn_with_its_numbers_and_of_fewer_than_five_nothing_is(console: Served):
    world = console.world
    garden = project(world)
    said_how_they_are(world, garden, 1, 2, 3, 4, 5, weeks_ago=2)
    said_how_they_are(world, garden, 4, 4, 4, 4, 5)
    kitchen = project(world, name="Kitchen")
    said_how_they_are(world, kitchen, 1, 1, 1, 1)
    bo = await console.signed_in("Bo")
    await bo.opens("/")
    bo.sees("How each group is", "Garden", "16 Feb 3 5", "23 Feb not shown", "2 Mar 4.2 5")
    bo.does_not_see("Kitchen", "9 Feb")  # it begins with the first week that has something
    assert bo.page.count("<svg") == 1
    eve = await console.signed_in("Eve", projects=["Kitchen"])
    await eve.opens("/")
    eve.does_not_see("Garden", "Kitchen")
    await bo.opens("/", **{"X-Live": "1"})
    assert "<svg" not in bo.page  # what is not drawn anew is not counted anew


async def test_twelve_weeks_are_looked_at_and_each_begins_on_monday_where_the_house_is(world: World):
    garden = project(world)
    said_how_they_are(world, garden, 3, 3, 3, 3, 3, weeks_ago=12)
    said_how_they_are(world, garden, 2, 2, 2, 2, 2, weeks_ago=11)
    with world.service.database.reading() as connection:
        (group,) = how_groups_are(connection, "Europe/London", world.clock())
    assert len(group.weeks) == 12
    assert [(day, week.mean) for day, week in group.weeks if week] == [(date(2025, 12, 15), 2.0)]
    assert all(day.weekday() == 0 for day, _ in group.weeks)


async def test_an_admin_sees_how_much_there_is_and_nobodys_words_or_names(console: Served):
    world = console.world
    ada = await volunteer(world, "Ada")
    bo_saves(world, milestone=[{"name": STEP, "day": date(2026, 3, 4)}])
    said_how_they_are(world, project(world, name="Kitchen"), 1, 2, 3, 4, 5)
    await ada.texts("my landlord is selling the flat")
    pat = await console.signed_in("Pat", [ADMIN])
    for headers in ({}, {"X-Live": "1"}):
        await pat.opens("/", **headers)
        pat.sees("Open alerts 0", "Wait for a person 1", "Milestones 1")
        pat.does_not_see("Ada", "landlord", STEP, "Kitchen", ada.person.address)
        assert "<svg" not in pat.page
    both = await console.signed_in("Kim", [ADMIN, COORDINATOR])
    await both.opens("/")
    both.sees("Ada", "landlord")


@pytest.mark.parametrize("headers", [{}, {"X-Live": "1"}], ids=["a look", "looking again"])
async def test_names_of_projects_and_milestones_are_never_part_of_the_page(console: Served, headers: dict[str, str]):
    world = console.world
    garden = project(world, name=f"Garden {NASTY}", milestone=[{"name": NASTY, "day": date(2026, 3, 4)}])
    said_how_they_are(world, garden, 1, 2, 3, 4, 5)
    bo = await console.signed_in("Bo")
    await bo.opens("/", **headers)
    bo.sees(NASTY)
    assert "<script>alert" not in bo.page
