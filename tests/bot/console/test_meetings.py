"""Meetings in the console: planned, moved or cancelled with a reason, who comes, and what came of them."""

from __future__ import annotations

from datetime import date, timedelta

from bot.simulation import World
from storage.meetings import MEETING
from tests.bot.cast import rows
from tests.bot.console.cast import Served, is_called
from tests.bot.console.test_tasks import garden_id
from tests.bot.meetings.test_meetings import bo_plans, garden_with
from tests.bot.projects.cast import bo_saves

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NASTY = "<script>alert(1)</script>'\"{{ 7*7 }}"


def typed_meeting(**changes: str) -> dict[str, str]:
    """A meeting on Thursday, as it is typed into the form."""
    return {
        "what": "choosing what grows",
        "day": "2026-03-05",
        "from": "14:00",
        "until": "15:30",
        "where": "the library, King Street, room 2",
        "getting_there": "bus 5, no steps",
        "who": "Sam and whoever of us comes",
        "provided": "sandwiches and bus fares",
        "remote": "",
    } | changes


async def test_a_meeting_is_planned_as_a_form_and_everybody_is_invited(console: Served, world: World) -> None:
    ada, dee = await garden_with(world, "Ada", "Dee")
    bo, path = await console.signed_in("Bo"), f"/work/{garden_id(world)}/meetings/new"
    for field in ("what", "where", "getting_there", "who", "provided", "day", "from", "until"):
        await bo.sends(path, **typed_meeting(**{field: ""}))
        assert f'id="{field}-fault"' in bo.page, field
    await bo.sends(path, **typed_meeting(until="13:00"))
    assert 'id="until-fault">Must be later than from' in bo.page
    assert bo.field("where") == "the library, King Street, room 2"
    await bo.sends(path, **typed_meeting(day="2026-03-01"))
    bo.sees("is over already")
    assert rows(world, MEETING, "what") == []
    await bo.sends(path, **typed_meeting())
    bo.sees("Meeting 1, choosing what grows, is kept now.", "2 people are told", "0 coming")
    await bo.sends(path, **typed_meeting(what="Choosing what grows", where="elsewhere"))
    bo.sees("A meeting to come is called this already")
    await world.later(AN_HOUR)
    bo = console.again(bo)
    await bo.opens("/work/meetings/1")
    bo.sees("No answer yet (2)", "Coming (0)")
    await ada.looks()
    ada.hears("meeting-invitation.coming")
    await ada.texts("1 with my dog")
    await bo.opens("/work/meetings/1")
    bo.sees("No answer yet (1)", "Coming (1)")
    await dee.looks()
    await dee.texts("2")
    await bo.opens(f"/work/{garden_id(world)}/meetings")
    bo.sees("1 coming", "Thu 05 Mar 2026, 14:00 to 15:30")
    await bo.opens("/work/meetings/1")
    bo.sees("Coming (1)", "Can't come (1)")
    bo.does_not_see("No answer yet")


async def test_a_meeting_that_moves_keeps_its_name_and_says_who_has_not_heard(console: Served, world: World) -> None:
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    bo = await console.signed_in("Bo")
    await bo.opens("/work/meetings/1/change")
    assert (bo.field("day"), bo.field("from"), bo.field("until")) == ("2026-03-05", "14:00", "15:30")
    await bo.sends("/work/meetings/1/change", **typed_meeting(what="another", day="2026-03-06"))
    bo.sees("choosing what grows, has moved", "said so before it moved", "Has not heard of it yet", "Ada")
    assert rows(world, MEETING, "what", "on_day") == [("choosing what grows", date(2026, 3, 6))]
    await world.later(6 * A_DAY, step=timedelta(hours=6))
    bo = console.again(bo)
    await bo.sends("/work/meetings/1/change", **typed_meeting(day="2026-03-20"))
    bo.sees("cancelled or over")
    assert len(rows(world, MEETING, "what")) == 1


async def test_a_cancelled_meeting_says_why_and_who_must_be_rung(console: Served, world: World) -> None:
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    await world.later(AN_HOUR)
    await ada.looks()
    bo = await console.signed_in("Bo")
    await bo.sends("/work/meetings/1/cancel", because="no")
    bo.sees("Everybody hears why")
    await bo.sends("/work/meetings/1/cancel", because="the library is closed")
    bo.sees("is cancelled", "Cancelled: the library is closed", "Has not heard that it is cancelled yet", "Ada")
    bo.does_not_see("Move or change it")
    await bo.sends("/work/meetings/1/cancel", because="the library is closed")
    bo.sees("has been cancelled already")


async def test_what_came_of_it_goes_to_everybody_once_it_has_begun(console: Served, world: World) -> None:
    (ada,) = await garden_with(world, "Ada")
    bo_plans(world)
    bo = await console.signed_in("Bo")
    await bo.sends("/work/meetings/1/notes", decisions="beans")
    bo.sees("has not taken place")
    await world.later(4 * A_DAY, step=timedelta(hours=6))
    await ada.looks()
    bo = console.again(bo)
    await bo.opens(f"/work/{garden_id(world)}/meetings")
    bo.sees("notes not sent yet")
    await bo.sends("/work/meetings/1/notes", decisions=" \n ", actions="", notes="")
    bo.sees("There is nothing in it yet")
    await bo.sends("/work/meetings/1/notes", decisions="beans\n" + "x" * 301)
    assert 'id="decisions-fault">This must have at most 300 letters.' in bo.page
    await bo.sends("/work/meetings/1/notes", decisions="we plant beans first\nno roses", actions="Sam orders the wood")
    bo.sees("1 person is told", "sent today")
    assert rows(world, MEETING, "decisions", "actions") == [("we plant beans first; no roses", "Sam orders the wood")]
    await world.later(A_DAY)
    assert "we plant beans first" in " ".join(await ada.looks())


async def test_meetings_of_other_projects_are_not_there(console: Served, world: World) -> None:
    await garden_with(world, "Ada")
    bo_plans(world)
    bo_saves(world, name="Kitchen", everybody=None)
    kim, garden = await console.signed_in("Kim", projects=["Kitchen"]), garden_id(world)
    before = rows(world, MEETING, *MEETING.c.keys())
    new, one = f"/work/{garden}/meetings/new", "/work/meetings/1"
    for path in (f"/work/{garden}/meetings", new, one, f"{one}/change"):
        await kim.opens(path)
        assert kim.status == 404, path
    for path in (
        f"/work/{garden}/meetings/new",
        *(f"/work/meetings/1/{form}" for form in ("change", "cancel", "notes")),
    ):
        await kim.sends(path, **typed_meeting(what="mine"), because="I say so loudly", decisions="beans")
        assert kim.status == 404, path
    assert rows(world, MEETING, *MEETING.c.keys()) == before


async def test_whatever_is_written_stays_text(console: Served, world: World) -> None:
    (ada,) = await garden_with(world, "Ada")
    bo, garden = await console.signed_in("Bo"), garden_id(world)
    fields = dict.fromkeys(("what", "where", "getting_there", "who", "provided", "remote"), NASTY)
    await bo.sends(f"/work/{garden}/meetings/new", **typed_meeting(**fields, until="13:00"))
    assert "<script>alert" not in bo.page
    await bo.sends(f"/work/{garden}/meetings/new", **typed_meeting(**fields))
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("1")
    await ada.texts(NASTY)
    is_called(world, "Ada", "<b>Ada</b>")
    bo = console.again(bo)
    for path in (f"/work/{garden}/meetings", "/work/meetings/1", "/work/meetings/1/change"):
        await bo.opens(path)
        assert bo.status == 200
        assert "<script>alert" not in bo.page, path
        assert "<b>Ada" not in bo.page
