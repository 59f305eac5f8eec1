"""Somebody gives feedback without their name, on both channels, and finds the answer with their code."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.feedback.confidant import WRITING_FOR
from bot.safeguarding import Coordinator
from flows.feedback import Composing, Say, hear
from flows.words import Words
from storage.desk import INBOX, MESSAGE
from tests.bot.cast import Someone, meet, rows, volunteer
from tests.bot.feedback.looking import UNTIL_OPENED, code_in

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
COLD = "The kitchen is cold and nobody ever asks us what we would like to change in it."


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_feedback_in_one_message_is_sealed_and_opened_on_friday(world, inbox, channel):
    ada = await volunteer(world, "Ada", channel)
    shown = await ada.texts(f"FEEDBACK {COLD}")
    ada.hears("feedback.receipt")
    assert inbox() == []
    await world.later(UNTIL_OPENED)
    assert [(one.words.text, one.words.channel) for one in inbox()] == [(COLD, channel)]
    await ada.texts(f"CODE {code_in(shown)}")
    ada.hears("feedback.code-new")


async def test_on_telegram_the_words_follow_a_prompt_that_asks_for_a_reply(world, inbox):
    dee = await volunteer(world, "Dee", "telegram")
    await dee.texts("FEEDBACK")
    dee.hears("feedback.prompt")
    assert dee.shown[0].asks_reply
    await dee.texts("I felt talked over.")
    dee.hears("feedback.receipt")
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == ["I felt talked over."]


@only_sqlite
async def test_who_reads_it_is_answered_here_and_leaves_no_trace(world):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK")
    before = rows(world, MESSAGE, "text")
    await ada.texts("who reads this?")
    ada.hears("feedback.who")
    assert rows(world, MESSAGE, "text") == before
    await ada.texts("I felt talked over.")
    ada.hears("feedback.receipt")


@pytest.mark.parametrize("asked", ["who reads this?", "is this anonymous", "are you a real person", "pwy sy'n darllen"])
def test_a_question_about_us_is_no_feedback(asked):
    composing = Composing("words")
    assert hear(asked, "text", composing, Words.load()) == Say("who", composing)


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize(("language", "minutes"), [("en", "10 minutes"), ("cy", "10 munud")])
def test_the_prompt_says_how_long_the_next_words_are_taken_for_feedback(language, minutes, short):
    said = dict.fromkeys(("heading", "organisation", "people", "opened", "who_reads"), "")
    assert minutes in Words.load().sentence(language, "feedback.prompt", said, short=short)
    assert timedelta(minutes=10) == WRITING_FOR


@only_sqlite
async def test_on_sms_the_words_follow_the_prompt_within_ten_minutes(world, inbox):
    ada = await volunteer(world, "Ada")
    await ada.texts("feedback")
    ada.hears("feedback.prompt")
    await world.later(timedelta(minutes=9))
    await ada.texts("I felt talked over.")
    ada.hears("feedback.receipt")


@only_sqlite
async def test_who_writes_slowly_is_asked_and_nothing_is_stored_by_default(world, inbox):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    await ada.texts("feedback")
    await world.later(timedelta(minutes=11))
    await ada.texts("I felt talked over.")
    ada.hears("feedback.held")
    assert rows(world, MESSAGE, "text") == before
    await ada.texts("2")
    ada.hears("feedback.receipt")
    await ada.texts("and nobody says sorry")
    ada.hears("feedback.held")
    await ada.texts("1")
    ada.hears("house.passed-on")
    assert rows(world, MESSAGE, "text")[-1] == ("and nobody says sorry",)


@only_sqlite
async def test_thanks_for_the_receipt_leave_no_trace_and_need_no_answer(world):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    await ada.texts("FEEDBACK I felt talked over.")
    await ada.texts("ok thank you")
    ada.hears_nothing()
    assert rows(world, MESSAGE, "text") == before


@only_sqlite
async def test_after_going_elsewhere_1_is_about_something_else(world):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK nobody listens here and i am going to kill myself tonight")
    await ada.texts("MENU")
    await ada.texts("1")
    ada.hears("check-in.mood")
    assert world.references() == []


@only_sqlite
async def test_a_coordinator_acknowledges_an_alert_also_in_the_middle_of_feedback(world):
    ada, sam = await volunteer(world, "Ada"), Someone(world, world.people["Sam"])
    await ada.texts("I am going to kill myself tonight")
    await sam.texts("FEEDBACK")
    await sam.texts(f"ACK {world.references()[0]}")
    sam.hears("alerts.yours")


async def test_danger_gets_the_lines_also_where_the_words_cannot_be_taken(world):
    ada = await volunteer(world, "Ada")
    for number in range(6):
        await ada.texts(f"FEEDBACK number {number}")
    await ada.texts("FEEDBACK i am going to kill myself tonight")
    ada.hears("safety.suicide_selfharm", "feedback.too-many")


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_where_another_process_may_get_the_next_text_sms_has_the_form_in_one_message(world):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK")
    ada.hears("feedback.prompt-one")
    await ada.texts("what time is the meeting")
    ada.hears("house.passed-on")


async def test_a_reply_to_the_prompt_is_feedback_even_where_nobody_remembers_it(world, inbox):
    """Another process, or the same after a restart: the prompt itself says what its answer is."""
    dee = await volunteer(world, "Dee", "telegram")
    await dee.texts("FEEDBACK")
    world.service.confidant._writers.clear()
    await dee.texts("I felt talked over.")
    dee.hears("feedback.receipt")


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_dee_gives_feedback_in_welsh(world, inbox, channel):
    dee = await meet(world, "Dee", channel, "cy")
    await dee.texts("ADBORTH Mae'r gegin yn oer.")
    dee.hears("feedback.receipt")
    await world.later(UNTIL_OPENED)
    assert [(one.words.text, one.words.language) for one in inbox()] == [("Mae'r gegin yn oer.", "cy")]


async def test_somebody_who_has_never_written_before_can_give_feedback(world, inbox):
    eve = await meet(world, "Eve")
    await eve.texts("Complaint about the way we were spoken to")
    eve.hears("feedback.receipt")
    assert rows(world, MESSAGE, "text") == []
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == ["Complaint about the way we were spoken to"]


async def test_cai_who_has_said_stop_can_give_feedback_and_stays_stopped(world):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    await cai.texts("FEEDBACK you text too much")
    cai.hears("feedback.receipt")
    await cai.texts("hello?")
    cai.hears("house.stopped-still")


# -- the other two ways --------------------------------------------------------------------------------


async def test_one_puts_a_name_to_it_and_only_then_it_is_written(world, inbox):
    ada = await volunteer(world, "Ada", "telegram")
    before = rows(world, MESSAGE, "text")
    await ada.texts("FEEDBACK")
    await ada.texts("1")
    ada.hears("feedback.prompt-name")
    assert rows(world, MESSAGE, "text") == before
    await ada.texts("I would like longer meetings")
    ada.hears("feedback.named")
    assert rows(world, INBOX, "why") == [("feedback with their name",)]
    await world.later(UNTIL_OPENED)
    assert inbox() == []


async def test_danger_in_feedback_with_a_name_is_heard_as_anywhere(world):
    ada = await volunteer(world, "Ada", "telegram")
    for words in ("FEEDBACK", "1", "nobody listens and i am going to kill myself"):
        await ada.texts(words)
    ada.hears("safety.suicide_selfharm")
    assert len(world.references()) == 1


async def test_two_asks_for_a_person(world):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("FEEDBACK")
    await ada.texts("2")
    ada.hears("human.about")
    assert rows(world, INBOX, "why") == [("human",)]


@pytest.mark.parametrize("words", ["BACK", "cancel", "no", "never mind", "EXIT"])
async def test_a_word_leaves_it_and_nothing_is_kept(world, words):
    ada = await volunteer(world, "Ada", "telegram")
    before = rows(world, MESSAGE, "text")
    await ada.texts("FEEDBACK")
    await ada.texts(words)
    ada.hears("feedback.left")
    assert rows(world, MESSAGE, "text") == before
    await ada.texts("2")
    ada.does_not_hear("human.about")


async def test_stop_and_help_hold_in_the_middle_of_it(world):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("FEEDBACK")
    await ada.texts("HELP")
    ada.does_not_hear("feedback.receipt")
    await ada.texts("FEEDBACK")
    await ada.texts("STOP")
    ada.hears("house.stopped")


# -- danger --------------------------------------------------------------------------------------------


@only_sqlite
async def test_danger_in_feedback_gets_the_lines_and_alerts_nobody_until_they_say_who_they_are(world, inbox):
    ada = await volunteer(world, "Ada", "telegram")
    before = rows(world, MESSAGE, "text")
    await ada.texts("FEEDBACK nobody listens here and i am going to kill myself tonight")
    ada.hears("safety.suicide_selfharm", "feedback.danger", "feedback.receipt")
    assert world.references() == []
    assert rows(world, MESSAGE, "text") == before
    await world.later(timedelta(minutes=5))
    await ada.texts("1")
    assert len(world.references()) == 1
    await world.later(UNTIL_OPENED)
    assert len(inbox()) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_where_the_next_message_may_go_elsewhere_the_same_words_tell_who_they_are(world):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("FEEDBACK nobody listens here and i am going to kill myself tonight")
    ada.hears("safety.suicide_selfharm", "feedback.danger-one", "feedback.receipt")
    await ada.texts("nobody listens here and i am going to kill myself tonight")
    assert len(world.references()) == 1


async def test_where_danger_may_be_the_lines_come_too(world):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK everything here feels hopeless")
    ada.hears("safety.again", "feedback.receipt")


# -- a text in two parts, a slower and a faster opening ------------------------------------------------


@only_sqlite
async def test_the_second_part_of_a_text_is_caught_and_sealed_with_the_first(world, inbox):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    await ada.texts(f"FEEDBACK {COLD}")
    await ada.texts("We asked for that three times")
    ada.hears("feedback.added")
    assert rows(world, MESSAGE, "text") == before
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == [f"{COLD} We asked for that three times"]


@only_sqlite
async def test_danger_is_heard_across_the_cut_of_a_text(world):
    ada = await volunteer(world, "Ada")
    await ada.texts(f"FEEDBACK {COLD} I am going to kill")
    await ada.texts("myself")
    ada.hears("safety.suicide_selfharm", "feedback.danger", "feedback.added")


@only_sqlite
async def test_an_hour_later_everything_is_an_ordinary_message_again(world):
    ada = await volunteer(world, "Ada")
    await ada.texts(f"FEEDBACK {COLD}")
    await world.later(timedelta(minutes=61))
    await ada.texts("what time is the meeting")
    ada.hears("house.passed-on")


@only_sqlite
async def test_two_parts_that_arrive_at_the_same_moment_are_both_caught(world, inbox):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    typed = [
        world.handsets["sms"].typed(ada.person.address, words, world.clock()) for words in (f"FEEDBACK {COLD}", "more")
    ]
    await asyncio.gather(*(world.service.inbound.take([each], each.sender) for each in typed))
    await world.settle()
    assert rows(world, MESSAGE, "text") == before


async def test_sooner_opens_it_at_the_next_full_hour(world, inbox):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK the heating is off")
    await ada.texts("SOONER")
    ada.hears("feedback.sooner")
    await world.later(timedelta(hours=1))
    assert [one.words.text for one in inbox()] == ["the heating is off"]


@only_sqlite
async def test_sooner_works_for_an_hour_as_the_receipt_says(world, inbox):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK the heating is off")
    await world.later(timedelta(minutes=59))
    await ada.texts("SOONER")
    ada.hears("feedback.sooner")
    await world.later(timedelta(minutes=1))
    assert [one.words.text for one in inbox()] == ["the heating is off"]


async def test_sooner_without_feedback_is_told_so_and_not_kept(world):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    await ada.texts("SOONER")
    ada.hears("feedback.sooner-too-late")
    assert rows(world, MESSAGE, "text") == before


# -- a phone that others use ---------------------------------------------------------------------------


async def test_on_telegram_all_of_it_can_be_taken_out_of_the_chat(world, inbox):
    eve = await volunteer(world, "Eve", "telegram")
    await eve.texts("FEEDBACK")
    await eve.texts("I felt talked over.")
    await eve.texts("WIPE")
    eve.hears_nothing()
    taken = world.handsets["telegram"].taken_out
    assert [number[:2] for number in taken] == ["in", "ou", "in", "ou", "in"]
    assert len(set(taken)) == 5
    await world.later(UNTIL_OPENED)
    assert len(inbox()) == 1


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_where_it_cannot_be_taken_out_that_is_told(world, channel):
    eve = await volunteer(world, "Eve", channel)
    before = rows(world, MESSAGE, "text")
    if channel == "sms":
        await eve.texts("FEEDBACK the heating is off")
    await eve.texts("WIPE")
    eve.hears("feedback.wipe-too-late")
    assert rows(world, MESSAGE, "text") == before


@pytest.mark.parametrize("words", ["Give us more time between shifts", "Rhoi mwy o amser i ni"])
async def test_what_a_coordinator_was_asked_for_is_sealed_though_it_begins_like_an_order(
    world, inbox, monkeypatch, words
):
    bo = await volunteer(world, "Bo", "telegram")
    care = world.service.voice.house.safeguarding
    monkeypatch.setattr(type(care), "at", lambda *_: Coordinator("Bo", "telegram", bo.person.address))
    await bo.texts("FEEDBACK")
    await bo.texts(words)
    bo.hears("feedback.receipt")
    assert (words,) not in rows(world, MESSAGE, "text")
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == [words]
