"""TASKS: what somebody has, how it goes, a question, another day, done; and handing it on, to the team or somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.segments import LONGEST
from bot.projects.keeping import NotDone
from bot.simulation import World
from bot.tasks import keeping
from storage.desk import INBOX
from storage.forgetting import erase
from storage.hand_offs import QUESTION
from storage.tasks import EVENT, TASK
from storage.thanks import THANKS
from tests.bot.cast import Someone, rows
from tests.bot.projects.cast import bo_does
from tests.bot.tasks.cast import (
    A_DAY,
    AN_HOUR,
    THE_DAY,
    bo_answers,
    bo_asks,
    bo_keeps,
    bo_lists,
    bo_looks_at_it,
    bo_thanks,
    hears_later,
    hears_nothing_for,
    in_the_garden,
    with_the_task,
)

EVERYWHERE = pytest.mark.parametrize(("channel", "language"), [("sms", "en"), ("telegram", "en"), ("telegram", "cy")])
ADA, DEE, EVE = ("Ada", "sms", "en"), ("Dee", "telegram", "cy"), ("Eve", "sms", "en")
HOW, HELP, ASK, HAND_ON, DONE, DAY = ("1", "2", "3", "4", "5", "6")


async def in_ada_s_hands(world: World, *others: tuple[str, str, str], **changes) -> list[Someone]:
    people = await in_the_garden(world, ADA, *others)
    bo_keeps(world, **changes)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await people[0].texts("1")
    await people[0].texts("1")
    return people


@EVERYWHERE
async def test_done_is_thanked_at_once_and_confirmed_with_thanks_that_are_kept(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await ada.texts("TASKS")
    ada.hears("tasks.brief", "tasks.day", "tasks.what")
    await ada.texts(DONE)
    ada.hears("tasks.done")
    assert ("task done", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    assert "Waits for you: Ada has done it. Say thank you: alongside task thank 1" in bo_lists(world)
    bo_thanks(world, "the beds look well")
    await hears_later(world, ada, "task-thanks.thanks", "task-thanks.words", "task-thanks.more", after=A_DAY)
    assert "the beds look well" in ada.shown[-1].text
    assert "No task is open" in bo_lists(world)
    assert rows(world, THANKS, "words", "what_for") == [("the beds look well", "Water the beds")]
    with pytest.raises(NotDone, match="does not wait for thanks"):
        bo_thanks(world)
    await hears_nothing_for(world, ada, 14 * A_DAY)  # nor is anything said of a day that was agreed


async def test_a_task_that_nobody_has_done_is_not_thanked_for(world: World):
    await with_the_task(world)
    with pytest.raises(NotDone, match="does not wait for thanks"):
        bo_thanks(world)


@EVERYWHERE
async def test_how_it_goes_reaches_the_coordinator_in_their_words(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await ada.texts("TASKS")
    await ada.texts(HOW)
    ada.hears("tasks.how")
    await ada.texts("half the beds are done")
    ada.hears("tasks.told")
    assert ("task news", "Task 1, Water the beds: half the beds are done") in rows(world, INBOX, "why", "note")
    assert "half the beds are done" in bo_looks_at_it(world)


async def test_another_day_is_agreed_at_any_time_and_only_that_day_is_spoken_of(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts(DAY)
    await ada.texts("20 march")
    ada.hears("tasks.agreed")
    assert rows(world, TASK, "agreed_on") == [(THE_DAY.replace(day=20),)]
    await hears_nothing_for(world, ada, timedelta(days=15, hours=20))  # until Wednesday 18 March, early
    await hears_later(world, ada, "task-soon.soon", after=A_DAY)
    assert "Friday 20 March" in ada.shown[-1].text


async def test_one_message_comes_two_days_before_the_day_and_no_other(world: World):
    ada = await with_the_task(world)
    await hears_nothing_for(world, ada, timedelta(days=8))
    await hears_later(world, ada, "task-soon.soon", "task-soon.first-step", "task-soon.more", after=A_DAY)
    assert "you need not answer" in ada.shown[-1].text
    await hears_nothing_for(world, ada, timedelta(days=2))


async def test_no_message_comes_before_a_day_that_is_tomorrow_already(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("tomorrow")
    await world.later(timedelta(hours=47))
    ada.does_not_hear("task-soon.soon")


@EVERYWHERE
async def test_a_question_to_a_team_mate_goes_through_us_and_no_number_is_seen(world: World, channel, language):
    ada, dee = await in_the_garden(world, ADA, ("Dee", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    await ada.texts("TASKS")
    await ada.texts(f"{ASK} where is the can?")
    ada.hears("tasks.asked")
    assert "Ada asked Dee, who has not answered yet: “where is the can?”" in bo_lists(world)
    await hears_later(world, dee, "task-question.asks", "task-question.answer", after=A_DAY)
    assert "where is the can?" in dee.shown[-1].text
    assert ada.person.address not in dee.shown[-1].text
    await dee.texts("behind the door")
    dee.hears("task-question.thanks")
    await hears_later(world, ada, "task-answer.you-asked", "task-answer.answer", after=A_DAY)
    assert "Dee says: behind the door" in ada.shown[-1].text
    assert dee.person.address not in ada.shown[-1].text


async def test_a_long_question_and_its_long_answer_come_whole_in_messages_that_are_taken(world: World):
    ada, dee = await in_the_garden(world, ADA, ("Dee", "sms", "en"))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    for words in ("1", "1", "TASKS"):
        await ada.texts(words)
    question, answer = "where is it? " * 76, "by the door. " * 76
    await ada.texts(f"{ASK} {question}")
    await hears_later(world, dee, "task-question.asks", after=A_DAY)
    await dee.texts(answer)
    await hears_later(world, ada, "task-answer.answer", after=A_DAY)
    assert all(len(bubble.text) <= LONGEST for bubble in ada.shown)
    whole = " ".join(bubble.text for bubble in ada.shown)
    assert question.strip() in whole
    assert answer.strip() in whole


@pytest.mark.parametrize("is_heard", [True, False])
async def test_what_a_team_mate_answered_goes_when_they_are_forgotten(world: World, is_heard: bool):
    ada, dee = await in_ada_s_hands(world, DEE)
    await ada.texts("TASKS")
    await ada.texts(f"{ASK} where is the can?")
    await hears_later(world, dee, "task-question.asks")
    await dee.texts("behind the door")
    if is_heard:
        await hears_later(world, ada, "task-answer.answer", after=A_DAY)
    await dee.texts("ANGHOFIO")
    await dee.texts("1")
    assert rows(world, QUESTION, "words", "answer", "answered_by") == [("where is the can?", None, None)]
    assert not [
        each for each in rows(world, EVENT, "what", "words") if "Dee" in each[0] or each[1] == "behind the door"
    ]
    if is_heard:
        return
    assert "where is the can?" in bo_lists(world)
    bo_answers(world, "in the shed")
    await hears_later(world, ada, "task-answer.answer", after=A_DAY)
    assert "in the shed" in ada.shown[-1].text


async def test_a_question_for_somebody_who_is_no_team_mate_goes_to_the_coordinators(world: World):
    ada = await with_the_task(world)  # no Dee has joined
    await ada.texts("TASKS")
    await ada.texts(f"{ASK} where is the can?")
    assert ("task question", "Task 1, Water the beds: where is the can?") in rows(world, INBOX, "why", "note")
    bo_answers(world, "behind the door")
    await hears_later(world, ada, "task-answer.answer", after=A_DAY)
    with pytest.raises(NotDone, match="Nobody waits for an answer"):
        bo_answers(world, "behind the door")


async def test_a_question_that_a_team_mate_leaves_is_still_seen_and_a_coordinator_can_answer(world: World):
    ada, dee = await in_ada_s_hands(world, DEE)
    await ada.texts("TASKS")
    await ada.texts(f"{ASK} where is the can?")
    await world.later(AN_HOUR)
    await dee.texts("SGIP")
    dee.hears("task-question.left")
    assert "who has not answered yet" in bo_lists(world)
    bo_answers(world, "behind the door")
    await hears_later(world, ada, "task-answer.answer", after=A_DAY)


@EVERYWHERE
async def test_a_task_goes_back_to_the_team_without_a_reason_and_with_thanks(world: World, channel, language):
    ada = await with_the_task(world, channel, language)
    await ada.texts("TASKS")
    await ada.texts(HAND_ON)
    ada.hears("tasks.handed-back")
    assert "Waits for you: nobody has it." in bo_lists(world)
    assert ("task back", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    await ada.texts("TASKS")
    ada.hears("tasks.none")
    await hears_nothing_for(world, ada, 14 * A_DAY)


@EVERYWHERE
async def test_a_task_is_passed_to_somebody_who_agrees_and_all_are_told(world: World, channel, language):
    ada, dee = await in_the_garden(world, ADA, ("Dee", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    for words in ("1", "1", "TASKS", HAND_ON):
        await ada.texts(words)
    ada.hears("tasks.to")
    await ada.texts("2")
    ada.hears("tasks.person")
    await ada.texts("dee")
    ada.hears("tasks.passed")
    assert "Ada has it" in bo_lists(world)
    await hears_later(world, dee, "task-offer.from-volunteer", "task-offer.answer")
    await dee.texts("1")
    dee.hears("task-offer.yours")
    await dee.texts("1")
    await hears_later(world, ada, "task-passed.took-it", after=A_DAY)
    assert "Dee has it" in bo_lists(world)
    assert ("task passed", "Task 1, Water the beds: Dee has it now") in rows(world, INBOX, "why", "note")
    await ada.texts("TASKS")
    ada.hears("tasks.none")
    await hears_nothing_for(world, ada, 14 * A_DAY)


@pytest.mark.parametrize("by", ["words", "silence"])
async def test_a_task_that_somebody_else_does_not_take_stays_and_the_giver_is_told(world: World, by: str):
    ada, dee = await in_ada_s_hands(world, DEE)
    for words in ("TASKS", HAND_ON, "2", "1"):
        await ada.texts(words)
    await hears_later(world, dee, "task-offer.from-volunteer")
    if by == "words":
        await dee.texts("2")
        dee.hears("task-offer.declined")
    await world.later(A_DAY if by == "words" else 6 * A_DAY, step=timedelta(hours=2))
    await ada.looks()
    ada.hears("task-passed.stays")
    assert "Ada has it" in bo_lists(world)


async def test_going_back_over_a_yes_leaves_a_passed_task_where_it_was(world: World):
    ada, dee = await in_ada_s_hands(world, DEE)
    for words in ("TASKS", HAND_ON, "2", "1"):
        await ada.texts(words)
    await world.later(AN_HOUR)
    await dee.texts("1")
    await dee.texts("NOL")
    dee.hears("task-offer.answer")
    assert "Ada has it" in bo_lists(world)
    await dee.texts("1")
    await dee.texts("1")
    assert "Dee has it" in bo_lists(world)
    await hears_later(world, ada, "task-passed.took-it", after=A_DAY)
    await hears_nothing_for(world, ada, 2 * A_DAY)  # once


async def test_what_was_to_be_passed_and_goes_back_to_the_team_can_still_be_taken(world: World):
    ada, dee = await in_ada_s_hands(world, DEE)
    for words in ("TASKS", HAND_ON, "2", "1"):
        await ada.texts(words)
    await world.later(AN_HOUR)
    for words in ("TASKS", HAND_ON, "1"):
        await ada.texts(words)
    ada.hears("tasks.handed-back")
    await dee.texts("1")
    dee.hears("task-offer.yours")
    assert "Dee has it" in bo_lists(world)


async def test_a_task_of_somebody_who_says_stop_waits_for_the_coordinator(world: World):
    ada = await with_the_task(world)
    await ada.texts("STOP")
    await world.later(AN_HOUR)
    assert "Waits for you: nobody has it." in bo_lists(world)
    assert ("task unreachable", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    assert "said STOP" in bo_looks_at_it(world)
    await hears_nothing_for(world, ada, 14 * A_DAY)


async def test_a_pause_leaves_the_task_with_them_and_says_so(world: World):
    ada = await with_the_task(world)
    await ada.texts("PAUSE")
    await ada.texts("2")
    await hears_nothing_for(world, ada, 14 * A_DAY)
    assert "Ada has it" in bo_lists(world)
    assert "they have paused, so nothing is sent to them" in bo_lists(world)


async def test_of_two_tasks_the_one_that_is_meant_is_asked_for_by_name(world: World):
    (ada,) = await in_ada_s_hands(world)
    bo_keeps(world, name="Paint the bench", day=None)
    bo_asks(world, "Ada", number=2)
    await world.later(A_DAY)
    await ada.texts("TASKS")
    ada.hears("tasks.which")
    await ada.texts("beds")
    ada.does_not_hear("task-offer.answer")
    await ada.texts("TASKS")
    await ada.texts("paint the bench")
    ada.hears("tasks.brief", "task-offer.answer")
    await ada.texts("1")
    ada.hears("task-offer.which-day")


async def test_a_task_that_is_not_needed_any_more_is_closed_and_whoever_had_it_is_told(world: World):
    ada = await with_the_task(world)
    assert bo_does(world, lambda c: keeping.close(c, 1, "it rained all week", world.clock())) == [
        "Task 1 is off the list; 1 told."
    ]
    await hears_later(world, ada, "task-closed.closed", after=A_DAY)
    assert "No task is open" in bo_lists(world)
    await hears_nothing_for(world, ada, 14 * A_DAY)


async def test_who_has_no_task_is_told_so(world: World):
    (ada,) = await in_the_garden(world, ADA)
    for word in ("TASKS", "STUCK", "tasgau"):
        await ada.texts(word)
        ada.hears("tasks.none")


async def test_danger_in_what_they_say_of_a_task_is_heard_first(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts(HOW)
    await ada.texts("i want to kill myself")
    ada.hears("safety.suicide_selfharm")
    assert "i want to kill myself" not in bo_looks_at_it(world)  # it may go on to a team-mate


async def test_forget_takes_them_out_of_a_task_and_it_waits_for_the_coordinator(world: World):
    ada = await with_the_task(world)
    with world.service.database.writing() as connection:
        ((ada_id,),) = connection.execute(TASK.select().with_only_columns(TASK.c.holder_id)).all()
        erase(connection, ada_id, world.clock())
    assert "Waits for you: nobody has it." in bo_lists(world)
    assert "Ada" not in bo_looks_at_it(world)
    await hears_nothing_for(world, ada, 14 * A_DAY)


async def with_two_tasks(world: World) -> Someone:
    """Ada, who has "Water the beds" and "Paint the bench", and has chosen the first of them."""
    ada = await with_the_task(world)
    bo_keeps(world, name="Paint the bench", day=None)
    bo_asks(world, "Ada", number=2)
    await world.later(A_DAY)
    await ada.texts("1")
    await ada.texts("SKIP")
    await ada.texts("TASKS")
    return ada


async def test_done_is_never_said_of_another_task_than_the_one_they_chose(world: World):
    ada = await with_two_tasks(world)
    await ada.texts("1")
    bo_does(world, lambda c: keeping.close(c, 1, "it rained all week", world.clock()))
    await ada.texts(DONE)
    ada.hears("tasks.gone")
    assert "Paint the bench" in bo_lists(world)
    assert "Ada has it" in bo_lists(world)
