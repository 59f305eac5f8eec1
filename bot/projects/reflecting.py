"""What a group said when it looked back on a milestone: shown to a coordinator first, and told to all on request."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bot.projects.keeping import NotDone, project_called
from bot.projects.telling import tell_group, will_be_told
from flows.milestones import FEWEST, LookBack, Step
from storage.reflections import (
    leave_out,
    mark_looked_at,
    mark_shared,
    reflected_on,
    reflections_on,
)

QUESTIONS = {"well": "went well", "differently": "differently", "note": "also"}
PEOPLE_HAVE = timedelta(days=8)  # from the milestone on, to answer


class Saying(NamedTuple):
    """Words that may go to the group, and the question they answer."""

    question: str
    words: str
    conversation_id: int
    is_left_out: bool


def reflection(
    connection: Connection, project: str, milestone: str, numbers: Sequence[int], send: bool, now: datetime
) -> list[str]:
    """Show what would go to the group; keep words back; and on request tell everybody who belongs.

    Args:
        connection: A transaction.
        project: The project's name.
        milestone: The milestone's name.
        numbers: The words to keep back, as they were numbered when they were shown.
        send: Whether to tell the group now what has been shown before.
        now: When it is.

    Raises:
        NotDone: There is nothing, or something has come that nobody has looked at; nothing was told.
    """
    row = project_called(connection, project)
    given = _reflections(connection, row, milestone)
    if (numbers or send) and any(each.looked_at is None for each in given):
        raise NotDone("Something has come that nobody has looked at. Look first, without --leave-out and --send.")
    if given[0].shared_at is not None:
        raise NotDone("The group has been told. Nothing was changed.")
    _leave_out(connection, given, numbers)
    given = _reflections(connection, row, milestone)
    if not send:
        mark_looked_at(connection, [each.conversation_id for each in given], now)
        return _shown(row.name, given)
    mark_shared(connection, [each.conversation_id for each in given], now)
    about = f"reflection-shared:{row.id}:{given[0].on_day}:{given[0].milestone}"
    its = {"project": str(row.id), "called": row.name, "milestone": given[0].milestone, "day": str(given[0].on_day)}
    return [will_be_told(tell_group(connection, row.id, about, "reflection-shared", its, now))]


@dataclass(frozen=True)
class Preview:
    """What would go to the group, for a coordinator to look at.

    Attributes:
        step: The milestone.
        took_part: How many did.
        average: How it was for them, from 1 to 5; None: of too few.
        sayings: What the group would hear, in the order of its numbers.
        ours: What is for the team only.
        is_shared: Whether the group has been told.
        seen: Of which state this is; another, once anything has come or changed.
    """

    step: Step
    took_part: int
    average: str | None
    sayings: tuple[Saying, ...]
    ours: tuple[str, ...]
    is_shared: bool
    seen: str


def preview(connection: Connection, project: Row[Any], milestone: str) -> Preview:
    """What the group said of a milestone.

    Raises:
        NotDone: Nobody has looked back on it.
    """
    given = _reflections(connection, project, milestone)
    step = Step(project.name, given[0].milestone, given[0].on_day)
    state = hashlib.sha256("\n".join(_shown(project.name, given)).encode())
    ours = sorted(getattr(each, q) for each in given for q in QUESTIONS if not each.may_share and getattr(each, q))
    average, is_shared = look_back(step, given).average, given[0].shared_at is not None
    return Preview(step, len(given), average, tuple(sayings(given)), tuple(ours), is_shared, state.hexdigest()[:16])


def share_what_was_seen(
    connection: Connection, project: Row[Any], milestone: str, numbers: Sequence[int], seen: str, now: datetime
) -> list[str]:
    """Tell the group what a coordinator has looked at, without the words with these numbers.

    Raises:
        NotDone: Something has come or was kept back since they looked; nothing was told.
    """
    if preview(connection, project, milestone).seen != seen:
        raise NotDone("Something has come or changed since you looked. Please look again; nothing was told.")
    given = _reflections(connection, project, milestone)
    mark_looked_at(connection, [each.conversation_id for each in given], now)
    return reflection(connection, project.name, milestone, numbers, send=True, now=now)


def look_back(step: Step, reflections: Sequence[Row[Any]]) -> LookBack:
    """What the group is told: of fewer than five people nothing but how many they were."""
    if len(reflections) < FEWEST:
        return LookBack(step, len(reflections))
    feelings = [each.feeling for each in reflections if each.feeling is not None]
    said: dict[str, list[str]] = {question: [] for question in QUESTIONS}
    for each in sayings(reflections):
        if not each.is_left_out:
            said[each.question].append(each.words)
    return LookBack(
        step,
        len(reflections),
        f"{mean(feelings):.1f}" if len(feelings) >= FEWEST else None,
        tuple(said["well"]),
        tuple(said["differently"]),
        tuple(said["note"]),
    )


def sayings(reflections: Sequence[Row[Any]]) -> list[Saying]:
    """The words that people agreed to share, by question and then by the alphabet, which tells nothing of who."""
    found = [
        Saying(question, getattr(each, question), each.conversation_id, question in each.left_out.split())
        for each in reflections
        for question in QUESTIONS
        if each.may_share and getattr(each, question)
    ]
    return sorted(found, key=lambda saying: (list(QUESTIONS).index(saying.question), saying.words.casefold()))


def _reflections(connection: Connection, project: Row[Any], milestone: str) -> list[Row[Any]]:
    known = reflected_on(connection, project.id)
    name = next((each for each in known if each.casefold() == milestone.strip().casefold()), None)
    if name is None:
        so_far = ", ".join(known) or "none yet"
        raise NotDone(f"Nobody has looked back on “{milestone}” of {project.name}. There is something on: {so_far}.")
    return reflections_on(connection, project.id, name)


def _leave_out(connection: Connection, given: Sequence[Row[Any]], numbers: Sequence[int]) -> None:
    shown = sayings(given)
    for number in numbers:
        if not 1 <= number <= len(shown):
            raise NotDone(f"There are no words {number}. They are numbered from 1 to {len(shown)}.")
    kept_back = {each.conversation_id: set(each.left_out.split()) for each in given}
    for number in numbers:
        kept_back[shown[number - 1].conversation_id].add(shown[number - 1].question)
    for conversation_id, questions in kept_back.items():
        leave_out(connection, conversation_id, " ".join(sorted(questions)))


def _shown(project: str, given: Sequence[Row[Any]]) -> list[str]:
    step = Step(project, given[0].milestone, given[0].on_day)
    told = look_back(step, given)
    lines = [f"{project}, {step.name} ({step.day:%a %d %b}): {len(given)} took part."]
    if told.average:
        lines.append(f"How it was for them, from 1 to 5: {told.average} on average.")
    if len(given) < FEWEST:
        lines.append(f"Of fewer than {FEWEST} people the group hears only how many took part.")
    lines += ["", "For the group, naming nobody:"]
    for number, each in enumerate(sayings(given), 1):
        kept_back = "  (left out)" if each.is_left_out else ""
        lines.append(f"{number:4}  {QUESTIONS[each.question]}: “{each.words}”{kept_back}")
    ours = sorted(getattr(each, q) for each in given for q in QUESTIONS if not each.may_share and getattr(each, q))
    if ours:
        lines += ["", "For the team only:", *(f"      “{each}”" for each in ours)]
    named = f'alongside project reflection "{project}" "{step.name}"'
    lines += ["", f"People can answer until {step.day + PEOPLE_HAVE:%a %d %b}, or a little longer."]
    return [*lines, f"Keep words back:  {named} --leave-out 2", f"Tell the group:   {named} --send"]
