"""Danger goes before everything: a check-in on a bad day, after STOP, on a shared phone, in Welsh, in two parts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels import Incoming
from bot.house import House
from bot.simulation import HARBOUR_HOUSE, World
from storage.database import Database
from storage.desk import ADDRESS, CHECK_IN, CONVERSATION, OUTBOX, PERSON
from storage.tables import Lane
from tests.bot.cast import Someone, meet, rows, volunteer

WORDS = "i want to kill myself"


async def asked_how_she_is(world: World) -> Someone:
    ada = await volunteer(world, "Ada")
    await ada.texts("MENU")
    await ada.texts("1")
    return ada


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_ada_says_she_cannot_go_on_in_the_middle_of_a_check_in(world: World, channel: str):
    ada = await volunteer(world, "Ada", channel)
    await ada.texts("MENU")
    await ada.texts("1")
    await ada.texts("4")
    await ada.texts("i cant go on, i want to end my life")
    ada.hears("safety.suicide_selfharm")
    ada.does_not_hear("check-in.thanks")
    assert rows(world, CHECK_IN, "note") == [("i cant go on, i want to end my life",)], "the words still are an answer"
    assert max(rows(world, OUTBOX, "id", "lane"))[1] == Lane.DANGER


async def test_the_danger_reply_stands_alone(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts(WORDS)
    ada.hears("safety.suicide_selfharm")
    ada.does_not_hear("check-in.mood")
    assert len(ada.shown) == 1


async def test_what_follows_goes_to_the_safety_conversation_until_they_leave_it(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts(WORDS)
    await ada.texts("sorry, forget it, im fine")
    ada.hears("safety.more")
    await ada.texts("SKIP")
    ada.hears("safety.here")
    await ada.texts("4")
    ada.hears("check-in.note")


async def test_the_same_danger_again_gets_the_lines_in_short(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts(WORDS)
    await ada.texts("i really am going to kill myself")
    ada.hears("safety.again")
    ada.does_not_hear("safety.suicide_selfharm")


async def test_another_danger_gets_its_own_lines(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts(WORDS)
    await ada.texts("ive took all my tablets, think ive od'd")
    ada.hears("safety.overdose_drugs")


@pytest.mark.parametrize("word", ["HELP", "STOP"])
async def test_help_and_stop_still_work_in_a_safety_conversation(world: World, word: str):
    ada = await asked_how_she_is(world)
    await ada.texts(WORDS)
    await ada.texts(word)
    ada.hears("help.lines" if word == "HELP" else "house.stopped")


async def test_cai_is_answered_even_after_stop(world: World):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    await cai.texts(WORDS)
    cai.hears("safety.suicide_selfharm")
    assert rows(world, ADDRESS, "stopped_at") != [(None,)], "STOP still holds"


async def test_danger_inside_stop_is_heard(world: World):
    cai = await volunteer(world, "Cai")
    await cai.texts("stop texting me i want to die")
    cai.hears("safety.suicide_selfharm")


async def test_dee_is_heard_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await dee.texts("dwi isio marw")
    dee.hears("safety.suicide_selfharm")


@pytest.mark.parametrize(("first", "then"), [("I live in Leeds", "SKIP"), ("HELP housing", "im in brigton")])
async def test_a_word_of_ours_is_no_part_of_a_sentence_cut_in_two(world: World, first: str, then: str):
    ada = await asked_how_she_is(world)
    await ada.texts(first)
    await ada.texts(then)
    ada.does_not_hear("safety.homeless_now")


async def test_a_text_message_cut_in_two_is_heard_whole(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("been thinking about it all week and i just want to kil")
    await ada.texts("l myself")
    ada.hears("safety.suicide_selfharm")


async def test_words_under_a_picture_and_changed_words_are_heard(world: World):
    ada = await volunteer(world, "Ada", "telegram")
    for number, kind in enumerate(("photo", "edited")):
        sent = Incoming("telegram", "telegram", ada.person.address, f"p{number}", world.clock(), kind, text=WORDS)
        await world.service.inbound.take([sent], "telegram")
        await world.settle()
        await ada.looks()
        ada.hears("safety.suicide_selfharm" if kind == "photo" else "safety.again")


async def test_danger_in_a_flood_is_heard(world: World):
    ada = await volunteer(world, "Ada")
    for number in range(40):
        await ada.texts(f"spam {number}")
    await ada.texts(WORDS)
    ada.hears("safety.suicide_selfharm")


async def test_hopelessness_is_asked_about_and_not_safe_leads_to_the_lines(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("whats the point anymore")
    ada.hears("safety.are-you-safe")
    await ada.texts("no")
    ada.hears("safety.suicide_selfharm")


async def test_safe_ends_it_kindly(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("whats the point anymore")
    await ada.texts("yes im ok")
    ada.hears("safety.here")
    assert set(rows(world, CONVERSATION, "state")) == {("ended",)}


@pytest.mark.parametrize("channel", ["sms", "telegram"])
@pytest.mark.parametrize("word", ["EXIT", "exit", "GADAEL"])
async def test_exit_leaves_the_question_of_safety_and_raises_nothing(database: Database, channel: str, word: str):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await volunteer(world, "Ada", channel)
        await ada.texts("whats the point anymore")
        ada.hears("safety.are-you-safe")
        await ada.texts(word)
        ada.hears("house.left", "safety.here")
        await world.later(timedelta(hours=1))
        assert world.references() == []
        assert set(rows(world, CONVERSATION, "state")) == {("ended",)}


async def test_get_me_out_is_no_way_to_leave_the_question_of_safety(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("whats the point anymore")
    await ada.texts("get me out")
    ada.hears("safety.suicide_selfharm")


async def test_abuse_is_answered_discreetly_and_2_means_silence(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("my fella hit me again and locked me in")
    ada.hears("safety.domestic_abuse", "safety.safe-here")
    await ada.texts("2")
    ada.hears_nothing()
    assert rows(world, PERSON, "safe_to_text", "check_in_due_at") == [(False, None)]
    await world.later(timedelta(days=9), step=timedelta(hours=3))
    await ada.looks()
    ada.hears_nothing()


async def test_somebody_who_wants_to_be_asked_is_asked_before_the_team_is_told_of_a_night_outside(
    database: Database,
):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await meet(world, "Ada")
        for words in ("JOIN", "Ada", "SKIP", "1", "1", "ask me first"):
            await ada.texts(words)
        await ada.texts("got nowhere to sleep tonight")
        ada.hears("safety.homeless_now", "safety.tell")
        await ada.texts("1")
        ada.hears("safety.then")


async def test_somebody_who_wants_to_be_asked_is_not_told_of_unasked_because_they_say_it_again(database: Database):
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await meet(world, "Ada")
        for words in ("JOIN", "Ada", "SKIP", "1", "1", "ask me first"):
            await ada.texts(words)
        await ada.texts("got nowhere to sleep tonight")
        await ada.texts("got nowhere to sleep tonight, again")
        ada.hears("safety.tell")
        assert world.references() == []
        await ada.texts("yes")
        assert len(world.references()) == 1


@pytest.mark.parametrize(
    ("nation", "number", "not_there"),
    [
        ("england", "111 and choose mental health", "press 2"),
        ("wales", "111 and press 2", "choose"),
        ("northern-ireland", "0808 808 8000", "111"),
    ],
)
async def test_the_lines_are_those_of_the_nation(database: Database, nation: str, number: str, not_there: str):
    async with World(database, House(name="Harbour House", nation=nation)) as world:
        ada = await volunteer(world, "Ada")
        [text] = await ada.texts(WORDS)
        assert number in text
        assert not_there not in text


async def test_abuse_in_wales_gets_live_fear_free_and_not_the_english_line(database: Database):
    async with World(database, House(name="Harbour House", nation="wales")) as world:
        ada = await volunteer(world, "Ada")
        [text] = await ada.texts("my husband hit me again")
        assert "0808 80 10 800" in text
        assert "0808 2000 247" not in text


async def test_where_it_is_only_talked_about_help_is_offered_once_a_day(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("the suicide prevention course was good")
    ada.hears("house.passed-on", "safety.offer")
    await ada.texts("the overdose awareness day stall needs leaflets")
    ada.hears("house.passed-on")
    ada.does_not_hear("safety.offer")
    await world.later(timedelta(days=2))
    await ada.texts("the overdose awareness day stall needs leaflets")
    ada.hears("house.passed-on", "safety.offer")


async def test_everyday_words_get_no_alarm(world: World):
    ada = await asked_how_she_is(world)
    await ada.texts("4 my feet are killing me, could murder a curry")
    ada.hears("check-in.thanks")


@pytest.mark.parametrize(("language", "words"), [("en", "not safe"), ("en", "Not safe."), ("cy", "ddim yn ddiogel")])
async def test_our_own_choice_written_out_is_an_answer_and_no_cry_for_help(
    database: Database, language: str, words: str
):
    """We ask whether it is safe to text them, and name the choices; whoever writes "not safe" has answered that."""
    async with World(database, HARBOUR_HOUSE) as world:
        ada = await meet(world, "Ada", language=language)
        for each in ("JOIN", "Ada", "SKIP", "1", words):
            await ada.texts(each)
        ada.hears("joining.sharing")
        assert world.references() == []
        await ada.texts("1")
        await world.later(timedelta(days=2))
        if language == "en":
            await ada.texts(f"i am {words} at home with him")
            ada.hears("safety.domestic_abuse")


async def test_a_choice_of_two_days_ago_is_heard_like_any_words(world: World):
    ada = await meet(world, "Ada")
    for each in ("JOIN", "Ada", "SKIP", "1"):
        await ada.texts(each)
    await world.later(timedelta(days=2))
    await ada.texts("not safe")
    ada.hears("safety.domestic_abuse")
