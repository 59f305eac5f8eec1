"""A project in the console: its card as a form with the checks of the file, milestones, members, what was said."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.simulation import World
from storage.projects import LIMIT, MEMBER, MILESTONE, PROJECT, RULE
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served, id_of, is_called
from tests.bot.console.test_suggestions import answered, idea
from tests.bot.console.test_tasks import garden_id
from tests.bot.projects.cast import bo_saves
from tests.bot.projects.test_milestones import garden_with, reflected

AN_HOUR = timedelta(hours=1)
NASTY = "<script>alert(1)</script>'\"{{ 7*7 }}"


def typed_card(**changes: str) -> dict[str, str]:
    """The card of the example, as it is typed into the form."""
    typed = {
        "name": "Garden",
        "goal": "a garden that anyone can sit in",
        "fixed": "the plot",
        "open": "what grows there",
        "rung": "co-producing",
        "decider": "Priya, who runs the house",
        "answer_within_days": "14",
        "everybody": "yes",
        "rule-wording": "we talk first, then more than half decides",
        "rule-way": "majority",
        "limit-0-what": "a pond",
        "limit-0-why": "the insurance does not cover water",
        "limit-0-instead": "a bird bath",
        "milestone-0-name": "the plan is on paper",
        "milestone-0-day": "2026-04-10",
    }
    return typed | changes


async def kept(browser: Browser, **changes: str) -> str:
    """The garden's card, changed and sent as the form that is shown sends it."""
    path = f"/work/{garden_id(browser.world)}/card"
    await browser.opens(path)
    return await browser.sends(path, version=browser.field("version"), **typed_card(**changes))


async def test_a_card_is_begun_as_a_form_and_told_to_whoever_belongs(console: Served, world: World) -> None:
    ada = await volunteer(world, "Ada")
    bo = await console.signed_in("Bo")
    await bo.sends("/work/new", **typed_card())
    bo.sees("Garden is kept now.", "1 person is told", "a bird bath", "the plan is on paper", "more than half")
    assert rows(world, PROJECT, "name", "everybody", "decider_in_group") == [("Garden", True, False)]
    assert rows(world, MILESTONE, "name", "on_day") == [("the plan is on paper", date(2026, 4, 10))]
    await bo.sends("/work/new", **typed_card(name="garden"))
    bo.sees("There is a project of this name already.")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("project.welcome")


async def test_every_mistake_is_said_beside_its_field_and_what_was_typed_stays(console: Served, world: World) -> None:
    bo = await console.signed_in("Bo")
    typed = typed_card(goal="", rung="owning", answer_within_days="200", **{"milestone-0-day": ""})
    typed |= {"limit-0-what": "", "limit-0-why": "", "limit-0-instead": "", "limit-3-what": "fire", "limit-3-why": " "}
    await bo.sends("/work/new", **typed)
    for field, said in {
        "goal": "This must not be empty.",
        "answer_within_days": "This must be at most 90.",
        "milestone-0-day": "Please look at this once more.",
        "limit-3-why": "This must not be empty.",  # the row where it was typed, though the ones before are empty
    }.items():
        assert f'id="{field}-fault">{said}' in bo.page, field
    assert bo.field("limit-3-what") == "fire"
    assert 'id="values-fault"' not in bo.page  # nothing is wrong with it, though a dict has something of that name
    assert rows(world, PROJECT, "name") == []
    await bo.sends("/work/new", **typed_card(), **{"limit-1-what": "A pond", "limit-1-why": "again"})
    bo.sees("“a pond” is there twice")
    assert rows(world, LIMIT, "what") == []


async def test_a_card_is_changed_under_its_name_and_never_over_somebody_elses_change(
    console: Served, world: World
) -> None:
    bo_saves(world)
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    await kept(bo, name="Another", goal="a garden for all")
    bo.sees("Garden: the card has been changed.", "a garden for all")
    assert rows(world, PROJECT, "name", "goal") == [("Garden", "a garden for all")]
    await kim.opens(f"/work/{garden_id(world)}/card")
    before = kim.field("version")
    assert 'name="everybody" value="yes" checked' in kim.page
    await kept(bo, goal="a garden for everybody")
    await kim.sends(f"/work/{garden_id(world)}/card", version=before, **typed_card(goal="flowers"))
    kim.sees("Somebody has changed this card since you opened it", "flowers")
    assert rows(world, PROJECT, "goal") == [("a garden for everybody",)]
    await kept(bo, everybody="", **{"rule-secret": "yes"})
    assert rows(world, PROJECT, "everybody") == [(False,)]
    assert ("we talk first, then more than half decides", True) in rows(world, RULE, "wording", "secret")


async def test_milestones_are_a_timeline_and_done_when_somebody_says_so(console: Served, world: World) -> None:
    bo_saves(world)
    bo = await console.signed_in("Bo")
    world.clock.forward(timedelta(days=60))
    bo = console.again(bo)
    await bo.opens(f"/work/{garden_id(world)}")
    bo.sees("its day was Fri 10 Apr")
    (path,) = re.findall(r'action="/console(/work/\d+/milestones/\d+/done)"', bo.page)
    await bo.sends(path)
    bo.sees("Garden: the plan is on paper is done.", "done today")
    assert path not in bo.page


async def test_who_belongs_and_how_staff_and_volunteers_are_balanced(console: Served, world: World) -> None:
    bo_saves(world, everybody=None)
    await volunteer(world, "Ada")
    await volunteer(world, "Priya")
    bo, garden = await console.signed_in("Bo"), garden_id(world)
    await bo.sends(f"/work/{garden}/members", who="Ada", side="volunteer")
    await bo.sends(f"/work/{garden}/members", who="Priya", side="staff", lived="yes")
    bo.sees("1 volunteer, 1 staff", "lived experience", "Priya")
    assert 'aria-label="1 of 2 are volunteers"' in bo.page
    await bo.sends(f"/work/{garden}/members", who="Nobody", side="staff")
    bo.sees("Nobody is called “Nobody”")
    await bo.sends(f"/work/{garden}/members/{id_of(world, 'Ada')}/remove")
    bo.sees("Ada no longer belongs to Garden.", "0 volunteers, 1 staff")


async def test_what_was_said_and_done_stands_on_the_project(console: Served, world: World) -> None:
    await idea(world, "a bench")
    bo = await console.signed_in("Bo")
    await answered(bo, "taken up")
    await bo.sends("/work/suggestions/1/did", did="there is a bench now")
    await bo.opens(f"/work/{garden_id(world)}")
    bo.sees("You said, we did", "a bench", "there is a bench now")


async def test_other_projects_are_not_there_and_nobody_brings_their_people_in(console: Served, world: World) -> None:
    bo_saves(world, everybody=None)
    bo_saves(world, name="Kitchen", everybody=None)
    for name in ("Ada", "Eve"):
        await volunteer(world, name)
    bo = await console.signed_in("Bo")
    ids = dict(rows(world, PROJECT, "name", "id"))
    garden, kitchen = ids["Garden"], ids["Kitchen"]
    await bo.sends(f"/work/{garden}/members", who="Ada", side="volunteer")
    await bo.sends(f"/work/{kitchen}/members", who="Eve", side="volunteer")
    kim = await console.signed_in("Kim", projects=["Kitchen"])
    (step,) = [its_id for its_id, project in rows(world, MILESTONE, "id", "project_id") if project == garden]
    looked_back = f"/work/{garden}/milestones/{step}/reflection"
    for path in (f"/work/{garden}", f"/work/{garden}/card", "/work/new", looked_back):
        await kim.opens(path)
        assert kim.status == 404, path
    for path in (
        f"/work/{garden}/card",
        "/work/new",
        f"/work/{garden}/members",
        f"/work/{garden}/members/{id_of(world, 'Ada')}/remove",
        f"/work/{garden}/milestones/{step}/done",
        looked_back,
        f"/work/{kitchen}/milestones/{step}/done",  # a milestone of the garden, by way of the kitchen
    ):
        await kim.sends(path, who="Eve", **typed_card(name="Mine"))
        assert kim.status == 404, path
    for who in ("Ada", str(id_of(world, "Ada")), ""):  # whoever belongs to a project of theirs, they could read
        await kim.sends(f"/work/{kitchen}/members", who=who, side="volunteer")
        kim.sees("Not done")
    assert sorted(rows(world, MEMBER, "project_id", "person_id")) == sorted(
        [(garden, id_of(world, "Ada")), (kitchen, id_of(world, "Eve"))]
    )
    assert set(ids) == {name for (name,) in rows(world, PROJECT, "name")}
    assert rows(world, MILESTONE, "done_on") == [(None,), (None,)]
    await kim.sends(f"/work/{kitchen}/members", who="eve", side="staff")
    kim.sees("Eve belonged already to Kitchen")


async def test_whoever_sees_some_projects_opens_none_of_them_to_everybody(console: Served, world: World) -> None:
    bo_saves(world, everybody=None)
    await volunteer(world, "Ada")
    kim = await console.signed_in("Kim", projects=["Garden"])
    await kept(kim, everybody="yes", goal="a garden for all")  # they would see Ada then
    kim.sees("a garden for all", "0 volunteers")
    assert rows(world, PROJECT, "everybody", "goal") == [(False, "a garden for all")]
    bo_saves(world)
    await kept(kim, everybody="")
    assert rows(world, PROJECT, "everybody") == [(True,)]


async def test_the_group_hears_what_was_looked_at_without_what_was_kept_back(console: Served, world: World) -> None:
    people = await garden_with(world, "Ada", "Dee", "Eve", "Fay", "Gil", "Hal")
    await reflected(world, people[:-1])
    bo = await console.signed_in("Bo")
    await bo.opens(f"/work/{garden_id(world)}")
    (path,) = re.findall(r'href="/console(/work/\d+/milestones/\d+/reflection)"', bo.page)
    await bo.opens(path)
    bo.sees("5 took part", "word 2", "For the team only")
    seen = bo.field("seen")
    for words in ("1", "came later", "SKIP", "1"):
        await people[-1].texts(words)
    await bo.sends(path, seen=seen, leave_out="1")
    bo.sees("Something has come or changed since you looked", "came later")
    await bo.sends(path, seen=bo.field("seen"), leave_out="x")
    bo.sees("Please tick again")
    (number,) = re.findall(r'value="(\d+)"> <span class="said-words">went well: “word 2”', bo.page)
    await bo.sends(path, seen=bo.field("seen"), leave_out=number)
    bo.sees("6 people are told")
    await world.later(timedelta(days=2))
    said = " ".join(await people[0].looks())
    assert "word 1" in said
    assert "came later" in said
    assert "word 2" not in said
    assert "word 5" not in said  # who said it did not agree that the group sees it
    bo = console.again(bo)
    await bo.sends(path, seen=seen)
    bo.sees("Not done")


async def test_whatever_is_typed_stays_text(console: Served, world: World) -> None:
    await volunteer(world, "Ada")
    bo = await console.signed_in("Bo")
    card = typed_card(name="<b>Garden</b>", goal=NASTY, fixed=NASTY, open=NASTY, values=NASTY, decider=NASTY)
    card |= {"limit-0-what": NASTY, "limit-0-why": NASTY, "milestone-0-name": "<i>step</i>", "rule-wording": NASTY}
    await bo.sends("/work/new", **(card | {"rung": "none"}))
    assert "<script>alert" not in bo.page
    await bo.sends("/work/new", **card)
    is_called(world, "Ada", "<u>Ada</u>")
    ((its_id,),) = rows(world, PROJECT, "id")
    for path in (f"/work/{its_id}", "/work", f"/work/{its_id}/card", f"/work/{its_id}/tasks"):
        await bo.opens(path)
        for tag in ("<script>alert", "<b>Garden", "<i>step", "<u>Ada"):
            assert tag not in bo.page, path
