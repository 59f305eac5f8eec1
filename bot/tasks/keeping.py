"""What coordinators do with tasks: keep a brief, ask people, answer, say what is still needed, thank.

Each function is one transaction and says in a few lines what it did.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.not_joined import THEN_ASK, until_they_join
from bot.people import find_person
from bot.projects.keeping import SHORTEST_REASON, NotDone
from bot.projects.telling import tell
from bot.tasks import moves
from bot.tasks.answered import AFTER_ALL, WAITS_FOR_SOMEBODY, task_answered, words_answered
from bot.tasks.asking import pass_answer_on
from bot.tasks.brief import BriefFile, require_a_place
from bot.tasks.facts import team_mates
from bot.tasks.showing import shown, what_would_help
from bot.tasks.when_asked import when_asked
from flows.hand_off import HARD_WORDS
from storage.hand_offs import barriers_waiting, change_hand_off, open_hand_off, questions_waiting
from storage.nudges import withdraw_nudges
from storage.projects import members_of
from storage.tasks import add_event, open_offers_of, save_task, settle_offer, task_numbered
from storage.thanks import add_thanks


def keep_brief(connection: Connection, brief: BriefFile, now: datetime) -> list[str]:
    """Keep a task's brief; nobody is asked yet.

    Raises:
        BriefMistakes: It does not fit its project's card, or the calendar.
    """
    project = require_a_place(connection, brief, now.date())
    columns = brief.model_dump(exclude={"project", "needed"})
    columns |= {"project_id": project.id, "what_is_needed": brief.needed}
    number, is_new = save_task(connection, columns, now)
    said = ", is kept now" if is_new else ": the brief has been changed"
    return [f"Task {number}, {brief.name}{said}."]


def show(connection: Connection, number: int, now: datetime) -> list[str]:
    """One task with everything about it."""
    return shown(connection, _task(connection, number), now)


def offer(connection: Connection, number: int, people: Sequence[str], now: datetime) -> list[str]:
    """Ask one or several whether they would like it; whoever says yes first has it."""
    task = _task(connection, number)
    if task.holder_id is not None:
        raise NotDone(f"{task.holder or 'Somebody'} has task {number}. Only they can pass it on.")
    if task.done_at is not None:
        raise NotDone(f"Task {number} has been done. Say thank you first.")
    found = {row.id: row for row in (find_person(connection, who) for who in people)}
    mates = team_mates(connection, task.project_id, 0)
    for person in found.values():
        if person.id not in mates:
            raise NotDone(_why_not_asked(connection, task, person))
    lines: list[str] = []
    asked_already = {each.person_id for each in open_offers_of(connection, task.id)}
    when = when_asked(connection, list(found), now)
    for person in found.values():
        if person.id in asked_already:
            lines.append(f"{person.called} has been asked already.")
            continue
        moves.offer_to(connection, task.id, person.id, now)
        lines.append(when[person.id])
        lines += what_would_help(connection, person.id, person.called)
        task_answered(connection, task, AFTER_ALL, now, person.id)
        task_answered(connection, task, WAITS_FOR_SOMEBODY, now)
    return lines


def _why_not_asked(connection: Connection, task: Row[Any], person: Row[Any]) -> str:
    """Which of the things that must be true before somebody is asked is not, and what to do about it."""
    name = person.called or "This person"
    if person.joined_at is None:
        return until_they_join([person.called], THEN_ASK)
    if person.id not in {each.person_id for each in members_of(connection, task.project_id)}:
        return f"{name} does not belong to {task.project}. alongside project add {shlex.quote(task.project)} NAME"
    if person.called is None:
        return "They have not said what to call them, so a task can't be handed to them by name."
    return f"{name} has said STOP, or cannot be reached, so nothing is said to them. A person can ask them."


def answer(connection: Connection, number: int, words: str, to: str | None, by: str | None, now: datetime) -> list[str]:
    """Answer what somebody asked about a task; an offer they asked about first is put to them again."""
    task = _task(connection, number)
    waiting = questions_waiting(connection, task.id)
    if to is not None:
        person = find_person(connection, to)
        waiting = [each for each in waiting if each.person_id == person.id]
    if not waiting:
        raise NotDone(f"Nobody waits for an answer about task {number}.")
    if len({each.person_id for each in waiting}) > 1:
        names = ", ".join(each.called or "somebody without a name" for each in waiting)
        raise NotDone(f"Several have asked about task {number}: {names}. Say whom you answer.")
    return answer_question(connection, number, waiting[0].id, words, by or task.coordinator, now)


def answer_question(
    connection: Connection, number: int, question_id: int, words: str, by: str, now: datetime
) -> list[str]:
    """Answer one question about a task.

    Raises:
        NotDone: It is none that waits; somebody else may have answered it meanwhile.
    """
    task = _task(connection, number)
    waiting = questions_waiting(connection, task.id)
    asked = next((each for each in waiting if each.id == question_id), None)
    if asked is None:
        raise NotDone("This question does not wait for an answer any more. Yours was not sent.")
    pass_answer_on(connection, question_id, _said(words), by, now)
    words_answered(connection, task, asked.person_id, "task question", asked.words, now)
    return [f"{asked.called or 'Whoever asked'} gets your answer, as soon as it suits them."]


def take_offer_back(connection: Connection, number: int, person_id: int, now: datetime) -> list[str]:
    """Do not ask somebody after all, as long as they have not been asked yet.

    Raises:
        NotDone: They have been; whoever has read it decides for themselves.
    """
    task = _task(connection, number)
    offers = [each for each in open_offers_of(connection, task.id) if each.person_id == person_id]
    unread = [each for each in offers if each.put_at is None and each.from_id is None and each.state == "waiting"]
    if not unread:
        raise NotDone("They have been asked already. They answer when it suits them, and nobody is chased.")
    for each in unread:
        settle_offer(connection, each.id, "taken back")
        withdraw_nudges(connection, f"task-offer:{each.id}", now, "the team took it back", person_id)
        add_event(connection, task.id, "is not asked after all", now, person_id)
    return [f"{unread[0].called or 'This person'} is not asked, and hears nothing of it."]


def needed(connection: Connection, number: int, words: str, now: datetime) -> list[str]:
    """Say what is still needed: whoever has the task or has done it is asked first how they are."""
    task, what = _task(connection, number), _said(words)
    person_id = task.holder_id or (task.done_by_id if task.done_at is not None else None)
    if person_id is None:
        raise NotDone(f"Nobody has task {number}. Ask somebody first.")
    if found := HARD_WORDS.search(what):
        raise NotDone(
            f"“{found[0]}” may be read as blame by somebody who expects it. Please write only what is still needed."
        )
    hand_off = open_hand_off(connection, task.id, person_id, "coordinator", now)
    again = dict.fromkeys(("way", "barrier", "barrier_at", "answered_at", "choice"))
    change_hand_off(connection, hand_off, began="coordinator", needed=what, **again)
    add_event(connection, task.id, "is told what is still needed", now, person_id, what)
    given = {"task": str(task.id), "began": "coordinator"}
    tell(connection, [person_id], f"hand-off:{hand_off}:{now:%Y-%m-%d %H:%M:%S}", "hand-off", given, now)
    who = task.holder if task.holder_id else task.doer
    return [
        f"{who or 'Whoever has it'} is asked how they are first; your words come once they choose to text about it."
    ]


def answer_barrier(
    connection: Connection,
    number: int,
    we_can: str | None,
    cannot: str | None,
    because: str | None,
    instead: str | None,
    now: datetime,
) -> list[str]:
    """Answer what gets in somebody's way: they hear it, and only then are asked how they would like to go on.

    Raises:
        NotDone: Nothing waits for an answer, or the answer lacks its reason; nothing was answered.
    """
    found = next((each for each in barriers_waiting(connection) if each.number == number), None)
    if found is None:
        raise NotDone(f"Nothing that gets in the way of task {number} waits for an answer.")
    if not (we_can or cannot or instead):
        raise NotDone("Say what you can do, what you cannot and why, or what you can do instead.")
    if cannot and len((because or "").strip()) < SHORTEST_REASON:
        raise NotDone("“We cannot” needs a reason in a few words, which the person receives.")
    values = {"we_can": we_can, "cannot": cannot, "because": because if cannot else None, "instead": instead}
    answered = {name: _said(words) if words else None for name, words in values.items()}
    change_hand_off(connection, found.id, **answered, answered_at=now)
    add_event(connection, found.task_id, "has an answer to what gets in the way", now, found.person_id)
    words_answered(connection, found, found.person_id, "task barrier", found.barrier, now)
    given = {"hand_off": str(found.id), "task": str(found.task_id)}
    when = f"{now:%Y-%m-%d %H:%M:%S}"
    tell(connection, [found.person_id], f"hand-off-answer:{found.id}:{when}", "hand-off-answer", given, now)
    who = found.called or "Whoever wrote it"
    return [f"{who} gets your answer, and is then asked: try again, with support, or pass it on."]


def thank(connection: Connection, number: int, words: str | None, now: datetime) -> list[str]:
    """Confirm that it is done, with thanks; they are kept for the person."""
    task = _task(connection, number)
    if task.done_at is None or task.thanked_at is not None:
        raise NotDone(f"Task {number} does not wait for thanks.")
    said = words.strip() if words and words.strip() else None
    moves.thank(connection, task, said, now)
    task_answered(connection, task, ("task done",), now)
    if task.done_by_id is not None:
        kept = {"words": said or task.name, "what_for": task.name if said else None}
        add_thanks(
            connection, person_id=task.done_by_id, from_name=task.coordinator, about=f"task:{number}", at=now, **kept
        )
    return [f"{task.doer or 'Whoever did it'} is thanked, as soon as it suits them. Task {number} is done with."]


def close(connection: Connection, number: int, because: str, now: datetime) -> list[str]:
    """Take a task off the list that is not needed any more; whom it concerns is told."""
    task = _task(connection, number)
    if task.thanked_at is not None or task.closed_at is not None:
        raise NotDone(f"Task {number} is off the list already.")
    if task.done_at is not None:
        raise NotDone(f"{task.doer or 'Somebody'} has done task {number}. Say thank you first.")
    told = moves.close(connection, task, _said(because), now)
    task_answered(connection, task, (*WAITS_FOR_SOMEBODY, *AFTER_ALL), now)
    return [f"Task {number} is off the list; {told.now} told."]


def _task(connection: Connection, number: int) -> Row[Any]:
    found = task_numbered(connection, number)
    if found is None:
        raise NotDone(f"There is no task {number}. `alongside task list` shows them.")
    return found


def _said(words: str) -> str:
    said = words.strip().rstrip(".")
    if not said:
        raise NotDone("There are no words in it. Nothing was changed.")
    return said
