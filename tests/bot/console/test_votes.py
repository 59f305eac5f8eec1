"""Votes in the console: called under a rule that everybody knows, and nobody sees what for before they close."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.simulation import World
from bot.votes.box import ballot_key
from storage.votes import VOTE, VOTER
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Served, is_called
from tests.bot.console.test_tasks import garden_id
from tests.bot.projects.cast import bo_saves
from tests.bot.votes.cast import SECRET, bo_calls, hear_of_it, the_group

A_DAY = timedelta(days=1)
NASTY = "<script>alert(1)</script>'\"{{ 7*7 }}"


def typed_vote(**changes: str) -> dict[str, str]:
    """The vote about the bench, as it is typed into the form."""
    return {
        "question": "Where shall the bench go?",
        "why": "it comes next week",
        "choices-0": "by the pond",
        "choices-1": "under the tree",
        "choices-2": "at the gate",
        "closes": "2026-03-09T18:00",
    } | changes


async def test_a_vote_is_called_as_a_form_and_nobody_sees_what_for_before_it_closes(
    console: Served, world: World
) -> None:
    ada, dee, eve = await the_group(world, "Ada", "Dee", "Eve")
    bo, path = await console.signed_in("Bo"), f"/work/{garden_id(world)}/votes/new"
    await bo.opens(path)
    bo.sees("3 have been told of it")
    for field in ("question", "why", "closes"):
        await bo.sends(path, **typed_vote(**{field: ""}))
        assert f'id="{field}-fault"' in bo.page, field
    await bo.sends(path, **typed_vote(**{"choices-1": "", "choices-2": ""}))
    bo.sees("There must be two choices at least.")
    await bo.sends(path, **typed_vote(**{"choices-1": "", "choices-3": "x" * 41}))
    assert 'id="choices-3-fault">This must have at most 40 letters.' in bo.page
    await bo.sends(path, **typed_vote(**{"choices-1": "yes"}))
    bo.sees("“yes” means something else to the bot")
    await bo.sends(path, **typed_vote(closes="2026-03-04T12:00"))
    assert 'id="closes-fault">Must be at least a day from now' in bo.page
    assert rows(world, VOTE, "question") == []
    await bo.sends(path, **typed_vote())
    bo.sees("Vote 1: 3 people are asked", "0 of 3 have voted")
    await bo.sends(path, **typed_vote())
    bo.sees("This vote has been called already")
    await hear_of_it(world, [ada, dee, eve])
    await ada.texts("1")
    await dee.texts("1")
    bo = console.again(bo)
    await bo.opens("/work/votes/1")
    bo.sees("2 of 3 have voted", "Ada", "Dee", "Who, and not what for")
    bo.does_not_see("Eve", "What came of it", "Decided")
    await bo.sends("/work/votes/1/close")
    bo.sees("Vote 1 has closed", "Decided: by the pond.", "2 of 3 voted")
    await bo.sends("/work/votes/1/close")
    bo.sees("has closed already")


async def test_a_secret_vote_never_says_who_voted_what(console: Served, world: World) -> None:
    people = await the_group(world, "Ada", "Dee", "Eve", "Fay", "Gil", rule=SECRET)
    bo_calls(world)
    await hear_of_it(world, people)
    for each in people:
        await each.texts("2")
    await world.later(4 * A_DAY, step=timedelta(hours=6))
    bo = await console.signed_in("Bo")
    await bo.opens(f"/work/{garden_id(world)}/votes")
    bo.sees("5 of 5 have voted, in secret", "closed")
    await bo.opens("/work/votes/1")
    bo.sees("Decided: under the tree.", "5 of 5 have voted")


async def test_a_box_that_another_key_closed_stays_closed_and_the_page_says_so(console: Served, world: World) -> None:
    await the_group(world, "Ada", "Dee", "Eve", "Fay", "Gil", rule=SECRET)
    bo_calls(world, key=ballot_key("another key, and as long as it has to be"))
    with world.service.database.writing() as connection:
        connection.execute(update(VOTER).values(has_voted=True))
    world.clock.forward(4 * A_DAY)
    bo = await console.signed_in("Bo")
    await bo.opens("/work/votes/1")
    bo.sees("can't be counted here")
    bo.does_not_see("Decided")


async def test_without_a_rule_there_is_no_form_but_the_way_to_one(console: Served, world: World) -> None:
    await volunteer(world, "Ada")
    bo_saves(world, rule=None)
    bo, path = await console.signed_in("Bo"), f"/work/{garden_id(world)}/votes/new"
    await bo.opens(path)
    bo.sees("This group has no rule", "Put one on its card")
    await bo.sends(path, **typed_vote())
    bo.sees("has no rule for deciding together")
    assert rows(world, VOTE, "question") == []


async def test_votes_of_other_projects_are_not_there(console: Served, world: World) -> None:
    await the_group(world, "Ada", "Dee")
    bo_calls(world)
    bo_saves(world, name="Kitchen", everybody=None)
    kim, garden = await console.signed_in("Kim", projects=["Kitchen"]), garden_id(world)
    before = rows(world, VOTE, *VOTE.c.keys())
    for path in (f"/work/{garden}/votes", f"/work/{garden}/votes/new", "/work/votes/1"):
        await kim.opens(path)
        assert kim.status == 404, path
    for path in (f"/work/{garden}/votes/new", "/work/votes/1/close"):
        await kim.sends(path, **typed_vote(question="another?"))
        assert kim.status == 404, path
    assert rows(world, VOTE, *VOTE.c.keys()) == before


async def test_whatever_is_written_stays_text(console: Served, world: World) -> None:
    people = await the_group(world, "Ada", "Dee")
    bo, garden = await console.signed_in("Bo"), garden_id(world)
    typed = typed_vote(question=NASTY, why=NASTY, **{"choices-0": "<i>a pond</i>"})
    await bo.sends(f"/work/{garden}/votes/new", **(typed | {"closes": "soon"}))
    assert "<script>alert" not in bo.page
    await bo.sends(f"/work/{garden}/votes/new", **typed)
    await hear_of_it(world, people)
    await people[0].texts("1")
    is_called(world, "Ada", "<b>Ada</b>")
    bo = console.again(bo)
    await bo.sends("/work/votes/1/close")
    bo.sees("<b>Ada</b>", "<i>a pond</i>")
    for path in (f"/work/{garden}/votes", "/work/votes/1"):
        await bo.opens(path)
        for tag in ("<script>alert", "<i>a pond", "<b>Ada"):
            assert tag not in bo.page, path
