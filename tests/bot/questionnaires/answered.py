"""People who have answered the café's questionnaire, without a conversation for each."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from bot.simulation import World
from storage.database import Database
from storage.desk import Desk
from storage.questionnaires import begin_response, finish_response, keep_answer

_conversations = count(1)
MONDAY = date(2026, 3, 2)
ALL = {
    "open": "yes",
    "came-by": "by-bus",
    "welcome": 2,
    "door": {"kind": "photo", "reference": "kept"},
    "better": "tea",
}


def answers(world: World, version_id: int, called: str, given: dict[str, object] | None = None, **how) -> int:
    """Somebody answers; returns who."""
    return answered_in(world.service.database, world.clock(), version_id, called, given, **how)


def answered_in(
    database: Database,
    now: datetime,
    version_id: int,
    called: str,
    given: dict[str, object] | None = None,
    *,
    named: bool = False,
    quotable: bool = True,
    finished: bool = True,
    on: date = MONDAY,
    person_id: int | None = None,
) -> int:
    conversation = next(_conversations)
    with database.writing() as connection:
        if person_id is None:
            desk = Desk(connection, now)
            person_id = desk.add_person(called=called, joined_at=now).id
            desk.put_away()
        begin_response(connection, conversation, version_id, person_id, named, on)
        for key, value in (ALL if given is None else given).items():
            keep_answer(connection, conversation, key, value, "", on)
        if finished:
            finish_response(connection, conversation, quotable, on)
    return person_id
