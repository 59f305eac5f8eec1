"""What coordinators do with questionnaires: save a version, ask people, and see what there is.

Each function is one transaction and says in a few lines what it did; a second time it changes nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.people import NobodyMeant, find_person
from bot.projects.keeping import NotDone
from bot.projects.telling import not_before_they_join, tell
from bot.questionnaires.asking import ABOUT, FLOW
from flows.phrases import plain
from flows.written import Questionnaire
from storage.people import everybody
from storage.projects import members_of, project_named
from storage.questionnaires import (
    KeptVersion,
    begun_by,
    give_to_project,
    newest_version,
    questionnaire_names,
    responses,
    save_version,
    who_is_answering,
    whose_they_are,
)

EVERYBODY = "all"


def save(
    connection: Connection,
    content: Mapping[str, Any],
    now: datetime,
    projects: frozenset[int] | None = None,
    project_id: int | None = None,
) -> list[str]:
    """Keep a questionnaire as a new version, if anything in it has changed.

    Args:
        connection: A transaction.
        content: What was read.
        now: What time it is.
        projects: Those of whoever saves it: only questionnaires of these may be changed; None: all.
        project_id: The project to which a new one belongs; None: to everybody.

    Raises:
        NotDone: Its word or its name is another one's.
    """
    if newest_version(connection, content["name"]) is not None and not may_be_changed(
        connection, content["name"], projects
    ):
        raise NotDone(f"There is a questionnaire called {content['name']} already. Give yours another name.")
    name, keyword = content["name"], plain(content["keyword"]) or None
    other = begun_by(connection, keyword) if keyword else None
    if other is not None and other.name != name:
        raise NotDone(f"keyword: {content['keyword']} begins {other.name} already. Nothing was saved.")
    number = save_version(connection, name, json.dumps(content, ensure_ascii=False), keyword, now)
    if number is None:
        return [f"{name}: nothing has changed, so there is no new version."]
    if number == 1 and project_id is not None:
        give_to_project(connection, name, project_id)
    goes_on = " Whoever is answering an older one goes on with that." if number > 1 else ""
    return [f"{name}: saved as version {number}.{goes_on}"]


def may_be_changed(connection: Connection, name: str, projects: frozenset[int] | None) -> bool:
    """Whether somebody who may see these projects may save a questionnaire anew and see what was answered to it."""
    return projects is None or whose_they_are(connection).get(name) in projects


def may_be_sent(connection: Connection, name: str, projects: frozenset[int] | None) -> bool:
    """Whether they may see it and ask it: one of their projects', or everybody's."""
    owner = whose_they_are(connection).get(name)
    return projects is None or owner is None or owner in projects


def send(connection: Connection, name: str, to: Sequence[str], now: datetime) -> list[str]:
    """Ask people, each as soon as it suits them; whoever is answering it already is left in peace."""
    kept = version_of(connection, name)
    people = people_meant(connection, to)
    answering = people & who_is_answering(connection, name)
    asked = tell(connection, sorted(people - answering), f"{about(name)}{now.date()}", FLOW, {ABOUT: str(kept.id)}, now)
    said = [f"{name}, version {kept.number}: {_people(asked.now)} will be asked, as soon as it suits each of them."]
    said += not_before_they_join(asked)
    if answering:
        said.append(f"{_people(len(answering))} will not: they are still answering it.")
    if before := len(people) - len(answering) - asked.now - asked.later:
        said.append(f"{_people(before)} will not: they have been asked today.")
    return said


def listed(connection: Connection) -> list[str]:
    """Every questionnaire, with its newest version and how many have answered."""
    lines = []
    for name in questionnaire_names(connection):
        kept = version_of(connection, name)
        title = Questionnaire.from_json(json.loads(kept.content), "en").title
        found = responses(connection, name)
        finished = sum(each.finished_on is not None for each in found)
        lines.append(f"{name}: {title}. Version {kept.number}; {finished} finished, {len(found) - finished} not.")
    return lines or ["No questionnaire yet."]


def version_of(connection: Connection, name: str) -> KeptVersion:
    """The newest version of a questionnaire.

    Raises:
        NotDone: There is no such questionnaire.
    """
    kept = newest_version(connection, name)
    if kept is None:
        known = ", ".join(questionnaire_names(connection)) or "none"
        raise NotDone(f"There is no questionnaire “{name}”. There are: {known}.")
    return kept


def about(name: str) -> str:
    """How what is asked of people begins, as nudges are told apart."""
    return f"{FLOW}:{name}:"


def people_meant(connection: Connection, to: Sequence[str]) -> set[int]:
    """Everybody who has joined ("all"), whoever belongs to a project, or the people who are named.

    Raises:
        NobodyMeant: Somebody is not known, or several are called so.
    """
    people: set[int] = set()
    for said in to:
        if said.strip().casefold() == EVERYBODY:
            people |= {row.id for row in everybody(connection) if row.joined_at is not None}
        elif project := project_named(connection, said):
            people |= {row.person_id for row in members_of(connection, project.id)}
        else:
            people.add(find_person(connection, said).id)
    if not people:
        raise NobodyMeant("Nobody is meant: nobody has joined yet, or nobody belongs to that project.")
    return people


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
