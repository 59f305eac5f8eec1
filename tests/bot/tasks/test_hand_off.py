"""The hand-off: how they are comes first, a person is always near, and how to go on is asked behind an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.tasks.showing import barrier_lines
from storage.desk import INBOX
from storage.hand_offs import HAND_OFF
from storage.tasks import TASK
from tests.bot.cast import rows
from tests.bot.projects.cast import bo_does
from tests.bot.tasks.cast import (
    A_DAY,
    THE_DAY,
    bo_asks,
    bo_can,
    bo_keeps,
    bo_lists,
    bo_looks_at_it,
    bo_needs,
    hears_later,
    hears_nothing_for,
    with_the_task,
)

EVERYWHERE = pytest.mark.parametrize(("channel", "language"), [("sms", "en"), ("telegram", "en"), ("telegram", "cy")])
TEXT, RING, LEAVE = "1", "2", "3"
AGAIN, SUPPORT, PASS_ON = "1", "2", "3"


async def stuck(world: World, ada, barrier: str = "no bus goes there") -> None:
    await ada.texts("STUCK")
    await ada.texts(TEXT)
    await ada.texts(barrier)


@EVERYWHERE
@pytest.mark.parametrize("way", ["stuck", "tasks"])
async def test_who_asks_for_help_is_asked_how_they_are_and_offered_a_person_at_once(
    world: World, channel, language, way
):
    ada = await with_the_task(world, channel, language)
    if way == "stuck":
        await ada.texts("help with my task")
    else:
        await ada.texts("TASKS")
        await ada.texts("2")
    ada.hears("hand-off.hello", "hand-off.about-person", "hand-off.how")
    await ada.texts(TEXT)
    ada.hears("hand-off.barrier")
    await ada.texts("no bus goes there")
    ada.hears("hand-off.passed-on")
    assert "hand-off-answer" not in str(rows(world, HAND_OFF, "choice"))
    assert ("task barrier", "Task 1, Water the beds: no bus goes there") in rows(world, INBOX, "why", "note")
    assert "Waits for you: something gets in Ada's way." in bo_lists(world)


@EVERYWHERE
async def test_the_coordinators_answer_comes_first_and_then_the_question_how_to_go_on(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await stuck(world, ada)
    await hears_nothing_for(world, ada, 3 * A_DAY)  # nothing is asked before somebody has answered
    bo_can(world, None, cannot="move the garden", because="it is rented for years", instead="a lift with Priya")
    await world.later(A_DAY)
    await ada.looks()
    ada.hears("hand-off-answer.you-told", "hand-off-answer.cannot", "hand-off-answer.instead", "hand-off-answer.next")
    said = ada.shown[-1].text
    assert said.index("it is rented for years") < said.index("a lift with Priya")
    await ada.texts(AGAIN)
    ada.hears("hand-off-answer.day")
    await ada.texts("18 march")
    ada.hears("hand-off-answer.again", "hand-off-answer.next-time")
    assert rows(world, TASK, "agreed_on") == [(THE_DAY.replace(day=18),)]
    await ada.texts("a lift")
    ada.hears("hand-off-answer.keep")
    await ada.texts("1")
    ada.hears("hand-off-answer.kept")
    bo_keeps(world, name="Paint the bench")
    assert "Ada said that this would help: “a lift”" in " ".join(bo_asks(world, "Ada", number=2))


@pytest.mark.parametrize("answers", [("a lift", "2"), ("a lift", "SKIP"), ("SKIP",)])
async def test_what_would_help_is_kept_only_if_they_agree(world: World, answers):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await world.later(A_DAY)
    for words in (AGAIN, "SKIP", *answers):
        await ada.texts(words)
    ada.hears("hand-off-answer.thanks")
    assert rows(world, HAND_OFF, "next_time") == [(None,)]
    bo_keeps(world, name="Paint the bench")
    assert "would help" not in " ".join(bo_asks(world, "Ada", number=2))


async def test_with_support_stays_theirs_and_waits_for_the_coordinator(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await world.later(A_DAY)
    await ada.texts(SUPPORT)
    ada.hears("hand-off-answer.support", "hand-off-answer.next-time")
    assert "Ada has it" in bo_lists(world)
    assert "Waits for you: Ada goes on, and would like support." in bo_lists(world)
    assert "task support" in [why for (why,) in rows(world, INBOX, "why")]


async def test_passed_on_it_waits_for_the_coordinator_and_they_are_thanked(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await world.later(A_DAY)
    await ada.texts(PASS_ON)
    ada.hears("hand-off-answer.pass-on", "hand-off-answer.next-time")
    assert "Waits for you: nobody has it." in bo_lists(world)
    await ada.texts("BACK")
    ada.hears("hand-off-answer.next")
    assert "Ada has it" in bo_lists(world)
    await ada.texts(PASS_ON)
    await ada.texts("SKIP")
    ada.hears("hand-off-answer.thanks")
    assert "Waits for you: nobody has it." in bo_lists(world)


async def test_no_hurry_to_choose(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await world.later(A_DAY)
    await ada.texts("SKIP")
    ada.hears("hand-off-answer.no-hurry")
    assert "Ada has your answer; it waits for Ada to choose." in bo_lists(world)


@EVERYWHERE
async def test_who_would_rather_be_rung_is_rung_by_a_person(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await ada.texts("STUCK")
    await ada.texts(RING)
    ada.hears("hand-off.will-ring")
    assert ("task ring", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    assert "Waits for you: Ada would like to be rung." in bo_lists(world)
    await hears_nothing_for(world, ada, 7 * A_DAY)


@EVERYWHERE
async def test_left_for_now_means_that_nothing_more_is_asked(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await ada.texts("STUCK")
    await ada.texts(LEAVE)
    ada.hears("hand-off.left")
    assert "Ada would rather leave it for now." in bo_lists(world)
    await hears_nothing_for(world, ada, 7 * A_DAY)


async def test_words_about_how_they_are_are_never_a_mistake(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("not great tbh, me mum is poorly")
    ada.hears("hand-off.thanks-for-telling", "hand-off.way")
    note = "Task 1, Water the beds: not great tbh, me mum is poorly"
    assert ("task how they are", note) in rows(world, INBOX, "why", "note")
    assert "not understood at a question" not in [why for (why,) in rows(world, INBOX, "why")]
    await ada.texts(RING)
    ada.hears("hand-off.will-ring")


async def test_who_goes_on_in_words_is_texting_about_it_already(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("me mum is poorly")
    await ada.texts("there is no bus on sundays")
    ada.hears("hand-off.passed-on")
    note = "Task 1, Water the beds: there is no bus on sundays"
    assert ("task barrier", note) in rows(world, INBOX, "why", "note")
    assert "not understood at a question" not in [why for (why,) in rows(world, INBOX, "why")]


async def test_a_number_and_words_are_both_heard(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("3 bit tired")
    ada.hears("hand-off.left")
    assert ("task how they are", "Task 1, Water the beds: bit tired") in rows(world, INBOX, "why", "note")


@pytest.mark.parametrize(
    ("word", "said"), [("HELP", "help.tell"), ("HUMAN", "human.about"), ("MENU", "menu.choice"), ("PLAN", "plan.more")]
)
async def test_our_words_mean_us_also_where_any_words_would_do(world: World, word: str, said: str):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts(word)
    ada.hears(said)
    ada.does_not_hear("hand-off.way")


async def test_danger_goes_before_the_task(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    ada.does_not_hear("hand-off.way")


# -- begun by the day, and by a coordinator ------------------------------------------------------------


@EVERYWHERE
async def test_after_the_day_it_opens_once_and_gently_and_never_again(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await world.later(timedelta(days=11, hours=16), step=timedelta(hours=2))  # to Saturday 14 March before dawn
    await ada.looks()
    await hears_later(world, ada, "hand-off.hello", "hand-off.about-day", "hand-off.how", after=timedelta(hours=10))
    assert "What gets in the way" not in ada.shown[-1].text
    await hears_nothing_for(world, ada, 21 * A_DAY)


async def test_after_the_day_nothing_opens_where_it_is_done(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts("done")
    await hears_nothing_for(world, ada, 21 * A_DAY)


@EVERYWHERE
async def test_what_is_still_needed_comes_behind_how_they_are(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    bo_needs(world, "the far bed has no water yet")
    await hears_later(world, ada, "hand-off.hello", "hand-off.about-coordinator", "hand-off.how", after=A_DAY)
    assert "far bed" not in ada.shown[-1].text
    await ada.texts(TEXT)
    ada.hears("hand-off.needed", "hand-off.standard", "hand-off.barrier")
    assert "the far bed has no water yet" in ada.shown[-1].text


async def test_work_that_is_done_but_not_all_of_it_is_nobodys_again_before_they_say_so(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts("done")
    bo_needs(world, "the far bed has no water yet")
    await world.later(A_DAY)
    await ada.texts(TEXT)
    await ada.texts("could not find the tap")
    assert "Waits for you: Ada has done it." in bo_lists(world)
    assert rows(world, TASK, "holder_id") == [(None,)]
    bo_can(world, "I show you the tap on Monday")
    await world.later(A_DAY)
    await ada.texts(AGAIN)
    assert "Ada has it" in bo_lists(world)


@pytest.mark.parametrize("words", ["you failed again", "this is OVERDUE", "why didn't you water it", "mae'n hwyr"])
async def test_words_of_blame_are_refused_in_what_is_still_needed(world: World, words: str):
    await with_the_task(world)
    with pytest.raises(NotDone, match="may be read as blame"):
        bo_needs(world, words)
    assert rows(world, HAND_OFF, "needed") == []


async def test_what_is_still_needed_of_a_task_that_nobody_has_is_not_said_to_anybody(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts("4")
    with pytest.raises(NotDone, match="Nobody has task 1"):
        bo_needs(world, "the far bed")


# -- what coordinators see -----------------------------------------------------------------------------


async def test_what_the_bot_did_not_ask_is_the_coordinators_checklist_in_the_guides_order(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts(RING)
    _in_order(
        bo_looks_at_it(world),
        "For your talk, in this order",
        "How are they?",
        "in our power?",
        "Did they understand the task?",
        "Had they what they needed?",
        "what good looks like",
        "try again, with support, or pass it on?",
        "What would help next time?",
    )
    await ada.texts("STUCK")
    await ada.texts("1 tired")
    await ada.texts("no bus")
    said = " ".join(" ".join(bo_does(world, barrier_lines)).split())
    assert "How are they?" not in said
    assert "in our power?" not in said
    _in_order(said, "“no bus”", "“tired”", "Did they understand", "Had they what", "what good looks", "What would help")


async def test_a_no_needs_its_reason_and_an_answer_something_in_it(world: World):
    ada = await with_the_task(world)
    with pytest.raises(NotDone, match="Nothing that gets in the way of task 1 waits"):
        bo_can(world, "we pay the bus")
    await stuck(world, ada)
    with pytest.raises(NotDone, match="needs a reason"):
        bo_can(world, None, cannot="move the garden", because="no")
    with pytest.raises(NotDone, match="Say what you can do"):
        bo_can(world, None, because="because")
    await hears_nothing_for(world, ada, 2 * A_DAY)
    bo_can(world, "we pay the bus")
    with pytest.raises(NotDone, match="Nothing that gets in the way"):
        bo_can(world, "we pay the bus twice")


async def test_an_answer_about_a_task_that_is_not_with_them_any_more_asks_nothing(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await ada.texts("TASKS")
    await ada.texts("4")
    ada.hears("tasks.handed-back")
    await hears_later(world, ada, "tasks.not-yours", after=2 * A_DAY)
    ada.does_not_hear("hand-off-answer.next")


async def test_an_older_conversation_about_the_same_task_does_not_come_back(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("TASKS")
    await ada.texts("2")
    ada.hears("hand-off.how")
    await ada.texts(LEAVE)
    ada.hears("hand-off.left")
    ada.does_not_hear("house.back-to")


async def test_after_stop_nothing_of_a_hand_off_is_sent(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    bo_can(world, "we pay the bus")
    await ada.texts("STOP")
    await hears_nothing_for(world, ada, 7 * A_DAY)
    assert "Waits for you: nobody has it." in bo_lists(world)


def _in_order(text: str, *parts: str) -> None:
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} should come after {text[:place][-60:]!r} in {text!r}"
        place = found + len(part)
