"""What an act of a coordinator answers: then the item of the inbox that asked for it waits no longer.

One rule for tasks and hand-offs, whether the act is done at the console or by a command. Ideas wait for their answer in
their own list, and nothing else is in the inbox for them. What is personal (how somebody is, a wish to be rung) stays
until a person says that it is done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.tasks.moves import about
from storage.inbox import mark_answered

WAITS_FOR_SOMEBODY = ("task back", "task offer closed", "task unreachable", "task not for them")
"""What is answered by asking somebody else, or by taking the task off the list."""
AFTER_ALL = ("task after all",)
"""Answered by asking just them."""


def words_answered(
    connection: Connection, task: Row[Any], person_id: int | None, why: str, words: str | None, now: datetime
) -> None:
    """What somebody wrote about a task has its answer."""
    mark_answered(connection, (why,), now, note=about(task, words), person_id=person_id)


def task_answered(
    connection: Connection, task: Row[Any], whys: Collection[str], now: datetime, person_id: int | None = None
) -> None:
    """A task does not wait for these reasons any more: of one person, or of everybody (None)."""
    mark_answered(connection, whys, now, note_begins=f"Task {task.number},", person_id=person_id)
