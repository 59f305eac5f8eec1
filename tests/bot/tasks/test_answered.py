"""An answer about a task closes what asked for it in the inbox, wherever it is given; nothing else is closed."""

from __future__ import annotations

from bot.simulation import World
from bot.tasks import keeping
from storage.desk import INBOX
from tests.bot.cast import rows
from tests.bot.projects.cast import bo_does
from tests.bot.tasks.cast import AN_HOUR, bo_answers, bo_asks, bo_can, bo_thanks, in_the_garden, with_the_task
from tests.bot.tasks.test_hand_off import stuck
from tests.bot.tasks.test_their_tasks import ASK, DONE, HAND_ON

ADA, DEE = ("Ada", "sms", "en"), ("Dee", "telegram", "cy")


def waiting(world: World) -> list[str]:
    """Why each item waits that nobody has seen to."""
    return sorted(why for why, done_at in rows(world, INBOX, "why", "done_at") if done_at is None)


async def test_a_question_that_has_its_answer_waits_no_longer_and_another_one_does(world: World):
    ada = await with_the_task(world)
    for words in ("where is the can?", "and the hose?"):
        await ada.texts("TASKS")
        await ada.texts(f"{ASK} {words}")
    assert waiting(world) == ["task question", "task question"]
    bo_answers(world, "behind the door")
    left = [note for note, done_at in rows(world, INBOX, "note", "done_at") if done_at is None]
    assert left == ["Task 1, Water the beds: and the hose?"]
    bo_answers(world, "in the shed")
    assert waiting(world) == []


async def test_what_gets_in_the_way_waits_until_it_is_answered_and_how_they_are_stays(world: World):
    ada = await with_the_task(world)
    await ada.texts("STUCK")
    await ada.texts("me mum is poorly")
    await ada.texts("there is no bus on sundays")
    assert "task barrier" in waiting(world)
    personal = [why for why in waiting(world) if why != "task barrier"]
    bo_can(world, "we can lend you a bike")
    assert waiting(world) == personal


async def test_thanks_are_the_answer_to_what_is_done(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts(DONE)
    assert waiting(world) == ["task done"]
    bo_thanks(world)
    assert waiting(world) == []


async def test_a_task_that_came_back_waits_until_somebody_else_is_asked(world: World):
    ada, _ = await in_the_garden(world, ADA, DEE)
    bo_asks(world, "Ada")
    await world.later(AN_HOUR)
    for words in ("1", "1", "TASKS", HAND_ON, "1"):
        await ada.texts(words)
    assert waiting(world) == ["task back"]
    bo_asks(world, "Dee")
    assert waiting(world) == []


async def test_taken_off_the_list_it_waits_for_nobody(world: World):
    ada = await with_the_task(world)
    await ada.texts("TASKS")
    await ada.texts(HAND_ON)
    assert waiting(world) == ["task back"]
    bo_does(world, lambda c: keeping.close(c, 1, "it rains all week", world.clock()))
    assert waiting(world) == []


async def test_an_answer_about_one_task_leaves_what_waits_about_another(world: World):
    ada = await with_the_task(world)
    await stuck(world, ada)
    with world.service.database.writing() as connection:
        row = {"id": 7, "why": "task back", "note": "Task 11, Another thing", "at": world.clock()}
        connection.execute(INBOX.insert(), row)
    bo_does(world, lambda c: keeping.close(c, 1, "it rains all week", world.clock()))
    assert "task back" in waiting(world)
