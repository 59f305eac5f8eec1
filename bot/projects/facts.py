"""What flows can know of a person's projects, and of the suggestion that a conversation is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row

from bot.facts import Given, fact
from bot.projects.reflecting import look_back
from flows.milestones import LookBack, Step
from flows.projects import Card, Limit
from flows.suggestion import Answered
from storage.projects import limits_of, milestones_of, project_with_id, projects_of, rule_of
from storage.reflections import reflections_on
from storage.suggestions import suggestion_with_id

if TYPE_CHECKING:
    from bot.sitting import Sitting


def card_of(connection: Connection, project: Row[Any], today: date) -> Card:
    """A project's card as it is on a day."""
    steps, rule = milestones_of(connection, project.id), rule_of(connection, project.id)
    to_come = [(each.name, each.on_day) for each in steps if each.done_on is None and each.on_day >= today]
    return Card(
        id=str(project.id),
        name=project.name,
        goal=project.goal,
        rung=project.rung,
        decider=project.decider,
        decider_in_group=project.decider_in_group,
        answer_by=today + timedelta(days=project.answer_within_days),
        fixed=project.fixed,
        open=project.open,
        values=project.shared_values,
        rule=rule.wording if rule else None,
        limits=tuple(Limit(each.what, each.why, each.instead) for each in limits_of(connection, project.id)),
        steps_done=sum(each.done_on is not None for each in steps),
        steps=len(steps),
        next_milestone=to_come[0] if to_come else None,
    )


@fact("projects")
def _projects(sitting: Sitting, given: Given) -> dict[str, Card]:
    connection, person = sitting.desk.connection, sitting.person
    belongs_to = projects_of(connection, person.id, person.joined_at is not None)
    return {str(each.id): card_of(connection, each, sitting.today) for each in belongs_to}


@fact("project")
def _project(sitting: Sitting, given: Given) -> Card:
    connection = sitting.desk.connection
    project = project_with_id(connection, int(given["project"]))
    if project is None:
        raise LookupError("the project is no longer kept")
    return card_of(connection, project, sitting.today)


@fact("suggestion")
def _suggestion(sitting: Sitting, given: Given) -> Answered:
    row = suggestion_with_id(sitting.desk.connection, int(given["suggestion"]))
    if row is None or row.answer is None:
        raise LookupError("the suggestion is no longer kept")
    limit = Limit(row.limit, row.limit_why, row.limit_instead) if row.limit else None
    return Answered(row.words, row.answer, row.answered_by, row.reason, limit)


@fact("said_did")
def _said_did(sitting: Sitting, given: Given) -> tuple[str | None, str]:
    row = suggestion_with_id(sitting.desk.connection, int(given["suggestion"]))
    if row is None or row.said_did is None:
        raise LookupError("the suggestion is no longer kept")
    return None if "in_our_words" in given else row.words, row.said_did


@fact("takes_feedback")
def _takes_feedback(sitting: Sitting, given: Given) -> bool:
    return sitting.voice.takes_feedback


@fact("milestone")
def _milestone(sitting: Sitting, given: Given) -> Step:
    return Step(given["called"], given["milestone"], date.fromisoformat(given["day"]))


@fact("look_back")
def _look_back(sitting: Sitting, given: Given) -> LookBack:
    """What was shared, as it was then; whoever wanted to be forgotten since is not in it."""
    step = _milestone(sitting, given)
    said = reflections_on(sitting.desk.connection, int(given["project"]), step.name, step.day)
    return look_back(step, [each for each in said if each.shared_at is not None])
