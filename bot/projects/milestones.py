"""Milestones: a nudge to the whole group some days before each, and a look back together on the day after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.times import end_of, own_time
from storage.nudges import NewNudge, abouts_waiting, add_nudges, nudges_about, withdraw_nudges
from storage.projects import (
    every_milestone,
    members_not_nudged,
    milestones_between,
    milestones_of,
    milestones_over,
    project_with_id,
)

BEFORE = timedelta(days=3)
A_DAY = timedelta(days=1)
CHANGED = "the milestone is done, or has another day now"
LEFT = "no longer belongs to the project"
LOOKS_BACK_FOR = timedelta(days=7)  # after the milestone; then it is too long ago to ask about


def nudge_before_milestones(connection: Connection, now: datetime, limit: int) -> int:
    """Nudge people about the milestones of these days that are not done, at their own time of day, until its end."""
    new: list[NewNudge] = []
    for step in milestones_between(connection, now.date() - A_DAY, now.date() + BEFORE + A_DAY):
        people = members_not_nudged(connection, step.project_id, _before(step), limit)
        given = _given(connection, step) if people else {}
        for person in people:
            due = own_time(person, step.on_day - BEFORE, step.on_day, now)
            until = end_of(step.on_day, person)
            new.append(NewNudge(person.id, _before(step), "milestone-nudge", due, until, given))
    return add_nudges(connection, [each for each in new if each.until > now][:limit])


def ask_to_look_back(connection: Connection, now: datetime, limit: int) -> int:
    """Ask people how a milestone was, from the day after it; those who had joined by then."""
    new: list[NewNudge] = []
    for step in milestones_over(connection, now.date() - LOOKS_BACK_FOR, now.date() + A_DAY):
        day = over_on(step)
        over = datetime.combine(day + A_DAY, time(), UTC)
        people = members_not_nudged(connection, step.project_id, _after(step), limit, joined_before=over)
        given = _given(connection, step) if people else {}
        for person in people:
            due = own_time(person, day + A_DAY, day + LOOKS_BACK_FOR, now)
            until = end_of(day + LOOKS_BACK_FOR, person)
            if until > now:
                new.append(NewNudge(person.id, _after(step), "reflection", due, until, given))
    return add_nudges(connection, new[:limit])


def over_on(step: Row[Any]) -> date:
    """The day on which a milestone was over: when it was done, and at the latest on its day."""
    day: date = step.on_day if step.done_on is None else min(step.on_day, step.done_on)
    return day


def drop_what_has_changed(connection: Connection, now: datetime) -> None:
    """Leave unsaid what waits to be said about a milestone that is done, has another day now, or is gone."""
    steps = every_milestone(connection)
    still = {_before(each) for each in steps if each.done_on is None} | {_after(each) for each in steps}
    for beginning in ("milestone:", "reflection:"):
        for about in abouts_waiting(connection, beginning):
            if about not in still:
                withdraw_nudges(connection, about, now, CHANGED)


def drop_for_whoever_is_outside(
    connection: Connection, project_id: int, belong: Collection[int], now: datetime
) -> None:
    """Leave unsaid what waits to be said about milestones to people who belonged as long as everybody did."""
    for step in milestones_of(connection, project_id):
        for about in (_before(step), _after(step)):
            waiting = {each.person_id for each in nudges_about(connection, about) if each.state == "waiting"}
            for person_id in sorted(waiting.difference(belong)):
                withdraw_nudges(connection, about, now, LEFT, person_id)


def leave_in_peace(connection: Connection, project_id: int, person_id: int, now: datetime) -> None:
    """Leave unsaid what waits to be said about milestones to somebody who no longer belongs."""
    for step in milestones_of(connection, project_id):
        for about in (_before(step), _after(step)):
            withdraw_nudges(connection, about, now, LEFT, person_id)


def _before(step: Row[Any]) -> str:
    return f"milestone:{step.id}:{step.on_day}"


def _after(step: Row[Any]) -> str:
    return f"reflection:{step.id}:{step.on_day}"


def _given(connection: Connection, step: Row[Any]) -> dict[str, str]:
    """All that the conversation needs, so that it goes on even when the card has changed meanwhile."""
    project = project_with_id(connection, step.project_id)
    called = project.name if project else ""
    return {"project": str(step.project_id), "called": called, "milestone": step.name, "day": over_on(step).isoformat()}
