"""What a coordinator hears of when somebody whom they have chosen is asked about a task: only what is true."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from sqlalchemy import Connection

from bot.tasks.moves import ANSWER_WITHIN
from bot.times import zone_of
from bot.writing_first import IN_CONVERSATION, Held, in_a_hard_moment, is_long_silent, where_to_write
from storage.alerts import in_open_alerts
from storage.audiences import candidates
from storage.desk import Desk
from storage.records import PersonRecord

FIVE_DAYS = f"{ANSWER_WITHIN.days} days"
A_HARD_MOMENT = " This is a hard moment for them."
HELD_BY = {
    "paused": "they have asked for a pause",
    "quiet hours": "these are their quiet hours",
    "a person writes with them": "somebody of the team is writing with them",
    IN_CONVERSATION: "they are in the middle of a conversation",
}
"""Why nothing is said to somebody first just now, in a sentence."""


def when_asked(connection: Connection, people: Sequence[int], now: datetime) -> dict[int, str]:
    """For each of these people, in a sentence that begins with their name, when they are asked about a task."""
    desk = Desk(connection, now)
    desk.fetch_people(sorted(people))
    hard = {each.id for each in candidates(connection, now, list(people)) if each.in_hard_moment}
    found = [person for its_id in people if (person := desk.person(its_id)) is not None]
    in_danger = in_open_alerts(connection, people)
    said = {each.id: _sentence(desk, each, in_danger) for each in found}
    return {its_id: f"{each}{A_HARD_MOMENT}" if its_id in hard - in_danger else each for its_id, each in said.items()}


def _sentence(desk: Desk, person: PersonRecord, in_danger: Set[int]) -> str:
    name, found = person.called or "This person", where_to_write(desk, person)
    if person.id in in_danger and not (isinstance(found, Held) and found.why != IN_CONVERSATION):
        found = in_a_hard_moment(desk, person)
    if not isinstance(found, Held):
        if is_long_silent(desk, found):
            return f"{name} is not asked yet: nothing came from them for 90 days. They are asked once they write."
        return f"{name} is asked now, and has {FIVE_DAYS} to answer."
    why = HELD_BY.get(found.why, found.why)
    if found.until is None or found.until > desk.now + ANSWER_WITHIN:
        until = f" until {found.until.astimezone(zone_of(person.zone)):%a %d %b}" if found.until else ""
        return f"{name} is NOT asked: {why}{until}. A person can ask them."
    return (
        f"{name} is not asked yet: {why}. They are asked as soon as it suits them, if that is within {FIVE_DAYS}, "
        f"and then have {FIVE_DAYS} to answer."
    )
