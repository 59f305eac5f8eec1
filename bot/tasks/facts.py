"""What flows can know of tasks: the ones of a person, the one that a conversation is about, an offer, a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row

from bot.facts import Given, fact
from bot.tasks.moves import the_offer, the_task
from flows.hand_off import Answered, TaskNow
from flows.task import Asked, Brief, MyTask, Offer
from storage.hand_offs import hand_off_of, hand_off_with_id, question_with_id
from storage.projects import members_of
from storage.tasks import offers_asked_about, offers_to, tasks_of, who_can_be_asked

if TYPE_CHECKING:
    from bot.sitting import Sitting

MOST_NAMES = 12  # of people to pass a task to: more would fill several text messages
NO_NAME = "?"


def brief_of(task: Row[Any]) -> Brief:
    """A task's brief, as volunteers see it."""
    return Brief(
        name=task.name,
        project=task.project,
        goal=task.goal,
        first_step=task.first_step,
        needed=task.what_is_needed,
        pitfalls=task.pitfalls,
        ask=task.ask,
        takes=task.takes,
        standard=task.standard,
        coordinator=task.coordinator,
        day=task.day,
        milestone=task.milestone,
    )


def team_mates(connection: Connection, project_id: int, but_not: int) -> dict[int, str]:
    """Who else is in a project, has a name, and can be written to: ids and names."""
    members = {each.person_id: each.called for each in members_of(connection, project_id) if each.called}
    return {its_id: members[its_id] for its_id in sorted(who_can_be_asked(connection, list(members)) - {but_not})}


@fact("my_tasks")
def _my_tasks(sitting: Sitting, given: Given) -> dict[str, MyTask]:
    connection, person_id = sitting.desk.connection, sitting.person.id
    found: dict[str, MyTask] = {}
    for task in tasks_of(connection, person_id):
        mates = team_mates(connection, task.project_id, person_id)
        others = {str(its_id): name for its_id, name in list(mates.items())[:MOST_NAMES]}
        found[f"t{task.id}"] = MyTask(task.id, brief_of(task), task.agreed_on, None, others)
    for offer in offers_to(connection, person_id):
        task = the_task(connection, offer.task_id)
        found[f"o{offer.id}"] = MyTask(task.id, brief_of(task), task.day, offer.id)
    return found


@fact("asked_about")
def _asked_about(sitting: Sitting, given: Given) -> dict[str, Brief]:
    connection = sitting.desk.connection
    waiting = offers_asked_about(connection, sitting.person.id)
    return {f"{offer.id:x}": brief_of(the_task(connection, offer.task_id)) for offer in waiting}


@fact("task")
def _task(sitting: Sitting, given: Given) -> TaskNow:
    connection = sitting.desk.connection
    return task_now(connection, the_task(connection, int(given["task"])), sitting.person.id, given)


def task_now(connection: Connection, task: Row[Any], person_id: int, given: Given) -> TaskNow:
    """A task as a conversation about it sees it: whether it is a matter of theirs still, and what is needed."""
    began = str(given.get("began", "person"))
    has_it = task.holder_id == person_id and given.get("holding") in (None, str(task.holding_id))
    hand_off = hand_off_of(connection, task.id) if began == "coordinator" else None
    is_asked = hand_off is not None and hand_off.person_id == person_id and hand_off.ended_at is None
    did_it = is_asked and task.holder_id is None and task.done_by_id == person_id
    return TaskNow(
        id=task.id,
        brief=brief_of(task),
        is_theirs=has_it or did_it,
        day=task.agreed_on,
        began=began,
        needed=hand_off.needed if hand_off is not None and is_asked else None,
        thanks=task.thanks,
    )


@fact("offer")
def _offer(sitting: Sitting, given: Given) -> Offer:
    connection = sitting.desk.connection
    task = the_task(connection, the_offer(connection, int(given["offer"])).task_id)  # locks it
    row = the_offer(connection, int(given["offer"]))
    question = question_with_id(connection, int(given["question"])) if "question" in given else None
    is_theirs = task.holder_id == row.person_id
    still_with = task.holder_id == row.from_id and task.thanked_at is None and task.closed_at is None
    return Offer(
        id=row.id,
        task=task.id,
        brief=brief_of(task),
        is_open=(row.state == "waiting" and still_with) or (row.state == "accepted" and is_theirs),
        is_gone=row.state == "gone" or (row.state == "waiting" and not still_with),
        giver=row.from_called or (NO_NAME if row.from_id else None),
        asked=question.words if question else None,
        answer=question.answer if question else None,
        answered_by=question.answered_by if question else None,
        other=row.called or NO_NAME,
        is_accepted=row.state == "accepted",
    )


@fact("question")
def _question(sitting: Sitting, given: Given) -> Asked:
    connection = sitting.desk.connection
    row = question_with_id(connection, int(given["question"]))
    if row is None:
        raise LookupError("the question is no longer kept")
    task = the_task(connection, row.task_id)
    return Asked(row.id, row.words, row.called or NO_NAME, task.name, row.answer, row.answered_by)


@fact("hand_off")
def _hand_off(sitting: Sitting, given: Given) -> Answered:
    connection = sitting.desk.connection
    row = hand_off_with_id(connection, int(given["hand_off"]))
    if row is None:
        raise LookupError("the hand-off is no longer kept")
    task = task_now(connection, the_task(connection, row.task_id), sitting.person.id, {"began": row.began})
    chosen = row.choice is not None
    return Answered(row.id, task, row.barrier or "", row.we_can, row.cannot, row.because, row.instead, chosen)
