"""An offer: the brief in short words, then yes, not for me, or a question first; nobody is chased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.channels.segments import count
from bot.projects import keeping as projects
from bot.projects.keeping import NotDone
from bot.simulation import World
from storage.desk import INBOX, PERSON
from storage.tasks import TASK
from tests.bot.cast import rows
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.tasks.cast import (
    A_DAY,
    AN_HOUR,
    THE_DAY,
    bo_answers,
    bo_asks,
    bo_keeps,
    bo_lists,
    bo_looks_at_it,
    hears_later,
    hears_nothing_for,
    in_the_garden,
)
from tests.bot.watched import HOUSE, MONDAY_AT_TEN, Watched

EVERYWHERE = pytest.mark.parametrize(("channel", "language"), [("sms", "en"), ("telegram", "en"), ("telegram", "cy")])
ADA, DEE, EVE = ("Ada", "sms", "en"), ("Dee", "telegram", "cy"), ("Eve", "sms", "en")


@EVERYWHERE
async def test_who_says_yes_has_it_hears_the_first_step_and_agrees_on_the_day(world: World, channel, language):
    (ada,) = await in_the_garden(world, ("Ada", channel, language))
    bo_asks(world, "Ada")
    await hears_later(world, ada, "task-offer.from-team", "task-offer.what", "task-offer.day", "task-offer.answer")
    await ada.texts("1")
    ada.hears("task-offer.yours", "task-offer.first-step", "task-offer.that-day")
    await ada.texts("ok")
    ada.hears("task-offer.agreed", "task-offer.more")
    assert rows(world, TASK, "agreed_on") == [(THE_DAY,)]
    assert "Ada has it since Mon 02 Mar, agreed for Fri 13 Mar." in bo_lists(world)


@pytest.mark.parametrize(("said", "day"), [("friday 20 march", 20), ("next saturday pls", 14), ("SKIP", None)])
async def test_they_can_name_another_day_or_none(world: World, said, day):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("yes please")
    await ada.texts(said)
    ada.hears("task-offer.agreed" if day else "task-offer.no-day", "task-offer.more")
    assert rows(world, TASK, "agreed_on") == [(THE_DAY.replace(day=day) if day else None,)]


async def test_a_day_that_has_passed_is_asked_for_again(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("1")
    assert "A day still to come" in _flat(await ada.texts("yesterday")) or "still to come" in _flat([ada.shown[0].text])
    assert rows(world, TASK, "agreed_on") == [(None,)]


@EVERYWHERE
async def test_not_for_me_needs_no_reason_and_is_thanked(world: World, channel, language):
    (ada,) = await in_the_garden(world, ("Ada", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("2")
    ada.hears("task-offer.declined")
    assert "?" not in ada.shown[0].text
    assert "Waits for you: nobody has it. Not for Ada." in bo_lists(world)
    await hears_nothing_for(world, ada, 6 * A_DAY)


@EVERYWHERE
async def test_a_question_goes_to_the_coordinator_and_the_offer_is_put_again_with_the_answer(
    world: World, channel, language
):
    (ada,) = await in_the_garden(world, ("Ada", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("3")
    ada.hears("task-offer.question")
    await ada.texts("is there a loo?")
    ada.hears("task-offer.asked")
    assert "Waits for you: Ada asks: “is there a loo?”" in bo_lists(world)
    assert ("task question", "Task 1, Water the beds: is there a loo?") in rows(world, INBOX, "why", "note")
    await hears_nothing_for(world, ada, 6 * A_DAY)  # the time to answer does not run while they wait for us
    await ada.looks()
    assert "Ada did not answer" not in bo_lists(world)
    bo_answers(world, "yes, at the cafe")
    await hears_later(world, ada, "task-offer.you-asked", "task-offer.they-say", "task-offer.answer", after=A_DAY)
    assert "yes, at the cafe" in ada.shown[-1].text
    await ada.texts("1")
    ada.hears("task-offer.yours")


@EVERYWHERE
async def test_what_somebody_asked_about_first_is_not_denied_while_the_answer_is_on_its_way(
    world: World, channel, language
):
    (ada,) = await in_the_garden(world, ("Ada", channel, language))
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("3 is there a loo")
    for word in ("TASKS", "STUCK"):
        await ada.texts(word)
        ada.hears("tasks.asked-first")
        ada.does_not_hear("tasks.none")
        assert "Water the beds" in ada.shown[-1].text
    bo_answers(world, "yes, at the cafe")
    await hears_later(world, ada, "task-offer.they-say", "task-offer.answer", after=A_DAY)
    await ada.texts("TASKS")
    ada.does_not_hear("tasks.asked-first")


async def test_a_question_can_come_with_the_number(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("3 is there a loo")
    ada.hears("task-offer.asked")
    assert "is there a loo" in bo_lists(world)


@pytest.mark.parametrize("said", ["i cant go on", "no i cant go on", "2 i cant go on"])
async def test_a_no_among_words_of_danger_is_no_answer_and_the_offer_stays_open(world: World, said):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.looks()
    await ada.texts(said)
    ada.hears("safety.suicide_selfharm")
    assert "Ada was asked on Mon 02 Mar and can answer" in bo_looks_at_it(world)
    assert "go on" not in bo_looks_at_it(world)


async def test_an_offer_without_an_answer_is_closed_after_five_days_and_nobody_is_chased(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.looks()
    await world.later(4 * A_DAY + timedelta(hours=20), step=timedelta(hours=2))
    assert "Ada was asked on Mon 02 Mar and can answer until Sat 07 Mar." in bo_lists(world)
    await hears_nothing_for(world, ada, 2 * A_DAY)
    assert "Ada did not answer. Nobody is chased." in bo_lists(world)
    assert ("task offer closed", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    await ada.texts("MENU")
    await ada.texts("SKIP")
    await ada.texts("TASKS")
    ada.hears("tasks.none")


async def test_whoever_answers_a_closed_offer_is_thanked_and_the_team_hears_of_it(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(6 * A_DAY, step=timedelta(hours=2))
    await ada.looks()
    await ada.texts("1")
    ada.hears("task-offer.closed-but-told")
    assert ("task after all", "Task 1, Water the beds") in rows(world, INBOX, "why", "note")
    assert rows(world, TASK, "holder_id") == [(None,)]


async def test_of_several_the_first_has_it_and_the_others_are_told_kindly(world: World):
    ada, dee, eve = await in_the_garden(world, ADA, DEE, EVE)
    bo_asks(world, "Ada", "Dee", "Eve")
    await world.later(AN_HOUR)
    for each in (ada, eve):
        await each.looks()
    await dee.texts("1")
    dee.hears("task-offer.yours")
    await dee.texts("1")
    await ada.texts("1")  # before the news has reached her
    ada.hears("task-offer.gone")
    await hears_later(world, eve, "task-taken.taken", after=2 * A_DAY)
    await eve.texts("1")
    eve.does_not_hear("task-offer.yours")
    assert "Dee has it" in bo_lists(world)


async def test_who_has_not_read_the_offer_yet_is_not_told_that_it_is_gone(world: World):
    ada, dee = await in_the_garden(world, ADA, DEE)
    await dee.texts("MENU")  # a conversation under way holds the offer back
    bo_asks(world, "Ada", "Dee")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("1")
    await hears_nothing_for(world, dee, 3 * A_DAY)


async def test_going_back_over_a_yes_gives_the_task_back(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("1")
    await ada.texts("BACK")
    ada.hears("task-offer.answer")
    assert rows(world, TASK, "holder_id") == [(None,)]
    await ada.texts("2")
    ada.hears("task-offer.declined")
    assert "Waits for you: nobody has it." in bo_lists(world)


async def test_the_whole_brief_is_behind_tasks_and_the_offer_after_it(world: World):
    (ada,) = await in_the_garden(world, ADA)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    await ada.texts("TASKS")
    ada.hears("tasks.brief", "tasks.first-step", "tasks.needed", "tasks.pitfalls", "tasks.standard", "tasks.takes")
    ada.hears("tasks.who", "task-offer.from-team", "task-offer.answer")
    await ada.texts("1")
    ada.hears("task-offer.yours")


async def test_an_offer_is_at_most_three_text_messages_however_long_the_brief(world: World):
    (ada,) = await in_the_garden(world, ("Maximiliana-Josephine", "sms", "en"))
    long = {"name": "n" * 40, "goal": "g" * 120, "takes": "t" * 40, "coordinator": "c" * 20}
    bo_keeps(world, **long)
    bo_asks(world, "Maximiliana-Josephine", number=2)
    await world.later(AN_HOUR)
    (said,) = await ada.looks()
    assert count(said).parts <= 3


async def test_only_who_belongs_can_be_asked_and_only_while_nobody_has_it(world: World):
    ada, _ = await in_the_garden(world, ADA, DEE)
    with pytest.raises(NotDone, match="There is no task 7"):
        bo_asks(world, "Ada", number=7)
    bo_asks(world, "Ada")
    assert bo_asks(world, "Ada") == ["Ada has been asked already."]
    await world.later(AN_HOUR)
    await ada.texts("1")
    with pytest.raises(NotDone, match="Ada has task 1"):
        bo_asks(world, "Dee")
    await ada.texts("SKIP")
    await ada.texts("STOP")
    await world.later(AN_HOUR)
    with pytest.raises(NotDone, match="has said STOP"):
        bo_asks(world, "Ada")


async def test_what_held_an_offer_back_is_told_to_the_coordinator(world: World):
    (ada,) = await in_the_garden(world, ADA)
    await ada.texts("PAUSE")
    await ada.texts("1")
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    assert "Ada is to be asked: paused." in bo_lists(world)
    await world.later(6 * A_DAY, step=timedelta(hours=3))
    assert "Ada did not answer." in bo_lists(world)
    assert "Ada is asked" in bo_looks_at_it(world)


def _flat(said: list[str]) -> str:
    return " ".join(" ".join(said).split())


async def test_whoever_cannot_be_asked_is_refused_with_the_one_reason_why(world: World):
    _, dee = await in_the_garden(world, ADA, ("Dee", "sms", "en"))
    bo_saves(world, everybody=False)
    bo_does(world, lambda c: projects.add(c, "Garden", "Dee", "volunteer", None, world.clock()))
    with pytest.raises(NotDone, match=r"^Ada does not belong to Garden"):
        bo_asks(world, "Ada")
    await dee.texts("STOP")
    with pytest.raises(NotDone, match=r"^Dee has said STOP"):
        bo_asks(world, "Dee")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Ada").values(joined_at=None))
    with pytest.raises(NotDone, match=r"^Ada has not joined yet"):
        bo_asks(world, "Ada")


async def test_bo_hears_when_each_is_asked_and_only_what_is_true(world: World):
    ada, dee, eve = await in_the_garden(world, ADA, DEE, EVE)
    assert bo_asks(world, "Ada") == ["Ada is asked now, and has 5 days to answer."]
    await dee.texts("MENU")
    (said,) = bo_asks(world, "Dee")
    assert said.startswith("Dee is not asked yet: they are in the middle of a conversation. They are asked as soon as")
    await hears_later(world, ada, "task-offer.from-team", "task-offer.what", "task-offer.day", "task-offer.answer")
    await hears_nothing_for(world, dee, AN_HOUR)
    _pauses(world, "Eve", A_DAY)
    (said,) = bo_asks(world, "Eve")
    assert said.startswith("Eve is not asked yet: they have asked for a pause.")
    assert said.endswith("if that is within 5 days, and then have 5 days to answer.")
    await hears_nothing_for(world, eve, AN_HOUR)


async def test_who_pauses_for_longer_than_the_offer_stands_or_must_not_be_texted_is_not_asked(world: World):
    _, dee, eve = await in_the_garden(world, ADA, DEE, EVE)
    _pauses(world, "Dee", 6 * A_DAY)
    assert bo_asks(world, "Dee") == [
        "Dee is NOT asked: they have asked for a pause until Sun 08 Mar. A person can ask them."
    ]
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Eve").values(safe_to_text=False))
    assert bo_asks(world, "Eve") == ["Eve is NOT asked: it is not safe to text them. A person can ask them."]
    await hears_nothing_for(world, dee, 7 * A_DAY)
    await hears_nothing_for(world, eve, A_DAY)


async def test_bo_hears_of_a_hard_moment_and_that_nothing_is_said_in_the_middle_of_it(world: World):
    (ada,) = await in_the_garden(world, ADA)
    await ada.texts("i want to kill myself")
    (said,) = bo_asks(world, "Ada")
    assert said.startswith("Ada is not asked yet:")
    assert said.endswith("This is a hard moment for them.")
    await hears_nothing_for(world, ada, AN_HOUR)


async def test_while_somebody_looks_after_their_safety_no_task_is_offered_and_then_it_is(database):
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        (ada,) = await in_the_garden(world, ADA)
        await ada.texts("i want to kill myself")
        await world.later(2 * A_DAY)
        (said,) = bo_asks(world, "Ada")
        assert said.startswith("Ada is not asked yet: this is not a good moment for them.")
        await hears_nothing_for(world, ada, A_DAY)
        await world.answers("Sam", "ACK")
        await world.staff("Sam").texts(f"CLOSE {world.reference} rang them")
        await hears_later(world, ada, "task-offer.answer", after=A_DAY + 3 * AN_HOUR)


def _pauses(world: World, name: str, so_long: timedelta) -> None:
    with world.service.database.writing() as connection:
        until = world.clock() + so_long
        connection.execute(update(PERSON).where(PERSON.c.called == name).values(paused_until=until))
