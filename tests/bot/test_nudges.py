"""What we say first besides check-ins: once for each thing, when it suits them, and whatever holds it back is told."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.simulation import World
from storage.desk import PERSON
from storage.nudges import NUDGE, NewNudge, add_nudges, nudges_about, withdraw_nudges
from tests.bot.cast import Someone, meet, rows, volunteer

LONDON = ZoneInfo("Europe/London")
A_DAY = timedelta(days=1)


def nudge(world: World, about: str = "the plan", *, within: timedelta = 7 * A_DAY, after: timedelta = 0 * A_DAY) -> int:
    """Everybody is to be shown the menu; how many they are."""
    now = world.clock()
    people = [its_id for (its_id,) in rows(world, PERSON, "id")]
    with world.service.database.writing() as connection:
        return add_nudges(connection, [NewNudge(its, about, "menu", now + after, now + within) for its in people])


def became_of(world: World, about: str = "the plan") -> list[tuple[str, str | None]]:
    with world.service.database.reading() as connection:
        return [(row.state, row.why) for row in nudges_about(connection, about)]


def change(world: World, **values) -> None:
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(**values))


async def hears_it(ada: Someone) -> None:
    await ada.looks()
    ada.hears("menu.choice")


async def hears_nothing(ada: Someone) -> None:
    await ada.looks()
    ada.hears_nothing()


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_it_is_said_once_however_often_it_is_asked_for(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    assert nudge(world) == 1
    assert nudge(world) == 0
    await world.later(timedelta(hours=1))
    await hears_it(ada)
    assert nudge(world) == 0
    await world.later(2 * A_DAY)
    await hears_nothing(ada)
    assert became_of(world) == [("said", None)]


async def test_it_waits_for_its_time_and_for_the_end_of_quiet_hours(world: World):
    ada = await volunteer(world, "Ada")
    nudge(world, after=timedelta(hours=12))
    await world.later(timedelta(hours=13))
    await hears_nothing(ada)
    assert became_of(world) == [("waiting", "quiet hours")]
    await world.later(A_DAY)
    await hears_it(ada)
    ((at,),) = rows(world, NUDGE, "settled_at")
    assert at.astimezone(LONDON).hour == 9


async def test_it_does_not_interrupt_and_two_do_not_come_at_once(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("LANGUAGE")
    nudge(world)
    nudge(world, about="the vote")
    await world.later(timedelta(hours=2))
    await hears_nothing(ada)
    assert became_of(world) == [("waiting", "a conversation under way")]
    await world.later(A_DAY)
    assert len(await ada.looks()) == 1
    assert became_of(world, "the vote") == [("waiting", "a conversation under way")]


async def test_what_would_come_too_late_waits_an_hour_for_their_answer_and_is_said_then(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("LANGUAGE")
    nudge(world, within=timedelta(hours=6))
    await world.later(timedelta(minutes=50))
    await hears_nothing(ada)
    assert became_of(world) == [("waiting", "a conversation under way")]
    await world.later(timedelta(hours=1))
    await hears_it(ada)


async def test_what_would_come_too_late_does_not_come_between_somebody_and_their_safety(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("i want to kill myself")
    nudge(world, within=timedelta(hours=6))
    await world.later(A_DAY)
    await hears_nothing(ada)
    assert [state for state, _ in became_of(world)] == ["left unsaid"]


async def test_after_stop_it_is_left_unsaid_and_the_coordinator_sees_why(world: World):
    cai = await volunteer(world, "Cai")
    nudge(world, after=timedelta(hours=1))
    await cai.texts("STOP")
    await world.later(A_DAY)
    await hears_nothing(cai)
    assert became_of(world) == [("left unsaid", "said STOP, or cannot be reached")]


async def test_a_pause_is_waited_for_if_it_ends_in_time(world: World):
    ada = await volunteer(world, "Ada")
    change(world, paused_until=world.clock() + 3 * A_DAY)
    nudge(world)
    nudge(world, about="soon over", within=A_DAY)
    await world.later(2 * A_DAY)
    await hears_nothing(ada)
    assert became_of(world) == [("waiting", "paused")]
    assert became_of(world, "soon over") == [("left unsaid", "paused")]
    await world.later(2 * A_DAY)
    await hears_it(ada)


@pytest.mark.parametrize(
    ("about_them", "why"),
    [
        ({"joined_at": None}, "they have not joined"),
        ({"safe_to_text": False}, "it is not safe to text them"),
    ],
)
async def test_nobody_is_written_to_who_has_not_joined_or_is_not_safe(world: World, about_them: dict, why: str):
    ada = await volunteer(world, "Ada")
    change(world, **about_them)
    nudge(world)
    await world.later(timedelta(hours=1))
    await hears_nothing(ada)
    assert became_of(world) == [("left unsaid", why)]


async def test_while_a_person_writes_with_them_nudges_and_check_ins_are_silent(world: World):
    ada = await volunteer(world, "Ada")
    change(world, taken_over_by=1, taken_over_at=world.clock())
    nudge(world, within=14 * A_DAY)
    await world.later(8 * A_DAY, step=timedelta(hours=3))
    await hears_nothing(ada)
    assert became_of(world) == [("waiting", "a person writes with them")]
    assert rows(world, PERSON, "check_in_waits_for") == [("a person writes with them",)]


async def test_what_was_not_said_in_time_is_never_said(world: World):
    ada = await volunteer(world, "Ada")
    nudge(world, within=timedelta(hours=2))
    world.clock.forward(timedelta(hours=3))
    await world.later(timedelta(hours=1))
    await hears_nothing(ada)
    assert became_of(world) == [("left unsaid", "its time had passed")]


async def test_what_is_withdrawn_is_not_said(world: World):
    ada = await volunteer(world, "Ada")
    nudge(world, after=timedelta(hours=1))
    with world.service.database.writing() as connection:
        withdraw_nudges(connection, "the plan", world.clock(), "the task is taken")
    await world.later(A_DAY)
    await hears_nothing(ada)
    assert became_of(world) == [("left unsaid", "the task is taken")]


async def test_after_ninety_silent_days_nothing_is_said_to_whoever_has_the_number_now(world: World):
    ada = await volunteer(world, "Ada")
    change(world, check_in_due_at=None, check_in_every_days=None)
    world.clock.forward(91 * A_DAY)
    nudge(world, within=2 * A_DAY)
    await world.later(timedelta(hours=1))
    assert became_of(world) == [("waiting", "not heard from for 90 days")]
    await world.later(3 * A_DAY, step=timedelta(hours=3))
    await hears_nothing(ada)
    assert became_of(world) == [("left unsaid", "not heard from for 90 days")]


async def test_somebody_unknown_is_not_written_to(world: World):
    await meet(world, "Ada")
    with world.service.database.writing() as connection:
        add_nudges(connection, [NewNudge(7, "the plan", "menu", world.clock(), world.clock() + A_DAY)])
    await world.later(timedelta(hours=1))
    assert became_of(world) == [("left unsaid", "they are no longer known")]


async def test_one_that_we_break_over_holds_up_nobody_else(world: World):
    ada = await volunteer(world, "Ada")
    ((its_id,),) = rows(world, PERSON, "id")
    with world.service.database.writing() as connection:
        gone = NewNudge(its_id, "gone", "project", world.clock(), world.clock() + 3 * A_DAY, {"project": "7"})
        add_nudges(connection, [gone])
    nudge(world)
    await world.later(timedelta(hours=1))
    await hears_it(ada)
    assert became_of(world, "gone") == [("waiting", "we broke over this")]
    assert became_of(world) == [("said", None)]
