"""Casting and counting: one person one vote, and nobody, not even a coordinator, sees numbers before it closes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.votes.box import close_box, open_box
from flows.votes import SMALLEST_SECRET, Outcome, Result, outcome_of
from storage.votes import change_vote, chosen_openly, mark_voted, vote_with_id, voter, voters

SMALLEST_GROUP = 5  # of fewer, how many of each side have voted would tell who


def cast(connection: Connection, vote_id: int, person_id: int, choice: str, now: datetime, key: bytes | None) -> None:
    """Count a vote; in an open vote instead of the one before. Too late, not theirs, or a second secret one: nothing.

    Raises:
        BoxStaysClosed: A secret vote without its key; nothing is counted.
    """
    row, mine = _locked(connection, vote_id), voter(connection, vote_id, person_id)
    if mine is None or row.closes_at <= now or choice not in choices_of(row):
        return
    if not row.secret:
        mark_voted(connection, vote_id, person_id, choice)
    elif not mine.has_voted:
        counts = open_box(key, vote_id, row.box)
        change_vote(connection, vote_id, box=close_box(key, vote_id, counts + Counter({choice: 1})))
        mark_voted(connection, vote_id, person_id, None)


def result_of(connection: Connection, vote: Row[Any], now: datetime, key: bytes | None) -> Result | None:
    """What came of a vote; None while it is open. Whoever asks first after it has closed counts it, for ever.

    Raises:
        BoxStaysClosed: A secret vote without its key; it waits for the key.
    """
    if vote.closes_at > now:
        return None
    if vote.counted_at is None:
        vote = _count(connection, vote.id, now, key)
    names, everybody = choices_of(vote), voters(connection, vote.id)
    voted = [each for each in everybody if each.has_voted]
    counts: dict[str, int] | None = json.loads(vote.counts) if vote.counts else None
    outcome: Outcome = "too few" if counts is None else outcome_of(counts, vote.way)
    shown = sorted((counts or {}).items(), key=lambda each: (-each[1], each[0]))
    says_sides = len(everybody) >= SMALLEST_GROUP and bool(voted)
    return Result(
        outcome=outcome,
        could=len(everybody),
        voted=len(voted),
        counts=tuple((names[choice], count) for choice, count in shown) if voted else (),
        way=vote.way,
        volunteers=sum(each.side == "volunteer" for each in voted) if says_sides else None,
    )


def choices_of(vote: Row[Any]) -> Mapping[str, str]:
    """What is stored for each choice, to its name."""
    choices: dict[str, str] = json.loads(vote.choices)
    return choices


def _count(connection: Connection, vote_id: int, now: datetime, key: bytes | None) -> Row[Any]:
    row = _locked(connection, vote_id)
    if row.counted_at is not None:
        return row
    counted = _counted(connection, row, key)
    change_vote(connection, vote_id, counts=json.dumps(counted) if counted else None, counted_at=now, box=None)
    return _locked(connection, vote_id)


def _locked(connection: Connection, vote_id: int) -> Row[Any]:
    row = vote_with_id(connection, vote_id, to_change=True)
    if row is None:
        raise LookupError("the vote is no longer kept")
    return row


def _counted(connection: Connection, vote: Row[Any], key: bytes | None) -> dict[str, int] | None:
    """How many chose each, with those that nobody chose; None: too few voted in secret, and it stays unopened."""
    if not vote.secret:
        found = chosen_openly(connection, vote.id)
    elif sum(each.has_voted for each in voters(connection, vote.id)) < SMALLEST_SECRET:
        return None
    else:
        found = open_box(key, vote.id, vote.box)
    return {choice: found[choice] for choice in choices_of(vote)}
