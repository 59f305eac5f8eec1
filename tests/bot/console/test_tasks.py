"""Tasks in the console: a brief that can't be incomplete, whom to ask, and an answer for whoever waits for one."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.projects.keeping import add
from bot.simulation import World
from storage.projects import PROJECT
from storage.tasks import TASK
from tests.bot.cast import rows, volunteer
from tests.bot.console.cast import Browser, Served, id_of, is_called
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.tasks.cast import AN_HOUR, bo_asks, bo_keeps, brief, in_the_garden, with_the_task
from tests.bot.tasks.test_hand_off import stuck
from tests.bot.tasks.test_their_tasks import DONE

NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"{{ 7*7 }}"
ADA, DEE = ("Ada", "sms", "en"), ("Dee", "telegram", "cy")


def garden_id(world: World) -> int:
    return dict(rows(world, PROJECT, "name", "id"))["Garden"]


def in_place(browser: Browser, place: str) -> str:
    """What stands in one place of the board."""
    found = re.search(rf"<h2>{place} .*?</section>", browser.page, re.DOTALL)
    assert found, f"the board has no place {place}"
    return found[0]


def typed_brief(**changes: str) -> dict[str, str]:
    """The brief of the example as it is typed into the form."""
    kept = brief().model_dump(exclude={"project"})
    return {name: "" if value is None else str(value) for name, value in kept.items()} | changes


async def test_a_brief_lacks_nothing_or_is_not_kept_and_each_field_says_what_is_missing(
    console: Served, world: World
) -> None:
    bo_saves(world)
    bo, path = await console.signed_in("Bo"), f"/work/{garden_id(world)}/tasks/new"
    for field in ("name", "goal", "first_step", "needed", "pitfalls", "ask", "coordinator", "takes", "standard"):
        await bo.sends(path, **typed_brief(**{field: "  "}))
        bo.sees("It is said beside each field")
        assert f'id="{field}-fault">This must not be empty.' in bo.page
    await bo.sends(path, **typed_brief(takes="x" * 41, day="soon", milestone="the moon"))
    assert 'id="takes-fault">This must have at most 40 letters.' in bo.page
    assert 'id="day-fault">Please look at this once more.' in bo.page
    assert "so that the seedlings live through the dry weeks</textarea>" in bo.page
    await bo.sends(path, **typed_brief(day="2026-02-01", milestone="the moon"))
    bo.sees("Garden has none “the moon”", "2026-02-01 is not to come any more")
    assert rows(world, TASK, "name") == []
    await bo.sends(path, **typed_brief())
    bo.sees("Task 1, Water the beds, is kept now.", "Nobody has it.", "the soil is dark")
    assert bo.path == "/console/work/tasks/1"


async def test_a_new_brief_never_takes_the_place_of_another_and_a_changed_one_keeps_its_name(
    console: Served, world: World
) -> None:
    bo_saves(world)
    bo, path = await console.signed_in("Bo"), f"/work/{garden_id(world)}/tasks/new"
    await bo.sends(path, **typed_brief())
    await bo.sends(path, **typed_brief(name=" Water the beds. ", goal="another"))
    bo.sees("Task 1 of this project is called this already.")
    await bo.opens("/work/tasks/1/brief")
    assert bo.field("takes") == "about an hour"
    await bo.sends("/work/tasks/1/brief", **typed_brief(name="Something else", goal="so that it grows"))
    assert rows(world, TASK, "name", "goal") == [("Water the beds", "so that it grows")]
    await bo.sends("/work/tasks/1/brief", **typed_brief(goal=""))
    assert 'id="goal-fault"' in bo.page
    assert rows(world, TASK, "goal") == [("so that it grows",)]


async def test_a_task_goes_over_the_board_from_nobody_to_thanks(console: Served, world: World) -> None:
    ada, _ = await in_the_garden(world, ADA, DEE)
    bo, board = await console.signed_in("Bo"), f"/work/{garden_id(world)}/tasks"
    await bo.opens(board)
    assert "Water the beds" in in_place(bo, "With us: ask somebody")
    await bo.sends("/work/tasks/1/offer")
    bo.sees("Please tick whom to ask.")
    await bo.sends("/work/tasks/1/offer", people=[str(id_of(world, "Ada"))])
    bo.sees("Ada is asked now, and has 5 days to answer")
    await bo.opens(board)
    assert "Ada is to be asked" in in_place(bo, "Offered")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    bo = console.again(bo)
    await bo.opens(board)
    assert "Ada</a>, Fri 13 Mar" in in_place(bo, "In somebody&#39;s hands")
    await ada.texts("TASKS")
    await ada.texts(DONE)
    bo = console.again(bo)
    await bo.opens(board)
    assert "Water the beds" in in_place(bo, "Done: say thank you")
    await bo.sends("/work/tasks/1/thanks", thanks="you kept the seedlings alive")
    bo.sees("Ada is thanked", "done with thanks", "you kept the seedlings alive")
    await bo.sends("/work/tasks/1/thanks", thanks="again")
    bo.sees("Task 1 does not wait for thanks.")
    await world.later(AN_HOUR)
    await ada.looks()
    assert "you kept the seedlings alive" in ada.shown[-1].text
    bo = console.again(bo)
    await bo.opens(board)
    bo.sees("Finished, or not needed any more", "thanked")


async def test_whoever_has_not_been_asked_yet_need_not_be_and_whoever_has_decides(
    console: Served, world: World
) -> None:
    ada, dee = await in_the_garden(world, ADA, DEE)
    await dee.texts("MENU")  # a conversation under way holds the offer back
    bo_asks(world, "Ada", "Dee")
    await world.later(AN_HOUR)
    await ada.looks()
    bo = await console.signed_in("Bo")
    await bo.sends(f"/work/tasks/1/offers/{id_of(world, 'Ada')}/take-back")
    bo.sees("They have been asked already.")
    await bo.opens("/work/tasks/1")
    assert f"/offers/{id_of(world, 'Ada')}/" not in bo.page
    await bo.sends(f"/work/tasks/1/offers/{id_of(world, 'Dee')}/take-back")
    bo.sees("Dee is not asked, and hears nothing of it.")
    await world.later(timedelta(days=1))
    assert "Water the beds" not in " ".join(await dee.looks())
    await ada.texts("1")
    ada.hears("task-offer.yours")


async def test_each_question_gets_its_own_answer_once(console: Served, world: World) -> None:
    ada, dee = await in_the_garden(world, ADA, DEE)
    bo_asks(world, "Ada", "Dee")
    await world.later(AN_HOUR)
    await ada.texts("3")
    await ada.texts("is there a loo?")
    await dee.texts("3")
    await dee.texts("oes te?")
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    await bo.opens(f"/work/{garden_id(world)}/tasks")
    assert "is there a loo?" in in_place(bo, "Waits for you")
    await bo.opens("/work/tasks/1")
    bo.sees("Ada asks", "Dee asks", "oes te?")
    (first, second) = re.findall(r'name="answer-(\d+)"', bo.page)
    await bo.sends(f"/work/tasks/1/questions/{first}", **{f"answer-{first}": " "})
    bo.sees("There are no words in it.")
    await bo.sends(f"/work/tasks/1/questions/{second}", **{f"answer-{second}": "yes, and cake"})
    bo.sees("Dee gets your answer")
    await kim.sends(f"/work/tasks/1/questions/{second}", **{f"answer-{second}": "no"})
    kim.sees("does not wait for an answer any more")
    await world.later(AN_HOUR)
    assert "yes, and cake" in " ".join(await dee.looks())
    assert "cake" not in " ".join(await ada.looks())


async def test_what_gets_in_the_way_is_answered_behind_the_checklist_in_the_guides_order(
    console: Served, world: World
) -> None:
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo = await console.signed_in("Bo")
    await bo.opens("/work/tasks/1")
    bo.sees("Something gets in Ada's way.", "no bus goes there")
    places = [bo.text.index(each) for each in ("How are they?", "Does anything get in", "Did they understand")]
    assert places == sorted(places)
    await bo.sends("/work/tasks/1/barrier")
    bo.sees("Say what you can do")
    await bo.sends("/work/tasks/1/barrier", cannot="move the garden", because="no")
    bo.sees("needs a reason")
    assert ">move the garden</textarea>" in bo.page
    await bo.sends(
        "/work/tasks/1/barrier", cannot="move the garden", because="it is rented for years", instead="a lift with Priya"
    )
    bo.sees("Ada gets your answer", "it waits for Ada to choose", "a lift with Priya")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("hand-off-answer.you-told", "hand-off-answer.cannot", "hand-off-answer.instead", "hand-off-answer.next")


def says_in_whose_name(browser: Browser, what: str) -> bool:
    """Whether the form for this says that it goes out in Sam's name."""
    found = re.search(rf'action="/console/work/tasks/1/{what}".*?</form>', browser.page, re.DOTALL)
    assert found, f"there is no form for {what}"
    return "It goes out in the name of Sam, whom the brief names" in found[0]


async def test_before_bo_presses_the_page_says_that_it_goes_out_in_the_name_of_the_brief(
    console: Served, world: World
) -> None:
    ada, _ = await in_the_garden(world, ADA, DEE)
    bo, sam = await console.signed_in("Bo"), await console.signed_in("Sam")
    await bo.opens("/work/tasks/1")
    assert says_in_whose_name(bo, "offer")
    await bo.sends("/work/tasks/1/offer", people=[str(id_of(world, "Ada"))])
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    await stuck(world, ada)
    bo, sam = console.again(bo), console.again(sam)
    for browser, is_said in ((bo, True), (sam, False)):
        await browser.opens("/work/tasks/1")
        assert [says_in_whose_name(browser, what) for what in ("barrier", "needed")] == [is_said] * 2


async def test_bo_sees_in_whose_name_ada_is_thanked(console: Served, world: World) -> None:
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts(DONE)
    bo = await console.signed_in("Bo")
    await bo.opens("/work/tasks/1")
    assert says_in_whose_name(bo, "thanks")


async def test_words_of_blame_are_refused_in_what_is_still_needed(console: Served, world: World) -> None:
    await with_the_task(world)
    bo = await console.signed_in("Bo")
    await bo.sends("/work/tasks/1/needed", still_needed="you failed to water the last bed")
    bo.sees("may be read as blame")
    await bo.sends("/work/tasks/1/needed", still_needed="the last bed needs water")
    bo.sees("asked how they are first", "If you talk, in this order")


async def test_a_task_that_is_not_needed_leaves_the_list_with_its_reason(console: Served, world: World) -> None:
    ada = await with_the_task(world)
    bo = await console.signed_in("Bo")
    await bo.sends("/work/tasks/1/close", not_needed="")
    bo.sees("There are no words in it.")
    await bo.sends("/work/tasks/1/close", not_needed="it rains all week")
    bo.sees("Task 1 is off the list", "it rains all week", "not needed any more")
    bo.does_not_see("Change the brief")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("task-closed.closed")


async def test_tasks_of_other_projects_are_not_there(console: Served, world: World) -> None:
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_saves(world, name="Kitchen", everybody=False)
    kim = await console.signed_in("Kim", projects=["Kitchen"])
    garden = garden_id(world)
    for path in (f"/work/{garden}/tasks", f"/work/{garden}/tasks/new", "/work/tasks/1", "/work/tasks/1/brief"):
        await kim.opens(path)
        assert kim.status == 404, path
    before = rows(world, TASK, *TASK.c.keys())
    forms = (
        "offer",
        "barrier",
        "needed",
        "thanks",
        "close",
        "brief",
        "questions/1",
        f"offers/{id_of(world, 'Ada')}/take-back",
    )
    for path in (*(f"/work/tasks/1/{form}" for form in forms), f"/work/{garden}/tasks/new"):
        fields = typed_brief(goal="another", people="1", not_needed="because", still_needed="x", we_can="everything")
        await kim.sends(path, **fields)
        assert kim.status == 404, path
        kim.does_not_see("Water the beds", "no bus")
    assert rows(world, TASK, *TASK.c.keys()) == before
    await kim.opens("/work/tasks/99999999999999999999999")
    assert kim.status == 404


async def test_whatever_a_volunteer_wrote_stays_text(console: Served, world: World) -> None:
    (ada,) = await in_the_garden(world, ADA)
    is_called(world, "Ada", "<b>Ada</b>")
    bo, garden = await console.signed_in("Bo"), garden_id(world)
    await bo.sends("/work/tasks/1/offer", people=[str(id_of(world, "<b>Ada</b>"))])
    await world.later(AN_HOUR)
    await ada.texts("3")
    await ada.texts(NASTY)
    bo = console.again(bo)
    for path in (f"/work/{garden}/tasks", "/work/tasks/1"):
        await bo.opens(path)
        bo.sees("{{ 7*7 }}")
        assert "<script>alert" not in bo.page
        assert "<b>Ada" not in bo.page
    await bo.sends(f"/work/{garden}/tasks/new", **typed_brief(name="<i>x</i>", goal="", ask='"><script>alert(2)'))
    for path in ("", f"/work/{garden}/tasks/new"):
        assert "<script>alert" not in bo.page, path
    await bo.sends(f"/work/{garden}/tasks/new", **typed_brief(name="<i>x</i>"))
    await bo.opens(f"/work/{garden}/tasks")
    assert "<i>x" not in bo.page


async def test_who_sees_one_project_learns_nothing_of_others_by_offering_them_a_task(
    console: Served, world: World
) -> None:
    bo_saves(world, everybody=False)
    ada, ben, ali = await volunteer(world, "Ada"), await volunteer(world, "Ben"), await volunteer(world, "ada")
    bo_does(world, lambda c: add(c, "Garden", ada.person.address, "volunteer", None, world.clock()))
    bo_keeps(world)
    kim = await console.signed_in("Kim", projects=["Garden"])
    for named in ("Ben", ben.person.address, "Ada", str(id_of(world, "Ben")), str(2**64)):
        await kim.sends("/work/tasks/1/offer", people=[named])
        assert kim.status == 404, named
        kim.does_not_see("Ben", ali.person.address)
    await kim.sends("/work/tasks/1/offer", people=[str(id_of(world, "Ada"))])
    kim.sees("Ada is asked")


async def test_whoever_is_in_a_hard_moment_can_be_asked_last_and_that_is_said(console: Served, world: World) -> None:
    ada, _ = await in_the_garden(world, ADA, DEE)
    bo = await console.signed_in("Bo")
    await bo.opens("/work/tasks/1")
    bo.does_not_see("not a good moment")
    assert bo.page.index(f'value="{id_of(world, "Ada")}"') < bo.page.index(f'value="{id_of(world, "Dee")}"')
    await ada.texts("i want to kill myself")
    await bo.opens("/work/tasks/1")
    bo.sees("Ada this is not a good moment for them")
    assert bo.text.count("not a good moment") == 1
    assert bo.page.index(f'value="{id_of(world, "Dee")}"') < bo.page.index(f'value="{id_of(world, "Ada")}"')
    await bo.sends("/work/tasks/1/offer", people=[str(id_of(world, "Ada"))])
    bo.sees("Ada is not asked yet:", "This is a hard moment for them.")
