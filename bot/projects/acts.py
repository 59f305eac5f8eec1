"""Carrying out what the flows of projects want done."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.acts import carries_out, joined, went_back
from bot.projects.telling import welcome_to_all
from flows.acts import Reflect, Suggest
from storage.nudges import say_now_that_they_joined
from storage.projects import project_with_id
from storage.records import ConversationRecord
from storage.reflections import keep_reflection
from storage.suggestions import add_suggestion, take_suggestion_back

if TYPE_CHECKING:
    from bot.sitting import Sitting

ANSWERED_WITHIN = timedelta(days=14)  # where it is for no project


@carries_out(Suggest)
def _(act: Suggest, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    desk = sitting.desk
    project = project_with_id(desk.connection, int(act.project)) if act.project else None
    within = timedelta(days=project.answer_within_days) if project else ANSWERED_WITHIN
    add_suggestion(
        desk.connection,
        conversation_id=conversation.id,
        name=name,
        person_id=sitting.person.id,
        project_id=project.id if project else None,
        words=act.words,
        at=desk.now,
        promised_on=sitting.today + within,
    )


@went_back
def _(sitting: Sitting, conversation: ConversationRecord, names: tuple[str, ...]) -> None:
    if any(name.startswith(Suggest.__name__) for name in names):
        take_suggestion_back(sitting.desk.connection, conversation.id, names)


@carries_out(Reflect)
def _(act: Reflect, sitting: Sitting, conversation: ConversationRecord, name: str) -> None:
    about = {
        "project_id": int(sitting.given(conversation, "project")),
        "milestone": sitting.given(conversation, "milestone"),
        "on_day": date.fromisoformat(sitting.given(conversation, "day")),
        "person_id": sitting.person.id,
    }
    keep_reflection(sitting.desk.connection, conversation.id, about, {**asdict(act), "at": sitting.desk.now})


@joined
def _(sitting: Sitting) -> None:
    say_now_that_they_joined(sitting.desk.connection, sitting.person.id, sitting.desk.now)
    welcome_to_all(sitting.desk.connection, sitting.person.id, sitting.desk.now)
