"""Today: who needs a person first, then what is due, then how each group is; for an admin only numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from bot.console.visit import ADMIN, COORDINATOR
from bot.groups import how_groups_are
from bot.simulation import World
from storage.desk import CHECK_IN, PERSON
from storage.nudges import NUDGE
from storage.projects import MEMBER
from storage.tables import new_id
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Served
from tests.bot.projects.cast import bo_saves

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
    said_how_they_are(world, garden, 1, 2, 3, 4, 5, weeks_ago=1)
    said_how_they_are(world, garden, 4, 4, 4, 4, 5)
    kitchen = project(world, name="Kitchen")
    said_how_they_are(world, kitchen, 1, 1, 1, 1)
    bo = await console.signed_in("Bo")
    await bo.opens("/")
    bo.sees("How each group is", "Garden", "23 Feb 3 5", "2 Mar 4.2 5", "16 Feb not shown")
    bo.does_not_see("Kitchen")
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
