"""What waits for a person, at the console: who, why, their words and cautions, and done with a note or without."""

from __future__ import annotations

from sqlalchemy import update

from bot.simulation import World
from bot.waiting import DONE_ALREADY, MARKED, NOT_UNDONE, TOOK_BACK
from storage.accounts import AUDIT
from storage.desk import INBOX, PERSON
from storage.notes import NOTE
from tests.bot.cast import meet, rows, volunteer
from tests.bot.console.cast import Served
from tests.bot.projects.cast import bo_saves
from tests.bot.tasks.cast import AN_HOUR, bo_asks, in_the_garden

WORDS = "my landlord is selling the flat"
NASTY = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"


def item(world: World, place: int = 0) -> int:
    return rows(world, INBOX, "id")[place][0]


async def test_bo_sees_who_waits_why_their_words_and_what_to_know_before_writing(console: Served):
    ada = await meet(console.world, "Ada")
    for words in ("JOIN", "Ada", "SKIP", "1", "2"):
        await ada.texts(words)
    await ada.texts(WORDS)
    await ada.texts("STOP")
    bo = await console.signed_in("Bo")
    for path in ("/", "/inbox", f"/inbox/{item(console.world)}"):
        await bo.opens(path)
        bo.sees(f"Ada, SMS {ada.person.address}", "was not understood", WORDS)
        bo.sees("NOT SAFE to text or ring on this phone", "has said STOP")
    assert f'href="/console/people/{rows(console.world, INBOX, "person_id")[0][0]}"' in bo.page


async def test_whoever_asked_for_a_person_comes_first_and_what_is_unanswered_can_be_looked_at_alone(console: Served):
    ada, dee = [await volunteer(console.world, name) for name in ("Ada", "Dee")]
    await ada.texts(WORDS)
    await dee.texts("HUMAN")
    await dee.texts("about the rent")
    bo = await console.signed_in("Bo")
    for path in ("/", "/inbox"):
        await bo.opens(path)
        assert bo.text.index("asked for a person") < bo.text.index(WORDS)
    await bo.opens("/inbox?kind=unanswered")
    bo.sees("1 waits for a person", WORDS)
    bo.does_not_see("about the rent")
    await bo.opens("/inbox?kind=asked")
    bo.does_not_see(WORDS)
    await bo.opens("/inbox?kind=nonsense")
    bo.sees("2 wait for a person")


async def test_done_takes_it_away_once_and_a_colleague_who_was_slower_is_told(console: Served):
    ada = await volunteer(console.world, "Ada")
    await ada.texts(WORDS)
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    number = item(console.world)
    await bo.sends(f"/inbox/{number}/done", to="/console/inbox?kind=unanswered")
    assert bo.path == "/console/inbox"
    bo.sees("Done.", "Nobody waits for a person")
    await kim.sends(f"/inbox/{number}/done", to="/console/")
    kim.sees("Not done", DONE_ALREADY)
    done = ("Bo", "marked as done what waited", f"inbox:{number}")
    assert [each for each in rows(console.world, AUDIT, "who", "what", "about") if "done" in each[1]] == [done]


async def test_done_can_be_undone_on_the_page_it_led_back_to_and_then_it_waits_again(console: Served):
    await (await volunteer(console.world, "Ada")).texts(WORDS)
    bo, number = await console.signed_in("Bo"), item(console.world)
    for page in ("/console/", "/console/inbox?kind=unanswered"):
        await bo.sends(f"/inbox/{number}/done", to=page)
        bo.sees("Undo: it waits again", "Nobody waits for a person")
        await bo.sends(f"/inbox/{number}/undo", to=bo.field("to"))
        bo.sees("It waits for a person again.", "1 waits for a person", WORDS)
        bo.does_not_see("Undo: it waits again")
        assert rows(console.world, INBOX, "done_at") == [(None,)]
    did = [what for who, what in rows(console.world, AUDIT, "who", "what") if "done" in what]
    assert did == [MARKED, TOOK_BACK] * 2
    await bo.opens(f"/inbox?undo={number}")
    bo.does_not_see("Undo: it waits again")


async def test_what_a_colleague_marked_or_has_acted_upon_since_cannot_be_undone(console: Served):
    world = console.world
    await (await volunteer(world, "Ada")).texts(WORDS)
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    number, person = item(world), rows(world, INBOX, "person_id")[0][0]
    await bo.sends(f"/inbox/{number}/done", to="/console/inbox")
    await kim.opens(f"/inbox?undo={number}")
    kim.does_not_see("Undo: it waits again")
    await kim.sends(f"/inbox/{number}/undo", to="/console/inbox")
    kim.sees("Not done", NOT_UNDONE)
    await kim.sends(f"/people/{person}/take-over")
    await bo.opens(f"/inbox?undo={number}")
    bo.does_not_see("Undo: it waits again")
    await bo.sends(f"/inbox/{number}/undo", to="/console/inbox")
    bo.sees("Not done", NOT_UNDONE)
    assert rows(world, INBOX, "done_at") != [(None,)]


async def test_whoever_sees_only_the_garden_undoes_nothing_of_others(console: Served):
    bo_saves(console.world, everybody=True)
    await (await volunteer(console.world, "Ada")).texts(WORDS)
    eve, number = await console.signed_in("Eve", projects=["Garden"]), item(console.world)
    await eve.sends(f"/inbox/{number}/done", to="/console/inbox")
    bo_saves(console.world, everybody=False)
    await eve.sends(f"/inbox/{number}/undo", to="/console/inbox")
    eve.sees("Not done", NOT_UNDONE)


async def test_a_note_is_kept_with_the_person_and_not_in_the_audit_log(console: Served):
    ada = await volunteer(console.world, "Ada")
    await ada.texts(WORDS)
    bo = await console.signed_in("Bo")
    await bo.sends(f"/inbox/{item(console.world)}/done", note="rang her, she has a solicitor", to="/console/inbox")
    bo.sees("The note is kept with the person.")
    person = rows(console.world, INBOX, "person_id")[0][0]
    assert rows(console.world, NOTE, "person_id", "words", "by") == [(person, "rang her, she has a solicitor", "Bo")]
    assert not [note for (note,) in rows(console.world, AUDIT, "note") if note and "solicitor" in note]


async def test_whose_words_were_shown_is_in_the_audit_log_once_however_often_the_page_looks_again(console: Served):
    ada = await volunteer(console.world, "Ada")
    await ada.texts(WORDS)
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    for _ in range(3):
        await bo.opens("/", **{"X-Live": "1"})
        await bo.opens("/inbox")
    await kim.opens("/")
    person = f"person:{rows(console.world, INBOX, 'person_id')[0][0]}"
    looks = [each for each in rows(console.world, AUDIT, "who", "what", "about") if each[1] == "saw what they wrote"]
    assert looks == [("Bo", "saw what they wrote", person), ("Kim", "saw what they wrote", person)]
    await ada.texts("and i do not know where to go")
    await bo.opens("/", **{"X-Live": "1"})
    looks = [each for each in rows(console.world, AUDIT, "who", "what") if each == ("Bo", "saw what they wrote")]
    assert len(looks) == 2  # these words are new to them


async def test_whoever_sees_only_the_garden_sees_and_finishes_only_what_its_people_wait_for(console: Served):
    bo_saves(console.world, everybody=False)
    ada = await volunteer(console.world, "Ada")
    await ada.texts(WORDS)
    with console.world.service.database.writing() as connection:
        connection.execute(INBOX.insert(), {"id": 1, "why": "somebody was forgotten", "at": console.world.clock()})
    eve = await console.signed_in("Eve", projects=["Garden"])
    for path in ("/", "/inbox"):
        await eve.opens(path)
        eve.sees("Nobody waits for a person")
        eve.does_not_see("landlord", "forgotten")
    number = max(id_ for (id_,) in rows(console.world, INBOX, "id"))
    await eve.opens(f"/inbox/{number}")
    assert eve.status == 404
    await eve.sends(f"/inbox/{number}/done", to="/console/")
    eve.sees("Not done", DONE_ALREADY)
    assert all(done_at is None for (done_at,) in rows(console.world, INBOX, "done_at"))
    bo_saves(console.world, everybody=True)
    await eve.opens("/inbox")
    eve.sees(WORDS)
    eve.does_not_see("forgotten")


async def test_a_form_leads_back_only_to_pages_of_ours(console: Served):
    ada = await volunteer(console.world, "Ada")
    await ada.texts(WORDS)
    bo = await console.signed_in("Bo")
    await bo.sends(f"/inbox/{item(console.world)}/done", to="https://elsewhere.example/")
    assert bo.path == "/console/"


async def test_what_they_wrote_and_how_they_call_themselves_is_never_part_of_the_page(console: Served):
    ada = await volunteer(console.world, "Ada")
    await ada.texts(NASTY)
    with console.world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(called=NASTY))
    bo = await console.signed_in("Bo")
    for path in ("/", "/inbox", f"/inbox/{item(console.world)}", f"/inbox/{item(console.world)}?to={NASTY}"):
        await bo.opens(path)
        bo.sees("alert(1)")
        assert "<script>alert" not in bo.page
        assert "<img src=x" not in bo.page


async def test_what_waits_about_a_task_leads_to_the_task_and_nothing_else_does(console: Served, world: World):
    ada, dee = await in_the_garden(world, ("Ada", "sms", "en"), ("Dee", "sms", "en"))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts("3")
    await ada.texts("is there a loo?")
    await dee.texts("Task 1, what is that")
    bo = await console.signed_in("Bo")
    for path in ("/", "/inbox"):
        await bo.opens(path)
        bo.sees("asks about a task", "is there a loo?", "Task 1, what is that", "Open task 1")
        assert bo.page.count('href="/console/work/tasks/1">Open task 1<') == 1
