"""What a message is taken for: each test is a lesson that somebody else paid for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.channels import Incoming, Reason, Retry, SendFailed
from bot.simulation import World
from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, INBOX, MESSAGE, OUTBOX, PERSON
from tests.bot.cast import meet, rows, volunteer


def count(world: World, table) -> int:
    with world.service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


async def test_an_answer_that_is_also_a_word_of_ours_does_not_kill_the_conversation(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("MENU")
    await ada.texts("1")
    await ada.texts("4")
    await ada.texts("HELP")
    ada.hears("help.lines", "help.tell")
    await ada.texts("skip")
    ada.hears("help.told-nobody", "house.back-to", "check-in.note")
    await ada.texts("tidy thanks")
    ada.hears("check-in.thanks")
    assert rows(world, CHECK_IN, "note") == [("tidy thanks",)]


async def test_thanks_as_a_note_is_a_note(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "4", "thanks"):
        await ada.texts(words)
    assert rows(world, CHECK_IN, "note") == [("thanks",)]


async def test_help_alone_tells_nobody_and_1_tells_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("help")
    assert rows(world, INBOX, "why") == []
    await ada.texts("1")
    ada.hears("help.told")
    assert rows(world, INBOX, "why") == [("human",)]


async def test_human_asks_for_a_person_at_once_and_adds_what_it_is_about(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HUMAN")
    ada.hears("human.about")
    assert rows(world, INBOX, "why", "note") == [("human", None)]
    await ada.texts("my bus pass")
    ada.hears("human.thanks")
    assert rows(world, INBOX, "why", "note") == [("human", "my bus pass")]


async def test_words_that_nobody_understood_reach_a_person_and_the_sender_is_told_so(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("is the meeting at the library or the hall")
    ada.hears("house.passed-on")
    assert rows(world, INBOX, "why") == [("nobody understood",)]


async def test_a_stranger_is_told_who_this_is(world: World):
    stranger = await meet(world, "Zed")
    await stranger.texts("who is this")
    stranger.hears("house.what-i-am", "house.how-to-join")
    await stranger.texts("is the garden open")
    stranger.hears("house.who-is-this")


@pytest.mark.parametrize("word", ["STOP", "stop texting me", "UNSUBSCRIBE", "STOPIO", "/stop"])
async def test_cai_says_stop_and_it_holds_on_every_channel(world: World, word: str):
    cai = await volunteer(world, "Cai")
    await cai.texts(word)
    cai.hears("house.stopped")
    assert all(stopped is not None for (stopped,) in rows(world, ADDRESS, "stopped_at"))
    await cai.texts("actually when is the meeting")
    cai.hears("house.stopped-still")
    assert all(stopped is not None for (stopped,) in rows(world, ADDRESS, "stopped_at"))
    await world.later(timedelta(days=20))
    await cai.looks()
    cai.hears_nothing()
    await cai.texts("START")
    cai.hears("house.started")
    assert rows(world, ADDRESS, "stopped_at") == [(None,)]


async def test_yes_brings_back_only_somebody_who_had_stopped(world: World):
    cai = await volunteer(world, "Cai")
    for words in ("MENU", "1", "1", "yes"):
        await cai.texts(words)
    cai.hears("check-in.someone-will-call")
    await cai.texts("STOP")
    await cai.texts("YES")
    cai.hears("house.started")


async def test_what_waited_to_be_sent_is_withdrawn_by_stop(world: World):
    cai = await volunteer(world, "Cai")
    world.handsets["sms"].fails_with = SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER)
    await cai.texts("MENU")
    world.handsets["sms"].fails_with = None
    await cai.texts("STOP")
    cai.hears("house.stopped")
    assert ("withdrawn",) in rows(world, OUTBOX, "state")


async def test_the_provider_saying_stop_is_not_answered_and_holds(world: World):
    cai = await volunteer(world, "Cai")
    told = Incoming("sms", "sms", cai.person.address, "x1", world.clock(), "opted out", text="STOP")
    await world.service.inbound.take([told], "sms")
    await world.settle()
    await cai.looks()
    cai.hears_nothing()
    assert rows(world, ADDRESS, "stopped_at") != [(None,)]


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "file", "sticker", "contact", "location", "other"])
async def test_what_a_computer_cannot_look_at_reaches_a_person_as_a_reference(world: World, kind: str):
    ada = await volunteer(world, "Ada", "telegram")
    sent = Incoming("telegram", "telegram", ada.person.address, "p1", world.clock(), kind, reference="file-17")
    await world.service.inbound.take([sent], "telegram")
    await world.settle()
    await ada.looks()
    ada.hears("house.passed-on-picture")
    assert ("file-17",) in rows(world, MESSAGE, "reference")
    assert len(rows(world, INBOX, "message_id")) == 1


async def test_a_changed_message_is_seen(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    edit = Incoming("telegram", "telegram", ada.person.address, "e1", world.clock(), "edited", text="5 not 4")
    await world.service.inbound.take([edit], "telegram")
    await world.settle()
    await ada.looks()
    ada.hears("house.edited")


async def test_an_old_button_changes_nothing_and_says_so(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("MENU")
    await ada.taps("Tell how I am")
    await ada.taps("4")
    ada.hears("check-in.note")
    await ada.taps("2")
    ada.hears("replies.old-button", "check-in.note")
    await ada.texts("SKIP")
    await ada.taps("3")
    ada.hears("house.old-button")
    assert rows(world, CHECK_IN, "mood") == [(4,)]


async def test_a_button_of_a_waiting_conversation_brings_that_one_to_the_front(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("MENU")
    await ada.taps("Tell how I am")
    await ada.texts("LANGUAGE")
    await ada.taps("4")
    ada.hears("check-in.note")


async def test_an_expired_question_gets_a_kind_sentence_and_a_person(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("MENU")
    await ada.texts("1")
    world.clock.forward(timedelta(days=6))
    await ada.texts("3")
    ada.hears("house.too-late")
    assert rows(world, INBOX, "why") == [("answered too late",)]
    assert rows(world, CHECK_IN, "mood") == []


async def test_a_time_out_counts_from_when_the_question_was_sent(world: World):
    ada = await volunteer(world, "Ada")
    handsets = world.handsets["sms"]
    await ada.texts("MENU")
    handsets.fails_with = SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER)
    await ada.texts("1")
    handsets.fails_with = None
    await world.later(timedelta(days=6), step=timedelta(days=1))
    await ada.looks()
    ada.hears("check-in.mood")
    await ada.texts("3")
    ada.hears("check-in.note")


async def test_the_same_message_twice_is_one_turn(world: World):
    ada = await volunteer(world, "Ada")
    message = world.handsets["sms"].typed(ada.person.address, "MENU", world.clock())
    for _ in range(3):
        await world.service.inbound.take([message], "sms")
    await world.service.inbound.take([message, message], "sms")
    await world.settle()
    assert len(await ada.looks()) == 1


async def test_exit_says_that_the_question_is_closed(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("HELP")
    await ada.texts("EXIT")
    ada.hears("house.left")
    assert {state for (state,) in rows(world, CONVERSATION, "state")} == {"ended"}
    await ada.texts("EXIT")
    ada.hears("house.nothing-open")


async def test_exit_leaves_one_thing_and_the_one_behind_it_comes_back(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("MENU", "1", "HELP", "EXIT"):
        await ada.texts(words)
    ada.hears("house.left", "house.back-to", "check-in.mood")


async def test_exit_after_danger_says_that_they_can_write_again(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("i want to kill myself", "EXIT"):
        await ada.texts(words)
    ada.hears("house.left", "safety.here")


async def test_exit_where_it_may_not_be_safe_names_no_danger(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("my fella hit me again and locked me in", "EXIT"):
        await ada.texts(words)
    ada.hears("house.left")
    ada.does_not_hear("safety.here")


async def test_exit_from_joining_says_that_they_have_not_joined(world: World):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "EXIT"):
        await ada.texts(words)
    ada.hears("house.left-joining")
    assert rows(world, PERSON, "joined_at") == [(None,)]


@pytest.mark.parametrize("word", ["thanks", "Thank you", "DIOLCH", "cheers"])
async def test_thanks_are_answered_and_go_no_further(world: World, word: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(word)
    ada.hears("house.welcome-any-time")
    assert rows(world, INBOX, "why") == []


@pytest.mark.parametrize("words", ["FEEDBACK", "feedback he shouts", "/feedback", "Feedback: no", "ADBORTH", "CODE 1"])
async def test_what_may_be_anonymous_is_answered_from_memory_and_leaves_no_trace(world: World, words: str):
    ada = await volunteer(world, "Ada")
    tables = (ADDRESS, PERSON, MESSAGE, OUTBOX, INBOX, CONVERSATION)
    before = [rows(world, table, *table.c.keys()) for table in tables]
    await ada.texts(words)
    ada.hears("house.no-feedback")
    assert [rows(world, table, *table.c.keys()) for table in tables] == before


async def test_a_flood_from_one_phone_is_kept_and_answered_once(world: World):
    ada, bo = await volunteer(world, "Ada"), await volunteer(world, "Bo")
    world.clock.forward(timedelta(minutes=5))
    before = count(world, MESSAGE)
    handsets = world.handsets["sms"]
    flood = [handsets.typed(ada.person.address, f"spam {n}", world.clock()) for n in range(10_000)]
    for start in range(0, 10_000, 500):
        await world.service.inbound.take(flood[start : start + 500], "sms")
    await bo.texts("MENU")
    bo.hears("menu.choice")
    assert count(world, MESSAGE) == before + 10_001
    await ada.looks()
    assert len(ada.shown) < 40
    ada.hears("house.a-lot")
    world.clock.forward(timedelta(minutes=2))
    await ada.texts("MENU")
    ada.hears("menu.choice")


async def test_pause_holds_check_ins_back_until_it_is_over(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("PAUSE")
    ada.hears("pause.how-long")
    await ada.texts("a month")
    await world.later(timedelta(days=29), step=timedelta(hours=6))
    await ada.looks()
    ada.hears_nothing()
    await world.later(timedelta(days=9), step=timedelta(hours=1))
    await ada.looks()
    ada.hears("check-in.mood")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2 weeks", "Monday 16 March"),
        ("a fortnight", "Monday 16 March"),
        ("for 3 weeks please", "Monday 23 March"),
        ("until monday", "Monday 9 March"),
        ("til next friday", "Friday 13 March"),
        ("till the 20th", "Friday 20 March"),
    ],
)
async def test_a_pause_lasts_as_long_as_they_say(world: World, said: str, day: str):
    ada = await volunteer(world, "Ada")
    await ada.texts("PAUSE")
    await ada.texts(said)
    ada.hears("pause.paused-until")
    assert day in ada.shown[-1].text


async def test_a_check_in_of_the_day_on_which_a_pause_ends_comes(world: World):
    ada = await volunteer(world, "Ada")
    for words in ("PAUSE", "until monday"):
        await ada.texts(words)
    await world.later(timedelta(days=7), step=timedelta(hours=1))
    await ada.looks()
    ada.hears("check-in.mood")


@pytest.mark.parametrize(("said", "key"), [("1", "week"), ("a month", "month"), ("until i send START", "start")])
async def test_a_pause_has_its_choices_as_before(world: World, said: str, key: str):
    ada = await volunteer(world, "Ada")
    for words in ("PAUSE", said):
        await ada.texts(words)
    ada.hears(f"pause.paused-{key}")


@pytest.mark.parametrize("said", ["today", "yesterday", "2", "a while", "a week or two"])
async def test_what_is_no_end_of_a_pause_is_not_taken_for_one(world: World, said: str):
    ada = await volunteer(world, "Ada")
    for words in ("PAUSE", said):
        await ada.texts(words)
    ada.hears("pause.paused-month" if said == "2" else "pause.how-long")


async def test_language_changes_at_once(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("LANGUAGE")
    await ada.texts("cymraeg")
    ada.language = "cy"
    ada.hears("language.done")
    await ada.texts("DEWISLEN")
    ada.hears("menu.choice")


@pytest.mark.parametrize("words", ["nobody ever listens to us here", "i dont feel listened to", "you lot never listen"])
async def test_somebody_who_does_not_feel_listened_to_is_asked_what_it_would_look_like(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.hears("feedback.unheard")
    ada.does_not_hear("feedback.unheard-too")  # it is not set up here
    assert rows(world, INBOX, "why") == [("does not feel listened to",)]
    await ada.texts("ask us before you decide")
    ada.hears("house.passed-on")


@pytest.mark.parametrize("words", ["talk to someone", "can someone call me"])
async def test_who_asks_for_a_person_gets_one_and_no_question_first(world: World, words: str):
    ada = await volunteer(world, "Ada")
    await ada.texts(words)
    ada.hears("human.about")
