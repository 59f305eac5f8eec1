"""The board: each open task in the one place that says what it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from bot.tasks.showing import Standing, standing
from storage.tasks import open_tasks

IN_THE_WAY, DONE, WITH_US, OFFERED, IN_HANDS = "in the way", "done", "with us", "offered", "in hands"
PLACES = {
    IN_THE_WAY: "Waits for you",
    DONE: "Done: say thank you",
    WITH_US: "With us: ask somebody",
    OFFERED: "Offered",
    IN_HANDS: "In somebody's hands",
}
"""The places of the board, what needs a coordinator first, and what each is called."""


class OnBoard(NamedTuple):
    """A task and what is to be said of it."""

    task: Row[Any]
    standing: list[Standing]


def board(connection: Connection, project_id: int, now: datetime) -> dict[str, list[OnBoard]]:
    """The open tasks of a project, by the places of `PLACES`."""
    found: dict[str, list[OnBoard]] = {place: [] for place in PLACES}
    for task in open_tasks(connection, project_id):
        said = standing(connection, task, now)
        found[place_of(task, said)].append(OnBoard(task, said))
    return found


def place_of(task: Row[Any], said: list[Standing]) -> str:
    """Where it is on the board: what somebody waits for goes before whose it is."""
    if any(each.is_asked_of_us for each in said):
        return IN_THE_WAY
    if task.holder_id is not None:
        return IN_HANDS
    if task.done_at is not None:
        return DONE
    return OFFERED if any(each.is_offer for each in said) else WITH_US
