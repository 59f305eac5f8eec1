"""What the organisation did with what it heard: counts over a time, and how a group is, never a ranking of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from sqlalchemy import Connection, distinct, func, or_, select

from storage.desk import CHECK_IN
from storage.meetings import MEETING
from storage.projects import MEMBER, MILESTONE, who_belongs
from storage.reflections import REFLECTION
from storage.suggestions import SUGGESTION

FEWEST = 5
"""People: of fewer nothing is said about how they are, because everybody would know who."""


@dataclass(frozen=True)
class Heard:
    """What became of a project's ideas since a moment.

    Attributes:
        ideas: How many there were.
        waiting: How many have no answer yet, `past_promise` of them after the day that was promised.
        answers: How many were answered how.
        in_time: How many were answered by the promised day.
        told: Of how many the group was told what was done.
        taken_up_from: How many ideas of "staff" and of a "volunteer" were taken up, wholly or partly.
    """

    ideas: int
    waiting: int
    past_promise: int
    answers: Counter[str]
    in_time: int
    told: int
    taken_up_from: Counter[str]


def what_became_of_ideas(connection: Connection, project_id: int, since: datetime, today: date) -> Heard:
    """What became of the ideas that came since then."""
    mine = SUGGESTION.c.project_id == project_id, SUGGESTION.c.at >= since, SUGGESTION.c.state != "taken back"
    rows = list(connection.execute(select(SUGGESTION).where(*mine)))
    of_members = select(MEMBER.c.person_id, MEMBER.c.side).where(MEMBER.c.project_id == project_id)
    sides = {each.person_id: each.side for each in connection.execute(of_members)}
    answered = [each for each in rows if each.state == "answered"]
    taken_up = [each for each in answered if each.answer in ("taken up", "partly")]
    waiting = [each for each in rows if each.state == "waiting"]
    return Heard(
        ideas=len(rows),
        waiting=len(waiting),
        past_promise=sum(each.promised_on < today for each in waiting),
        answers=Counter(each.answer for each in answered),
        in_time=sum(each.answered_at.date() <= each.promised_on for each in answered),
        told=sum(each.said_did is not None for each in rows),
        taken_up_from=Counter(sides.get(each.person_id, "volunteer") for each in taken_up),
    )


def milestones_since(connection: Connection, project_id: int, since: date, today: date) -> tuple[int, int, int]:
    """How many milestones there were, how many of them are done, and on how many the group looked back.

    One that is done counts by the day it was done, early or not; one that is not, by its planned day.
    """
    planned = MILESTONE.c.done_on.is_(None) & MILESTONE.c.on_day.between(since, today)
    then = or_(MILESTONE.c.done_on.between(since, today), planned)
    rows = list(connection.execute(select(MILESTONE).where(MILESTONE.c.project_id == project_id, then)))
    looked_back = select(func.count(distinct(REFLECTION.c.milestone))).where(
        REFLECTION.c.project_id == project_id, REFLECTION.c.on_day.between(since, today)
    )
    done = sum(each.done_on is not None for each in rows)
    return len(rows), done, connection.execute(looked_back).scalar_one()


def meetings_since(connection: Connection, project_id: int, since: datetime, now: datetime) -> tuple[int, int]:
    """How many meetings there were, and from how many everybody got the decisions."""
    held = MEETING.c.project_id == project_id, MEETING.c.starts_at.between(since, now), MEETING.c.cancelled_at.is_(None)
    rows = list(connection.execute(select(MEETING.c.noted_at).where(*held)))
    return len(rows), sum(each.noted_at is not None for each in rows)


def how_the_group_is(connection: Connection, project_id: int, since: datetime) -> list[tuple[str, float, int]]:
    """By month ("2026-03") the mean mood from 1 to 5 and how many people said one; without months of fewer than 5."""
    people = who_belongs(connection, project_id).subquery()
    query = (
        select(CHECK_IN.c.person_id, CHECK_IN.c.mood, CHECK_IN.c.at)
        .join(people, people.c.person_id == CHECK_IN.c.person_id)
        .where(CHECK_IN.c.at >= since, CHECK_IN.c.mood.is_not(None))
    )
    by_month: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for person_id, mood, at in connection.execute(query):
        by_month[f"{at:%Y-%m}"][person_id].append(mood)
    return [
        (month, fmean(fmean(moods) for moods in said.values()), len(said))
        for month, said in sorted(by_month.items())
        if len(said) >= FEWEST
    ]
