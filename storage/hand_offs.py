"""Hand-offs, and what people ask about a task: what was heard, and what coordinators answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from storage.desk import PERSON
from storage.nudges import NUDGE, WAITING
from storage.tables import HandOff, TaskQuestion, new_id, table_of
from storage.tasks import EVENT, OFFER, TASK

HAND_OFF, QUESTION = table_of(HandOff), table_of(TaskQuestion)
_OPEN = HAND_OFF.c.ended_at.is_(None)


def open_hand_off(connection: Connection, task_id: int, person_id: int, began: str, at: datetime) -> int:
    """The id of the one that is open for a person and a task; a new one where none is."""
    mine = (HAND_OFF.c.task_id == task_id, HAND_OFF.c.person_id == person_id, _OPEN)
    known = connection.execute(select(HAND_OFF.c.id).where(*mine).order_by(HAND_OFF.c.id.desc()).limit(1)).scalar()
    if known is not None:
        return int(known)
    its_id = new_id()
    row = {"id": its_id, "task_id": task_id, "person_id": person_id, "began": began, "began_at": at}
    connection.execute(insert(HAND_OFF), row)
    return its_id


def change_hand_off(connection: Connection, hand_off_id: int, **values: Any) -> None:
    """Keep what was heard or answered."""
    connection.execute(update(HAND_OFF).where(HAND_OFF.c.id == hand_off_id).values(**values))


def end_hand_offs(connection: Connection, task_id: int, at: datetime) -> None:
    """The task is somebody else's or done: what was open about it is over."""
    connection.execute(update(HAND_OFF).where(HAND_OFF.c.task_id == task_id, _OPEN).values(ended_at=at))


def hand_off_with_id(connection: Connection, hand_off_id: int) -> Row[Any] | None:
    """That hand-off, with `called`."""
    return connection.execute(_shown().where(HAND_OFF.c.id == hand_off_id)).one_or_none()


def hand_off_of(connection: Connection, task_id: int) -> Row[Any] | None:
    """The newest of a task, with `called`."""
    newest = _shown().where(HAND_OFF.c.task_id == task_id).order_by(HAND_OFF.c.id.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def barriers_waiting(connection: Connection) -> list[Row[Any]]:
    """What gets in people's way and has no answer yet, oldest first; with `called`, and the task's number and name."""
    waits = (HAND_OFF.c.barrier.is_not(None), HAND_OFF.c.answered_at.is_(None), _OPEN)
    query = _shown().add_columns(TASK.c.number, TASK.c.name).join(TASK, TASK.c.id == HAND_OFF.c.task_id)
    return list(connection.execute(query.where(*waits).order_by(HAND_OFF.c.barrier_at, HAND_OFF.c.id)))


def next_times_of(connection: Connection, person_id: int) -> list[str]:
    """What somebody said would help them next time, and let us keep; the newest first."""
    mine = (HAND_OFF.c.person_id == person_id, HAND_OFF.c.next_time.is_not(None))
    return list(connection.execute(select(HAND_OFF.c.next_time).where(*mine).order_by(HAND_OFF.c.id.desc())).scalars())


def _shown() -> Any:
    return select(HAND_OFF, PERSON.c.called).outerjoin(PERSON, PERSON.c.id == HAND_OFF.c.person_id)


# -- what people ask -----------------------------------------------------------------------------------


def add_question(connection: Connection, conversation_id: int, name: str, **values: Any) -> int:
    """Keep a question, in place of an earlier one of the same act; its id."""
    mine = (QUESTION.c.conversation_id == conversation_id, QUESTION.c.name == name)
    known = connection.execute(select(QUESTION.c.id).where(*mine)).scalar()
    if known is not None:
        connection.execute(update(QUESTION).where(*mine).values(**values))
        return int(known)
    its_id = new_id()
    row = {"id": its_id, "conversation_id": conversation_id, "name": name, **values}
    connection.execute(insert(QUESTION), row)
    return its_id


def question_with_id(connection: Connection, question_id: int) -> Row[Any] | None:
    """That question; see `_questions`."""
    return connection.execute(_questions().where(QUESTION.c.id == question_id)).one_or_none()


def questions_waiting(connection: Connection, task_id: int) -> list[Row[Any]]:
    """Questions about a task without an answer, oldest first; see `_questions`."""
    waits = (QUESTION.c.task_id == task_id, QUESTION.c.answered_at.is_(None))
    return list(connection.execute(_questions().where(*waits).order_by(QUESTION.c.id)))


def answer_question(connection: Connection, question_id: int, answer: str, by: str, at: datetime) -> None:
    """Keep the answer."""
    values = {"answer": answer, "answered_by": by, "answered_at": at}
    connection.execute(update(QUESTION).where(QUESTION.c.id == question_id).values(**values))


def _questions() -> Any:
    """Every column, with `called` (who asked) and `to_called` (the team-mate who was asked; None: the coordinators)."""
    mate = PERSON.alias("mate")
    return (
        select(QUESTION, PERSON.c.called, mate.c.called.label("to_called"))
        .outerjoin(PERSON, PERSON.c.id == QUESTION.c.person_id)
        .outerjoin(mate, mate.c.id == QUESTION.c.to_id)
    )


# -- clearing away -------------------------------------------------------------------------------------


def clear_what_was_said(connection: Connection, before: datetime) -> None:
    """Delete what was offered, asked and said about tasks that were over before that moment.

    The task and its thanks stay; so does what would help somebody next time, which they let us keep.
    """
    is_over = or_(TASK.c.thanked_at < before, TASK.c.closed_at < before)
    over = select(TASK.c.id).where(is_over).scalar_subquery()
    for table in (EVENT, OFFER, QUESTION):
        connection.execute(delete(table).where(table.c.task_id.in_(over)))
    connection.execute(delete(HAND_OFF).where(HAND_OFF.c.task_id.in_(over), HAND_OFF.c.next_time.is_(None)))
    words = dict.fromkeys(("needed", "how_they_are", "barrier", "we_can", "cannot", "because", "instead"))
    connection.execute(update(HAND_OFF).where(HAND_OFF.c.task_id.in_(over)).values(**words))


def forget_in_tasks(connection: Connection, person_id: int) -> None:
    """Take somebody out of the group's tasks: what they had waits for the coordinators."""
    had, did = TASK.c.holder_id == person_id, TASK.c.done_by_id == person_id
    connection.execute(update(TASK).where(had).values(holder_id=None, held_since=None, agreed_on=None))
    connection.execute(update(TASK).where(did).values(done_by_id=None, thanks=None))
    connection.execute(update(OFFER).where(OFFER.c.from_id == person_id).values(from_id=None))
    _forget_answers(connection, person_id)


def _forget_answers(connection: Connection, person_id: int) -> None:
    """Take out what somebody was asked and answered; a question whose answer is not heard yet waits once more.

    So does a coordinator's answer in their place go: they may well be called the same.
    """
    theirs = QUESTION.c.to_id == person_id
    for row in connection.execute(select(QUESTION).where(theirs, QUESTION.c.answered_at.is_not(None))).all():
        answer = (EVENT.c.task_id == row.task_id, EVENT.c.person_id == row.person_id, EVENT.c.at == row.answered_at)
        connection.execute(delete(EVENT).where(*answer, EVENT.c.words == row.answer))
        untold = delete(NUDGE).where(NUDGE.c.about == f"task-answer:{row.id}", WAITING)
        if connection.execute(untold).rowcount:
            connection.execute(update(QUESTION).where(QUESTION.c.id == row.id).values(answered_at=None))
    connection.execute(update(QUESTION).where(theirs).values(to_id=None, answer=None, answered_by=None))
