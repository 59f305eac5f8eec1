"""A questionnaire over days, with the whole service around it: what is kept, what goes first, what is taken back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.channels import Incoming
from bot.showing import inbox_lines
from bot.simulation import World
from storage.desk import CONVERSATION, INBOX, PERSON
from storage.questionnaires import ANSWER, RESPONSE, responses
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.questionnaires.files import CAFE

A_DAY = timedelta(days=1)
STATEMENTS = """\
name = "ours"
title = "Our statements"
purpose = "statements"
seen_by = "the group"
used_for = "looking back together"
[[section]]
[[section.question]]
key = "heard"
text = "I am heard here."
kind = "scale"
from = 1
to = 5
"""


def kept(world: World) -> dict[str, object]:
    return {key: json.loads(value) for key, value in rows(world, ANSWER, "key", "value")}


def asks(someone: Someone, text: str) -> None:
    assert text in someone.shown[-1].text.replace("\n\n", "\n")


async def sends(someone: Someone, kind: str, reference: str | None = "kept-there", caption: str = "") -> None:
    """A picture or a recording arrives, as a channel tells it."""
    world, person = someone.world, someone.person
    typed = world.handsets[person.channel].typed(person.address, caption, world.clock())
    message = Incoming(
        typed.channel, typed.sender, typed.address, typed.message_id, typed.received_at, kind, caption, reference
    )
    await world.receive(message)
    await someone.looks()


async def answering(world: World, save, *said: str, channel: str = "sms", text: str = CAFE) -> Someone:
    """Ada has texted VISIT, and then this."""
    ada = await volunteer(world, "Ada", channel)
    save(text)
    for words in ("visit", *said):
        await ada.texts(words)
    return ada


async def test_it_comes_by_itself_and_is_kept_answer_by_answer(world: World, save, send):
    ada = await volunteer(world, "Ada")
    await send(save())
    await ada.looks()
    ada.hears("questionnaire.consent")
    assert rows(world, RESPONSE, "named") == []
    await ada.texts("2")
    ada.hears("questionnaire.without-name")
    asks(ada, "First the visit.\nWas it open?")
    await ada.texts("yes but after i rang twice")
    assert kept(world) == {"open": "yes"}
    assert rows(world, ANSWER, "more") == [("but after i rang twice",)]
    assert rows(world, RESPONSE, "named", "finished_on") == [(False, None)]
    for words in ("by bus", "2", "1", "SKIP", "More chairs", "yes"):
        await ada.texts(words)
    ada.hears("questionnaire.thanks")
    assert kept(world) == {"open": "yes", "came-by": "by-bus", "welcome": 2, "door": None, "better": "More chairs"}
    assert rows(world, RESPONSE, "quotable", "finished_on") == [(True, world.clock().date())]


async def test_no_keeps_nothing(world: World, save):
    ada = await answering(world, save, "no thanks")
    ada.hears("questionnaire.no-matter")
    assert (rows(world, RESPONSE, "named"), kept(world), rows(world, INBOX, "why")) == ([], {}, [])


async def test_back_over_consent_forgets_every_answer(world: World, save):
    ada = await answering(world, save, "1", "yes", "BACK")
    assert kept(world) == {}
    await ada.texts("BACK")
    ada.hears("questionnaire.consent")
    assert rows(world, RESPONSE, "named") == []
    await ada.texts("no")
    assert (rows(world, RESPONSE, "named"), kept(world)) == ([], {})


async def test_it_waits_for_weeks_and_menu_in_between_does_no_harm(world: World, save):
    ada = await answering(world, save, "2", "yes")
    await world.later(5 * A_DAY)
    await ada.looks()
    await ada.texts("MENU")
    await ada.texts("SKIP")
    ada.hears("house.back-to")
    asks(ada, "How did you get there?")
    await world.later(20 * A_DAY, step=A_DAY)
    await ada.looks()
    await ada.texts("EXIT")  # the check-in that came meanwhile
    await ada.texts("by bus")
    assert kept(world) == {"open": "yes", "came-by": "by-bus"}


async def test_exit_keeps_what_was_answered_and_asks_no_more(world: World, save):
    ada = await answering(world, save, "2", "yes", "EXIT")
    ada.hears("house.left")
    assert kept(world) == {"open": "yes"}
    assert rows(world, RESPONSE, "finished_on") == [(None,)]


async def test_after_a_month_it_has_closed(world: World, save):
    ada = await answering(world, save, "2", "yes")
    await world.later(31 * A_DAY, step=A_DAY)
    await ada.texts("by bus")
    assert ("questionnaire", "expired") in rows(world, CONVERSATION, "flow", "state")
    assert kept(world) == {"open": "yes"}


async def test_its_word_again_takes_up_where_they_were(world: World, save):
    ada = await answering(world, save, "2", "yes")
    await ada.texts("MENU")
    await ada.texts("visit")
    asks(ada, "How did you get there?")
    await ada.texts("walking")
    assert kept(world) == {"open": "yes", "came-by": "walking"}
    assert len(rows(world, RESPONSE, "named")) == 1


async def test_its_word_means_nothing_before_somebody_has_joined(world: World, save):
    save()
    eve = await meet(world, "Eve")
    await eve.texts("visit")
    eve.hears("house.who-is-this")


async def test_a_word_of_an_old_version_begins_nothing(world: World, save):
    save()
    save(CAFE.replace('keyword = "VISIT"', ""))
    ada = await volunteer(world, "Ada")
    await ada.texts("visit")
    ada.hears("house.passed-on")


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_danger_in_an_answer_goes_first_and_the_answer_is_kept(world: World, save, channel: str):
    ada = await answering(world, save, "2", "no", channel=channel)
    asks(ada, "What would make it better?")
    await ada.texts("i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    ada.does_not_hear("questionnaire.quote")
    assert kept(world)["better"] == "i want to kill myself"


async def test_a_photo_is_the_answer_where_one_is_asked_for(world: World, save):
    ada = await answering(world, save, "2", "yes", "by bus", "1", "1", channel="telegram")
    asks(ada, "Can you send a photo of the door?")
    await ada.texts("it is green")
    asks(ada, "Can you send a photo of the door?")
    await sends(ada, "voice")
    ada.hears("house.passed-on-picture")
    await sends(ada, "photo", caption="the side door")
    asks(ada, "What would make it better?")
    assert kept(world)["door"] == {"kind": "photo", "reference": "kept-there"}
    assert ("the side door",) in rows(world, ANSWER, "more")
    assert "sent a photo" not in [why for (why,) in rows(world, INBOX, "why")]


async def test_a_photo_nobody_asked_for_still_goes_to_a_person(world: World, save):
    ada = await answering(world, save, "2")
    await sends(ada, "photo")
    ada.hears("house.passed-on-picture")
    assert rows(world, INBOX, "why") == [("sent a photo",)]


async def test_a_photo_for_a_coordinator_who_has_taken_over_answers_nothing(world: World, save):
    ada = await answering(world, save, "2", "yes", "by bus", "1", "1", channel="telegram")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(taken_over_by=1, taken_over_at=world.clock()))
    await sends(ada, "photo")
    assert "door" not in kept(world)
    assert ("sent a photo",) in rows(world, INBOX, "why")


async def test_danger_in_the_words_beside_a_photo_goes_first(world: World, save):
    ada = await answering(world, save, "2", "yes", "by bus", "1", "1", channel="telegram")
    await sends(ada, "photo", caption="i want to kill myself")
    ada.hears("safety.suicide_selfharm")


async def test_words_can_be_spoken(world: World, save):
    ada = await answering(world, save, "2", "no", channel="telegram")
    await sends(ada, "voice")
    assert kept(world)["better"] == {"kind": "voice", "reference": "kept-there"}


async def test_buttons_answer_on_telegram_in_their_language(world: World, save):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    save()
    await dee.texts("visit")
    await dee.taps("Iawn, heb fy enw")
    await dee.taps("Ie")
    assert [button.label for button in dee.shown[-1].buttons] == ["Cerdded", "Ar y bws"]
    await dee.taps("Ar y bws")
    assert kept(world) == {"open": "yes", "came-by": "by-bus"}


async def test_a_running_one_goes_on_with_the_wording_they_agreed_to(world: World, save):
    ada = await answering(world, save, "2")
    save(CAFE.replace("How did you get there?", "Which way did you come?"))
    await ada.texts("yes")
    asks(ada, "How did you get there?")


async def test_they_see_their_own_earlier_answers_before_anybody_else(world: World, save, send):
    ada = await volunteer(world, "Ada")
    version_id = save(STATEMENTS)
    await send(version_id, "first")
    for words in ("2", "3"):
        await ada.texts(words)
    ada.does_not_hear("questionnaire.last-time")
    await send(version_id, "second")
    await ada.texts("2")
    ada.hears("questionnaire.last-time", "questionnaire.scale")
    await ada.texts("4")
    ada.hears("questionnaire.then-and-now", "questionnaire.thanks")
    assert "Before: 3. Now: 4." in ada.shown[-1].text


async def test_a_name_is_read_only_where_they_agreed_to_it(world: World, save, send):
    ada, bea = await volunteer(world, "Ada"), await volunteer(world, "Bea")
    await send(save())
    await ada.texts("1")
    await bea.texts("2")
    with world.service.database.reading() as connection:
        found = responses(connection, "cafe")
    assert sorted(each.called or "" for each in found) == ["", "Ada"]
    assert len({each.pseudonym for each in found}) == 2


async def test_what_is_not_understood_is_shown_to_nobody_with_a_name(world: World, save):
    ada = await answering(world, save, "2", "yes", "by bus", "they were horrible to me")
    ada.hears("questionnaire.scale-in-words")
    assert ("not understood at a question",) not in rows(world, INBOX, "why")
    await ada.texts("1")
    assert kept(world)["welcome"] == 1


async def test_who_would_like_a_person_is_shown_and_none_of_their_answers(world: World, save):
    ada = await answering(world, save, "2", "yes but i cried there", "by bus", "1", "a person please")
    ada.hears("questionnaire.with-a-person")
    with world.service.database.reading() as connection:
        shown = "\n".join(inbox_lines(connection, "Europe/London", world.clock()))
    assert "would like a person, after hard questions" in shown
    assert "Ada" in shown
    assert "cried" not in shown
    await ada.texts("BACK")
    await ada.texts("1")
    assert ("would like a person, after hard questions", True) in [
        (why, taken_back is not None) for why, taken_back in rows(world, INBOX, "why", "taken_back_at")
    ]


async def test_stop_holds_in_the_middle_of_it(world: World, save):
    ada = await answering(world, save, "2", "yes", "STOP")
    ada.hears("house.stopped")
    await ada.texts("by bus")
    assert kept(world) == {"open": "yes"}
