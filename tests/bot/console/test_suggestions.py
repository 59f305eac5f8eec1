"""Ideas in the console: none ends in silence, none without its reason, and none is seen by whom it does not concern."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

from sqlalchemy import update

from bot.meetings.file import EXAMPLE, MeetingFile
from bot.meetings.keeping import keep_meeting
from bot.simulation import World
from storage.accounts import recorded
from storage.projects import PROJECT
from storage.suggestions import SUGGESTION
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.console.cast import Browser, Served, is_called
from tests.bot.projects.cast import bo_does, bo_saves

AN_HOUR = timedelta(hours=1)
NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"{{ 7*7 }}"


async def idea(world: World, words: str = "a pond with frogs") -> Someone:
    """Ada, who has had an idea for the garden."""
    bo_saves(world)
    ada = await volunteer(world, "Ada")
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("SUGGEST")
    await ada.texts(words)
    return ada


async def answered(browser: Browser, as_: str, because: str = "", **fields: object) -> str:
    """An answer to idea 1, as the form that is shown sends it."""
    await browser.opens("/work/suggestions/1")
    version = browser.field("version")
    return await browser.sends(
        "/work/suggestions/1/answer", **{"as": as_, "because": because, "version": version, **fields}
    )


async def test_an_idea_is_answered_with_its_reason_and_the_limit_and_the_person_hears_it(
    console: Served, world: World
) -> None:
    ada = await idea(world)
    bo = await console.signed_in("Bo")
    await bo.opens("/work")
    bo.sees("1 idea waits for an answer")
    await bo.opens("/work/suggestions")
    bo.sees("promised for Mon 16 Mar", "a pond with frogs", "from Ada , for Garden")
    await answered(bo, "not possible", "we asked the insurers twice", limit="1")
    bo.sees("Suggestion 1: not possible.", "No idea waits for an answer.")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.yours", "suggestion-answered.not-possible", "project.limit-instead")
    assert "we asked the insurers twice" in ada.shown[0].text
    assert "Bo" in ada.shown[0].text


async def test_nothing_but_taken_up_goes_without_a_reason_and_what_was_typed_stays(
    console: Served, world: World
) -> None:
    ada = await idea(world)
    bo = await console.signed_in("Bo")
    await answered(bo, "not now", "no")
    bo.sees("Not done", "needs a reason")
    assert ">no</textarea>" in bo.page
    assert 'value="not now" required checked' in bo.page
    await answered(bo, "never", "because I say so")
    bo.sees("Please choose one of the four answers.")
    await answered(bo, "not possible", "the insurance does not cover it", limit="9")
    bo.sees("There is no limit 9")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears_nothing()


async def test_the_day_that_was_promised_is_seen_to_come_and_to_pass(console: Served, world: World) -> None:
    await idea(world)
    bo = await console.signed_in("Bo")
    world.clock.forward(timedelta(days=12))
    bo = console.again(bo)
    await bo.opens("/work/suggestions")
    assert 'class="tag care">promised for Mon 16 Mar' in bo.page
    world.clock.forward(timedelta(days=4))
    bo = console.again(bo)
    await bo.opens("/work/suggestions")
    assert 'class="tag danger">was promised for Mon 16 Mar' in bo.page


async def test_of_two_who_answer_at_once_the_second_is_shown_what_the_first_wrote(
    console: Served, world: World
) -> None:
    ada = await idea(world)
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    await kim.opens("/work/suggestions/1")
    before = kim.field("version")
    await answered(bo, "taken up")
    await kim.sends("/work/suggestions/1/answer", **{"as": "not now", "because": "not this year", "version": before})
    kim.sees("Somebody has answered this idea meanwhile", "taken up", "Another answer", "not this year")
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.taken-up")
    kim = console.again(kim)
    await answered(kim, "not now", "there is no money before April")  # now they have seen it, and mean it
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("suggestion-answered.not-now")


async def test_the_group_hears_once_what_was_done_with_it(console: Served, world: World) -> None:
    await idea(world, "a bench")
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await world.later(AN_HOUR)
    await dee.looks()
    bo = await console.signed_in("Bo")
    await bo.sends("/work/suggestions/1/did", did="there is a bench now")
    bo.sees("has not been taken up")
    await answered(bo, "taken up")
    bo.sees("You said, we did: to tell the group")
    await bo.sends("/work/suggestions/1/did", did="  ")
    bo.sees("Please say what was done")
    await bo.sends("/work/suggestions/1/did", did="there is a bench now")
    bo.sees("told, as soon as it suits them")
    bo.does_not_see("You said, we did: to tell the group")
    await bo.sends("/work/suggestions/1/did", did="and another one")
    bo.sees("The group has been told already.")
    await world.later(AN_HOUR)
    await dee.looks()
    dee.hears("you-said.you-said", "you-said.we-did")
    assert "Ada" not in dee.shown[-1].text


async def test_who_had_the_idea_is_not_given_away_by_how_it_is_written(console: Served, world: World) -> None:
    bo_saves(world)
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee", "telegram", "cy")
    await world.later(AN_HOUR)
    await ada.looks()
    await dee.texts("SUGGEST")
    await dee.texts("mainc yn yr haul")
    bo = await console.signed_in("Bo")
    await answered(bo, "taken up")
    await bo.opens("/work/suggestions/1")
    bo.sees("the group hears the idea exactly as it was written", "Only 1 person in the group reads Welsh")
    did = "some of you asked for a place to sit, and there is a bench now"
    await bo.sends("/work/suggestions/1/did", **{"did": did, "in-our-words": "yes"})
    await world.later(AN_HOUR)
    await ada.looks()
    ada.hears("you-said.in-our-words")
    ada.does_not_hear("you-said.you-said")
    assert did in ada.shown[-1].text
    assert "mainc" not in ada.shown[-1].text


async def test_ideas_of_other_projects_are_not_there(console: Served, world: World) -> None:
    await idea(world)
    bo_saves(world, name="Kitchen", everybody=False)
    kim = await console.signed_in("Kim", projects=["Kitchen"])
    await kim.opens("/work")
    kim.sees("Kitchen")
    kim.does_not_see("Garden", "waits for an answer")
    await kim.opens("/work/suggestions")
    kim.does_not_see("frogs")
    await kim.opens("/work/suggestions/1")
    assert kim.status == 404
    for path, fields in (("answer", {"as": "taken up", "version": ""}), ("did", {"did": "there is a pond now"})):
        await kim.sends(f"/work/suggestions/1/{path}", **fields)
        assert kim.status == 404
        kim.does_not_see("frogs")
    bo = await console.signed_in("Bo")
    await bo.opens("/work/suggestions")
    bo.sees("frogs")


async def test_an_idea_that_is_not_there_or_was_taken_back_is_not_there(console: Served, world: World) -> None:
    await idea(world)
    with world.service.database.writing() as connection:
        connection.execute(update(SUGGESTION).values(state="taken back"))
    bo = await console.signed_in("Bo")
    for number in ("1", "2", "99999999999999999999999", "x"):
        await bo.opens(f"/work/suggestions/{number}")
        assert bo.status == 404


async def test_every_look_at_somebodys_words_is_in_the_record(console: Served, world: World) -> None:
    await idea(world)
    bo = await console.signed_in("Bo")
    await bo.opens("/work/suggestions")
    await answered(bo, "taken up")
    with world.service.database.reading() as connection:
        record = [(each.who, each.what, each.about) for each in recorded(connection, limit=9)]
    assert ("Bo", "looked at ideas", "suggestions") in record
    assert ("Bo", "looked at an idea", "suggestion:1") in record
    assert ("Bo", "answered: taken up", "suggestion:1") in record
    assert "frogs" not in str(record)


async def test_whatever_is_typed_stays_text(console: Served, world: World) -> None:
    await idea(world, NASTY)
    is_called(world, "Ada", "<b>Ada</b>")
    bo = await console.signed_in("Bo")
    await bo.opens("/work/suggestions")
    bo.sees("{{ 7*7 }}")
    await answered(bo, "not now", NASTY + " is the reason")
    for path in ("/work/suggestions", "/work/suggestions/1"):
        await bo.opens(path)
        for tag in ("<script>alert", "<img src=x", "<b>Ada"):
            assert tag not in bo.page
    await answered(bo, "partly", NASTY)
    await bo.sends("/work/suggestions/1/did", did=NASTY)
    await bo.opens("/work/suggestions/1")
    assert "<script>alert" not in bo.page


async def test_beside_words_to_a_group_it_says_how_many_read_another_language(console: Served, world: World) -> None:
    await idea(world, "a bench")
    await volunteer(world, "Eve", "sms", "en")
    bo = await console.signed_in("Bo")
    [garden] = [key for (key,) in rows(world, PROJECT, "id")]
    meeting = MeetingFile(**(tomllib.loads(EXAMPLE) | {"day": date(2026, 3, 2), "from": "10:00", "until": "10:30"}))
    bo_does(world, lambda c: keep_meeting(c, meeting, "Europe/London", world.clock() - timedelta(days=1)))
    await answered(bo, "taken up")
    pages = ("/work/suggestions/1", f"/work/{garden}/votes/new", f"/work/{garden}/meetings/new", "/work/meetings/1")
    for path in pages:
        await bo.opens(path)
        bo.does_not_see("Welsh")
    await volunteer(world, "Dee", "telegram", "cy")
    for path in pages:
        await bo.opens(path)
        bo.sees("1 person in the group reads Welsh. Your words go to everybody as you write them")
