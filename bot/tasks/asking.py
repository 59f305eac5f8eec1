"""Who is asked about a task: a team-mate through us, so that no number is seen, or the coordinators; and the answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row

from bot.projects.telling import tell
from bot.tasks.facts import team_mates
from bot.tasks.moves import ANSWER_WITHIN, the_task
from flows.task_acts import AskAboutTask
from storage.hand_offs import add_question, answer_question, question_with_id
from storage.nudges import NewNudge, add_nudges
from storage.records import ConversationRecord
from storage.tasks import add_event, open_offer_again, settle_offer

if TYPE_CHECKING:
    from bot.sitting import Sitting


def ask_about(sitting: Sitting, conversation: ConversationRecord, name: str, act: AskAboutTask) -> bool:
    """Keep a question and bring it to whoever the brief names; whether that is the coordinators."""
    connection, now = sitting.desk.connection, sitting.desk.now
    task = the_task(connection, act.task)
    mate = None if act.offer else _the_one_to_ask(connection, task, sitting.person.id)
    question = add_question(
        connection,
        conversation.id,
        name,
        task_id=task.id,
        person_id=sitting.person.id,
        offer_id=act.offer,
        to_id=mate,
        words=act.words,
        at=now,
    )
    if act.offer is not None:
        settle_offer(connection, act.offer, "asked")
    if mate is not None:
        tell(connection, [mate], f"task-question:{question}", "task-question", {"question": str(question)}, now)
    add_event(connection, task.id, "asked about it", now, sitting.person.id, act.words)
    return mate is None


def pass_answer_on(connection: Connection, question_id: int, words: str, by: str, now: datetime) -> None:
    """Bring an answer to whoever asked; an offer that they asked about is put to them again with it."""
    question = question_with_id(connection, question_id)
    if question is None or question.answered_at is not None:
        return  # somebody else was there first, and they have that answer
    answer_question(connection, question_id, words, by, now)
    add_event(connection, question.task_id, f"has an answer from {by}", now, question.person_id, words)
    if question.offer_id is None:
        given = {"question": str(question_id)}
        tell(connection, [question.person_id], f"task-answer:{question_id}", "task-answer", given, now)
        return
    open_offer_again(connection, question.offer_id, now + ANSWER_WITHIN)
    given = {"offer": str(question.offer_id), "question": str(question_id)}
    again = f"task-answer:{question_id}"
    add_nudges(connection, [NewNudge(question.person_id, again, "task-offer", now, now + ANSWER_WITHIN, given)])


def _the_one_to_ask(connection: Connection, task: Row[Any], asker: int) -> int | None:
    """The one team-mate of the name that the brief gives; None: it is a coordinator's, or not only one person's."""
    mates = team_mates(connection, task.project_id, asker)
    named = [its_id for its_id, name in mates.items() if name.casefold() == task.ask.casefold()]
    return named[0] if len(named) == 1 else None
