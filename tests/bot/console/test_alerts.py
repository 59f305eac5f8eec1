"""Alerts at the console: orders as by phone, by name, recorded twice; names for who may see them, words after Read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.console.visit import ADMIN
from bot.people.talking import LONGEST_REPLY
from storage.accounts import AUDIT
from storage.database import Database
from storage.desk import PERSON
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.console.cast import Browser, Served
from tests.bot.projects.cast import bo_saves
from tests.bot.watched import HIT, HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

NASTY = "<script>alert(1)</script>"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


async def in_danger(world: Watched, words: str = IN_DANGER, name: str = "Ada") -> Someone:
    ada = await volunteer(world, name)
    await ada.texts(words)
    return ada


async def orders(browser: Browser, world: Watched, *what: str, **fields: str) -> None:
    for each in what:
        await browser.sends(f"/alerts/{world.reference}/{each}", **fields)
        await world.settle()


async def test_kim_acknowledges_and_everybody_hears_what_they_hear_after_ack_by_phone(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await kim.opens("/alerts")
    kim.sees("in danger now: suicide or self-harm", "nobody has it yet")
    await orders(kim, world, "acknowledge")
    kim.sees("It is yours. Please read what they wrote now. They are told that you will try to text by 11am.")
    await ada.looks()
    ada.hears("alerts.told")
    sam = world.staff("Sam")
    await sam.looks()
    sam.hears("alerts.stand-down")
    assert (world.alert().state, world.alert().has_it, world.alert().due_at) == ("acknowledged", "Kim", None)
    assert ("acknowledged", "Kim") in world.record()
    assert ("Kim", "acknowledged an alert", f"alert:{world.alert().id}") in rows(world, AUDIT, "who", "what", "about")


async def test_the_name_stands_on_today_in_the_list_and_on_the_page_before_anybody_takes_it(
    console: Served, world: Watched
):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await in_danger(world, "i will kill myself tonight", "Dee")
    for path in ("/", "/alerts"):
        await kim.opens(path)
        assert [name for name in ("Ada", "Dee") if re.search(rf"Alert \d+: {name}\b", kim.text)] == ["Ada", "Dee"]
        kim.does_not_see(ada.person.address, IN_DANGER)
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("Dee: in danger now: suicide or self-harm")
    assert not [what for what, _ in world.record() if what == "read"]


async def test_the_card_says_who_writes_with_them(console: Served, world: Watched):
    await in_danger(world)
    kim, bo = await console.signed_in("Kim"), await console.signed_in("Bo")
    await orders(kim, world, "acknowledge", "take")
    await kim.opens("/")
    kim.sees("You are writing with them.")
    await bo.opens("/")
    bo.sees("Kim is writing with them.")


async def test_whoever_wrote_last_and_waits_for_sam_is_not_forgotten(console: Served, world: Watched):
    await in_danger(world)
    first = world.reference
    dee = await in_danger(world, "i will kill myself tonight", "Dee")
    sam, bo = await console.signed_in("Sam"), await console.signed_in("Bo")
    await sam.sends(f"/alerts/{first}/acknowledge")
    sam.sees("They wrote last, today 10:00, and wait for you.")
    for reference in (first, world.reference):
        await sam.sends(f"/alerts/{reference}/acknowledge")
        await sam.sends(f"/alerts/{reference}/reply", words="Can I ring you?")
        await world.settle()
        sam.does_not_see("They wrote last")
    world.clock.forward(timedelta(minutes=15))
    await dee.texts("yes please")
    for path in ("/", "/alerts", f"/alerts/{world.reference}"):
        await bo.opens(path)
        bo.sees("They wrote last, today 10:15, and wait for Sam.")
    await bo.opens("/")
    assert bo.text.index(": Dee") < bo.text.index(": Ada")
    await world.later(timedelta(hours=25))
    bo, sam = console.again(bo), console.again(sam)
    await bo.opens("/")
    bo.sees("and wait for Sam.")
    await sam.sends(f"/alerts/{world.reference}/reply", words="I ring you now")
    for path in ("/", "/alerts", f"/alerts/{world.reference}"):
        await bo.opens(path)
        bo.does_not_see("They wrote last")
    await bo.opens("/")
    assert bo.text.index(": Ada") < bo.text.index(": Dee")


async def test_whoever_was_given_back_to_the_bot_by_hand_waits_for_nobody(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "take")
    await ada.texts("my sister is here now")
    await kim.opens("/")
    kim.sees("and wait for you.")
    await orders(kim, world, "give")
    for path in ("/", "/alerts"):
        await kim.opens(path)
        kim.does_not_see("They wrote last")


async def test_whom_nobody_has_comes_before_whoever_was_answered(console: Served, world: Watched):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await orders(kim, world, "reply", words="I am here")
    await in_danger(world, "i will kill myself tonight", "Dee")
    await kim.opens("/")
    assert kim.text.index(": Dee") < kim.text.index(": Ada")


async def test_no_alert_by_phone_has_a_name(world: Watched):
    await in_danger(world)
    told = world.staff("Sam")
    await told.looks()
    told.hears("alerts.alert")
    assert "Ada" not in told.shown[-1].text


async def test_whoever_was_told_but_may_not_see_the_person_sees_no_name_before_they_have_read(
    console: Served, world: Watched
):
    bo_saves(world, everybody=False)
    await in_danger(world)
    sam = await console.signed_in("Sam", projects=["Garden"])
    for path in ("/", "/alerts", f"/alerts/{world.reference}"):
        await sam.opens(path)
        sam.sees(f"Alert {world.reference}")
        sam.does_not_see("Ada")
    await orders(sam, world, "acknowledge", "read")
    sam.sees("Ada")


async def test_words_that_were_seen_on_their_page_only_can_be_read_and_the_alert_says_so(
    console: Served, world: Watched
):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await kim.opens(f"/people/{world.alert().person_id}")
    assert ("read", "Kim") in world.record()
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("Who they are", "Their words are not opened here yet.", "Read what they wrote")
    kim.does_not_see("more")
    await orders(kim, world, "read")
    kim.sees("What they wrote", IN_DANGER)


async def test_number_and_words_are_shown_only_to_who_has_read_them_and_that_is_recorded(
    console: Served, world: Watched
):
    ada, kim, bo = await in_danger(world), await console.signed_in("Kim"), await console.signed_in("Bo")
    await orders(kim, world, "acknowledge")
    for each in (kim, bo):
        await each.opens(f"/alerts/{world.reference}")
        each.does_not_see(IN_DANGER, ada.person.address)
    assert not [what for what, _ in world.record() if what == "read"]
    await orders(bo, world, "read")
    bo.sees("Not done", "Kim has it")
    bo.does_not_see(IN_DANGER, ada.person.address)
    await orders(kim, world, "read")
    kim.sees(IN_DANGER, "Ada", ada.person.address)
    assert world.record().count(("read", "Kim")) == 1
    await ada.texts("are you there")
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("Read 1 more")
    kim.does_not_see("are you there")
    await orders(kim, world, "read")
    kim.sees("are you there")
    await bo.opens(f"/alerts/{world.reference}")
    bo.does_not_see(IN_DANGER, "are you there", ada.person.address)


async def test_every_look_at_the_words_is_in_the_audit_log_but_not_when_the_page_looks_again_by_itself(
    console: Served, world: Watched
):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "read")
    looks = len([what for (what,) in rows(world, AUDIT, "what") if what == "saw the words of an alert"])
    assert looks == 1
    await kim.opens(f"/alerts/{world.reference}", **{"X-Live": "1"})
    await kim.opens(f"/alerts/{world.reference}")
    assert len([what for (what,) in rows(world, AUDIT, "what") if what == "saw the words of an alert"]) == looks + 1


async def test_kim_replies_ada_answers_and_kim_gives_back_and_closes(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await orders(kim, world, "reply", words="I am here")
    assert "Kim: I am here" in [bubble.text for bubble in world.news(ada.person)]
    kim.sees("Your words are on their way", "You write with them now")
    await ada.texts("thank you")
    ada.hears_nothing()
    await orders(kim, world, "give")
    await ada.looks()
    ada.hears("alerts.computer-again")
    await orders(kim, world, "close")
    kim.sees("Not done", "Please say what was done")
    await orders(kim, world, "close", why="rang them, their sister is with them")
    assert (kim.path, world.alert().state) == ("/console/alerts", "closed")
    kim.sees("The alert is closed.")
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("Closed", "rang them, their sister is with them")
    kim.does_not_see(IN_DANGER, "Send")
    notes = [note or "" for (note,) in rows(world, AUDIT, "note")]
    assert not [note for note in notes if "sister" in note or "I am here" in note]


async def test_the_close_box_says_beforehand_what_they_will_hear(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    kim.sees("They are not told that it is closed.")
    await orders(kim, world, "take")
    await ada.looks()
    said = re.search(r"The bot answers them again, and they are told: “(.+?)”", kim.text)
    assert said is not None
    await orders(kim, world, "close", why="rang them, their sister is with them")
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert ada.shown[-1].text == said[1]


async def test_they_are_not_told_where_that_may_not_be_safe_and_the_close_box_says_so(console: Served, world: Watched):
    ada, kim = await in_danger(world, HIT), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "take")
    kim.sees("The bot answers them again. They are not told so.")
    await orders(kim, world, "close", why="seen at the centre")
    await ada.looks()
    ada.hears_nothing()


async def test_whoever_wrote_with_them_before_the_alert_goes_on_when_it_is_closed(console: Served, world: Watched):
    ada, bo = await volunteer(world, "Ada"), await console.signed_in("Bo")
    (their_id,) = [key for key, called in rows(world, PERSON, "id", "called") if called == "Ada"]
    await bo.sends(f"/people/{their_id}/take-over")
    world.clock.forward(timedelta(minutes=5))
    await ada.texts(IN_DANGER)
    await orders(bo, world, "acknowledge")
    await orders(bo, world, "reply", words="I am here")
    bo.sees("You go on writing with them, as you did before the alert.")
    bo.does_not_see("they are told: “")
    await ada.looks()
    await orders(bo, world, "close", why="their sister is with them")
    bo.sees("The alert is closed.")
    await ada.texts("MENU")
    ada.hears_nothing()
    assert [at for key, at in rows(world, PERSON, "id", "taken_over_at") if key == their_id] != [None]
    await bo.opens(f"/people/{their_id}")
    bo.sees("You write with them")


async def test_whoever_took_over_long_ago_and_gave_back_does_not_go_on(console: Served, world: Watched):
    ada, bo = await volunteer(world, "Ada"), await console.signed_in("Bo")
    (their_id,) = [key for key, called in rows(world, PERSON, "id", "called") if called == "Ada"]
    await bo.sends(f"/people/{their_id}/take-over")
    await bo.sends(f"/people/{their_id}/give-back")
    world.clock.forward(timedelta(minutes=5))
    await ada.texts(IN_DANGER)
    await orders(bo, world, "acknowledge", "take", "close", why="rang them")
    await ada.looks()
    ada.hears("alerts.computer-again")


async def test_a_reason_with_their_name_is_not_kept_and_stays_in_its_own_box(console: Served, world: Watched):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "read")
    for why in ("rang Ada, their sister is with them", "told ADA."):
        await orders(kim, world, "close", why=why)
        kim.sees("Not done", "Your reason has their name in it")
        boxes = dict(re.findall(r'<textarea id="(\w+)"[^>]*>([^<]*)</textarea>', kim.page))
        assert boxes == {"words": "", "why": why}
    assert world.alert().state == "acknowledged"
    await orders(kim, world, "close", why="rang them about the Adams Centre")
    assert world.alert().state == "closed"


async def test_a_part_of_their_name_is_a_name_too_where_it_is_written_like_one(console: Served, world: Watched):
    await in_danger(world)
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Ada").values(called="Will Green"))
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await orders(kim, world, "close", why="Will is safe")
    kim.sees("Not done", "Your reason has their name in it")
    await orders(kim, world, "close", why="they will ring the green line")
    assert world.alert().state == "closed"


async def test_the_bot_is_silent_while_kim_writes_but_danger_is_heard(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "take")
    await ada.looks()
    ada.hears("alerts.takes-over")
    await ada.texts("MENU")
    ada.hears_nothing()
    await ada.texts(IN_DANGER)
    ada.hears("alerts.trying")
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("There is more danger since Kim had it")


async def test_a_colleague_at_the_console_and_one_by_phone_have_the_same_alert(console: Served, world: Watched):
    await in_danger(world)
    sam, kim = world.staff("Sam"), await console.signed_in("Kim")
    await sam.texts(f"ACK {world.reference}")
    await orders(kim, world, "acknowledge")
    kim.sees("Not done", "Sam has it, since 10am today")
    await orders(kim, world, "take")
    await sam.looks()
    sam.hears("alerts.stand-down")
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.has-already")
    assert world.alert().has_it == "Kim"


async def test_where_it_may_not_be_safe_nothing_is_written_and_what_was_typed_is_still_there(
    console: Served, world: Watched
):
    ada, kim = await in_danger(world, HIT), await console.signed_in("Kim")
    before = len(world.handsets["sms"].bubbles[ada.person.address])
    await orders(kim, world, "acknowledge")
    kim.sees("They have NOT been told", "They have NOT said that it is safe to text or ring them")
    await orders(kim, world, "reply", words="are you all right")
    kim.sees("Not done", "It was not sent.")
    assert ("reply held back: it may not be safe", "Kim") in world.record()
    assert len(world.handsets["sms"].bubbles[ada.person.address]) == before


async def test_nothing_is_written_to_somebody_who_said_stop_since(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    world.clock.forward(timedelta(minutes=5))
    await ada.texts("STOP")
    await orders(kim, world, "acknowledge")
    kim.sees("They have said STOP since")
    await orders(kim, world, "reply", words="hello")
    kim.sees("Not done", "They have said STOP since")
    await ada.looks()
    ada.hears_nothing()


async def test_a_reply_that_is_too_long_is_sent_back_with_its_words(console: Served, world: Watched):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await orders(kim, world, "reply", words="x" * (LONGEST_REPLY + 1))
    kim.sees("Not done", f"{LONGEST_REPLY + 1} letters", "x" * (LONGEST_REPLY + 1))


async def test_two_click_acknowledge_and_the_second_is_told_who_has_it(console: Served, world: Watched):
    await in_danger(world)
    kim, bo = await console.signed_in("Kim"), await console.signed_in("Bo")
    await orders(kim, world, "acknowledge", "acknowledge")
    kim.sees("You have it already.")
    await orders(bo, world, "acknowledge")
    bo.sees("Kim has it")
    assert [what for what, _ in world.record()].count("acknowledged") == 1


async def test_what_was_closed_meanwhile_takes_no_more_orders(console: Served, world: Watched):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    await orders(kim, world, "close", why="she is with her sister")
    await orders(kim, world, "take")
    kim.sees("Not done", "not open any more")


async def test_whoever_sees_only_the_garden_sees_its_alerts_and_those_of_which_they_were_told(
    console: Served, world: Watched
):
    bo_saves(world, everybody=False)
    await in_danger(world)
    eve = await console.signed_in("Eve", projects=["Garden"])
    sam = await console.signed_in("Sam", projects=["Garden"])
    for path in ("/", "/alerts"):
        await eve.opens(path)
        eve.does_not_see(str(world.reference))
    for answer in (eve.opens(f"/alerts/{world.reference}"), eve.sends(f"/alerts/{world.reference}/acknowledge")):
        await answer
        assert eve.status == 404
    assert world.alert().has_it is None
    await orders(sam, world, "acknowledge")
    sam.sees("It is yours.")
    ada_id = world.alert().person_id
    await orders(sam, world, "read")
    sam.sees(IN_DANGER)
    assert f"/people/{ada_id}" not in sam.page  # their page is for those of their projects
    bo_saves(world, everybody=True)
    await eve.opens("/alerts")
    eve.sees(str(world.reference))


async def test_whoever_works_with_nobody_sees_no_alert(console: Served, world: Watched):
    await in_danger(world)
    pat = await console.signed_in("Pat", [ADMIN])
    for path in ("/alerts", f"/alerts/{world.reference}"):
        await pat.opens(path)
        assert pat.status == 403
    await pat.opens("/")
    pat.sees("Open alerts 1")
    pat.does_not_see(str(world.reference), "suicide")


async def test_when_the_promised_time_has_passed_and_nothing_was_written_the_page_says_so(
    console: Served, world: Watched
):
    await in_danger(world)
    kim, bo = await console.signed_in("Kim"), await console.signed_in("Bo")
    await orders(kim, world, "acknowledge")
    kim.sees("They expect to hear from you by today 11:00")
    kim.does_not_see("That time has passed")
    world.clock.forward(timedelta(minutes=65))
    kim, bo = console.again(kim), console.again(bo)
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees("They were told that you would try to text by today 11:00. That time has passed")
    await bo.opens(f"/alerts/{world.reference}")
    bo.sees(
        "They were told that Kim would try to text by today 11:00", "Unless Kim rang them, please write or ring now."
    )
    await orders(kim, world, "reply", words="I am here")
    kim.does_not_see("That time has passed", "They expect to hear")


async def test_nobody_is_told_of_a_promise_that_was_not_made(console: Served, world: Watched):
    await in_danger(world, HIT)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    world.clock.forward(timedelta(minutes=65))
    kim = console.again(kim)
    await kim.opens(f"/alerts/{world.reference}")
    kim.does_not_see("That time has passed", "They expect to hear")


async def test_what_has_happened_is_told_in_sentences_with_names_of_the_team_alone(console: Served, world: Watched):
    ada, kim = await in_danger(world), await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "read")
    await orders(kim, world, "reply", words="I am here")
    kim.sees(
        "They wrote something that sounds like danger. In danger now: suicide or self-harm.",
        "Sam was told of the alert.",
    )
    kim.sees(
        "Sent today",
        "Kim took it on. Less than a minute after it was raised",
        "They were told who has it.",
    )
    kim.sees("Sam was told who has it, and need do nothing.", "Kim read what they wrote.", "Kim wrote to them.")
    kim.sees("They were sent a coordinator's words.")
    happened = kim.text.partition("What has happened")[2]
    for each in ("suicide_selfharm", "stand-down", "act,", "Ada", ada.person.address, IN_DANGER):
        assert each not in happened


async def test_before_they_have_read_the_page_leads_to_reading_first(console: Served, world: Watched):
    await in_danger(world)
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge")
    assert kim.page.index("Read what they wrote</button>") < kim.page.index("<summary>Write or close without reading")
    await orders(kim, world, "read")
    kim.does_not_see("without reading")
    assert kim.page.index("What they wrote</h2>") < kim.page.index("Write to them</h2>")


async def test_what_they_wrote_and_how_they_call_themselves_is_never_part_of_the_page(console: Served, world: Watched):
    await in_danger(world, f"{IN_DANGER} {NASTY}")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Ada").values(called=NASTY))
    kim = await console.signed_in("Kim")
    await orders(kim, world, "acknowledge", "read")
    kim.sees(NASTY)
    await orders(kim, world, "close")
    await orders(kim, world, "reply", words=NASTY + "x" * LONGEST_REPLY)
    assert "<script>alert" not in kim.page
    await orders(kim, world, "close", why=NASTY)
    await kim.opens(f"/alerts/{world.reference}")
    kim.sees(NASTY)
    assert "<script>alert" not in kim.page
