"""`alongside report`: what was done with what was heard, project by project. It counts promises, not people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.projects.keeping import balance
from flows.suggestion import ANSWERS
from storage.projects import projects
from storage.report import FEWEST, how_the_group_is, meetings_since, milestones_since, what_became_of_ideas


def report_lines(connection: Connection, days: int, now: datetime) -> list[str]:
    """The report over the last so many days."""
    since = now - timedelta(days=days)
    lines = [f"What was done with what was heard, {since:%d %B %Y} to {now:%d %B %Y}"]
    for project in projects(connection):
        lines += ["", *balance(connection, project.name)[:1], *_project(connection, project, since, now)]
    return lines


def _project(connection: Connection, project: Row[Any], since: datetime, now: datetime) -> Iterator[str]:
    ideas = what_became_of_ideas(connection, project.id, since, now.date())
    answered = ", ".join(f"{ideas.answers[each]} {each}" for each in ANSWERS if ideas.answers[each]) or "none yet"
    late = f", {ideas.past_promise} of them past the day that was promised" if ideas.past_promise else ""
    yield f"   Ideas: {ideas.ideas}. Answered: {answered}; {ideas.in_time} by the promised day."
    yield f"   Waiting for an answer: {ideas.waiting}{late}."
    yield f"   Taken up: {ideas.taken_up_from['volunteer']} of volunteers, {ideas.taken_up_from['staff']} of staff."
    yield f"   The group was told what was done with {ideas.told} of them."
    had_their_day, done, looked_back = milestones_since(connection, project.id, since.date(), now.date())
    yield f"   Milestones: {had_their_day}, {done} of them done. Looked back on together: {looked_back}."
    held, with_notes = meetings_since(connection, project.id, since, now)
    yield f"   Meetings: {held}. Decisions sent to everybody: {with_notes}."
    months = how_the_group_is(connection, project.id, since)
    said = "; ".join(f"{month}: {mood:.1f} ({people} people)" for month, mood, people in months)
    yield f"   How the group is, from 1 to 5: {said or f'too few to say, which is fewer than {FEWEST}'}."
