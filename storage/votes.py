"""Votes: calling one, who can vote, what was chosen, and what came of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select, update

from storage.nudges import NUDGE, WAITING
from storage.projects import PROJECT
from storage.tables import Vote, VoteVoter, new_id, table_of

VOTE, VOTER = table_of(Vote), table_of(VoteVoter)


def add_vote(
    connection: Connection, voters: Iterable[tuple[int, str]], choices: Mapping[str, str], **values: Any
) -> tuple[int, int]:
    """Call a vote among these people, each with their side; its id, and the number coordinators call it by."""
    vote_id = new_id()
    number = connection.execute(select(func.coalesce(func.max(VOTE.c.number), 0) + 1)).scalar_one()
    written = json.dumps(dict(choices), ensure_ascii=False)
    connection.execute(insert(VOTE), {"id": vote_id, "number": number, "choices": written, **values})
    rows = [{"vote_id": vote_id, "person_id": person, "side": side, "has_voted": False} for person, side in voters]
    connection.execute(insert(VOTER), rows)
    return vote_id, int(number)


def vote_with_id(connection: Connection, vote_id: int, to_change: bool = False) -> Row[Any] | None:
    """That vote; `to_change` waits until nobody else changes it (PostgreSQL; SQLite has one writer)."""
    query = _shown().where(VOTE.c.id == vote_id)
    return connection.execute(query.with_for_update(of=VOTE) if to_change else query).one_or_none()


def vote_numbered(connection: Connection, number: int) -> Row[Any] | None:
    """The one that coordinators call by this number."""
    return connection.execute(_shown().where(VOTE.c.number == number)).one_or_none()


def every_vote(connection: Connection, project_id: int | None = None) -> list[Row[Any]]:
    """All of them, or those of a project, the newest first."""
    query = _shown() if project_id is None else _shown().where(VOTE.c.project_id == project_id)
    return list(connection.execute(query.order_by(VOTE.c.number.desc())))


def open_votes(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Those in which anybody can vote now, the first to close first."""
    return list(connection.execute(_shown().where(VOTE.c.closes_at > now).order_by(VOTE.c.closes_at, VOTE.c.id)))


def open_votes_of(connection: Connection, person_id: int, now: datetime) -> list[Row[Any]]:
    """Those that somebody can vote in now, the first to close first."""
    mine = select(VOTER.c.vote_id).where(VOTER.c.person_id == person_id)
    query = _shown().where(VOTE.c.id.in_(mine), VOTE.c.closes_at > now)
    return list(connection.execute(query.order_by(VOTE.c.closes_at, VOTE.c.id)))


def is_in_a_secret_vote(connection: Connection, person_id: int, now: datetime) -> bool:
    """Whether a secret vote is open in which somebody can vote, or has."""
    mine = select(VOTER.c.vote_id).where(VOTER.c.person_id == person_id)
    query = select(VOTE.c.id).where(VOTE.c.id.in_(mine), VOTE.c.secret.is_(True), VOTE.c.closes_at > now)
    return connection.execute(query.limit(1)).first() is not None


def voter(connection: Connection, vote_id: int, person_id: int) -> Row[Any] | None:
    """Somebody's own row; None: they can't vote in it."""
    query = select(VOTER).where(VOTER.c.vote_id == vote_id, VOTER.c.person_id == person_id)
    return connection.execute(query).one_or_none()


def voters(connection: Connection, vote_id: int) -> list[Row[Any]]:
    """Everybody who can vote: person_id, side, has_voted and choice."""
    return list(connection.execute(select(VOTER).where(VOTER.c.vote_id == vote_id).order_by(VOTER.c.person_id)))


def how_many_have_voted(connection: Connection, vote_id: int) -> tuple[int, int]:
    """How many have voted, of how many who can."""
    query = select(func.count(case((VOTER.c.has_voted.is_(True), 1))), func.count()).where(VOTER.c.vote_id == vote_id)
    voted, could = connection.execute(query).one()
    return int(voted), int(could)


def mark_voted(connection: Connection, vote_id: int, person_id: int, choice: str | None) -> None:
    """They have voted; `choice` only where the vote is open."""
    mine = (VOTER.c.vote_id == vote_id, VOTER.c.person_id == person_id)
    connection.execute(update(VOTER).where(*mine).values(has_voted=True, choice=choice))


def chosen_openly(connection: Connection, vote_id: int) -> Counter[str]:
    """How many chose each in an open vote."""
    query = select(VOTER.c.choice).where(VOTER.c.vote_id == vote_id, VOTER.c.choice.is_not(None))
    return Counter(connection.execute(query).scalars())


def change_vote(connection: Connection, vote_id: int, **values: Any) -> None:
    """Change a vote's row: its box, when it closes, what was counted."""
    connection.execute(update(VOTE).where(VOTE.c.id == vote_id).values(**values))


def bring_result_forward(connection: Connection, about: str, at: datetime) -> None:
    """Tell now what was to be told when the vote closes."""
    connection.execute(update(NUDGE).where(NUDGE.c.about == about, WAITING).values(due_at=at))


def _shown() -> Any:
    """Every column, with the project's name and who decides what it cannot."""
    about = (PROJECT.c.name.label("project"), PROJECT.c.decider)
    return select(VOTE, *about).join(PROJECT, PROJECT.c.id == VOTE.c.project_id)
