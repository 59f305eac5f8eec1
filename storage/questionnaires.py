"""Questionnaires: keeping each version of them, and what people answer, day by day and no closer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from storage.desk import CONVERSATION, PERSON
from storage.direct import read
from storage.nudges import NUDGE
from storage.searching import belongs_to_one_of
from storage.tables import (
    QuestionnaireAnswer,
    QuestionnaireProject,
    QuestionnaireResponse,
    QuestionnaireVersion,
    new_id,
    table_of,
)

VERSION, RESPONSE = table_of(QuestionnaireVersion), table_of(QuestionnaireResponse)
ANSWER, OF = table_of(QuestionnaireAnswer), table_of(QuestionnaireProject)
_SAID = ("version_id", "person_id", "pseudonym", "named", "quotable", "begun_on", "finished_on")
_WITH_KEYWORD = (
    select(VERSION.c.name).where(VERSION.c.keyword == bindparam("its_keyword")).distinct().order_by(VERSION.c.name)
)


@dataclass(frozen=True)
class KeptVersion:
    """One version of a questionnaire; `content` is JSON."""

    id: int
    name: str
    number: int
    keyword: str | None
    content: str
    saved_at: datetime


class Response(NamedTuple):
    """What somebody answered.

    Attributes:
        version_id: To which version.
        person_id: Who; to tell one person's responses from another's, and never shown.
        pseudonym: What stands for this response wherever it is shown.
        called: Their name, only where they agreed to that.
        named: Whether they did.
        quotable: Whether they agreed to be quoted.
        begun_on: The day on which they agreed to answer.
        finished_on: The day on which they came to the end; None: not yet.
        answers: By question: the value as plain JSON, what was said besides, and the day.
    """

    version_id: int
    person_id: int
    pseudonym: str
    called: str | None
    named: bool
    quotable: bool
    begun_on: date
    finished_on: date | None
    answers: dict[str, tuple[Any, str | None, date]]


def save_version(connection: Connection, name: str, content: str, keyword: str | None, now: datetime) -> int | None:
    """Keep a new version if anything has changed; its number, or None where nothing has."""
    newest = newest_version(connection, name)
    if newest is not None and newest.content == content:
        return None
    number = newest.number + 1 if newest else 1
    row = {"id": new_id(), "name": name, "number": number, "keyword": keyword, "content": content, "saved_at": now}
    connection.execute(insert(VERSION), row)
    return number


def newest_version(connection: Connection, name: str) -> KeptVersion | None:
    """The version that is sent from now on."""
    query = select(VERSION).where(VERSION.c.name == name).order_by(VERSION.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return KeptVersion(**row._mapping) if row else None


def version(connection: Connection, its_id: int) -> KeptVersion | None:
    """The version with this id."""
    row = connection.execute(select(VERSION).where(VERSION.c.id == its_id)).first()
    return KeptVersion(**row._mapping) if row else None


def versions(connection: Connection, name: str) -> list[KeptVersion]:
    """Every version, the oldest first."""
    query = select(VERSION).where(VERSION.c.name == name).order_by(VERSION.c.number)
    return [KeptVersion(**row._mapping) for row in connection.execute(query)]


def questionnaire_names(connection: Connection) -> list[str]:
    """The names of all questionnaires."""
    return list(connection.execute(select(VERSION.c.name).distinct().order_by(VERSION.c.name)).scalars())


def give_to_project(connection: Connection, name: str, project_id: int) -> None:
    """A questionnaire belongs to a project from now on."""
    connection.execute(delete(OF).where(OF.c.name == name))
    connection.execute(insert(OF), {"name": name, "project_id": project_id})


def whose_they_are(connection: Connection) -> dict[str, int]:
    """The project that a questionnaire belongs to, by its name; one that is not here belongs to everybody."""
    return {row.name: row.project_id for row in connection.execute(select(OF))}


def begun_by(connection: Connection, keyword: str) -> KeptVersion | None:
    """The questionnaire that a word begins, if its newest version still says so."""
    for (name,) in list(read(connection, _WITH_KEYWORD, {"its_keyword": keyword})):
        newest = newest_version(connection, name)
        if newest is not None and newest.keyword == keyword:
            return newest
    return None


def begin_response(
    connection: Connection, conversation_id: int, version_id: int, person_id: int, named: bool, on: date
) -> None:
    """They have agreed: from now on answers are kept."""
    forget_response(connection, conversation_id)
    row = {
        "conversation_id": conversation_id,
        "version_id": version_id,
        "person_id": person_id,
        "pseudonym": f"R-{secrets.token_hex(6)}",
        "named": named,
        "begun_on": on,
    }
    connection.execute(insert(RESPONSE), row)


def keep_answer(connection: Connection, conversation_id: int, key: str, value: Any, more: str, on: date) -> None:
    """Keep an answer; what was answered to that question before gives way to it."""
    forget_answers(connection, conversation_id, [key])
    said = json.dumps(value, ensure_ascii=False)
    row = {"conversation_id": conversation_id, "key": key, "value": said, "more": more or None, "on": on}
    connection.execute(insert(ANSWER), row)


def forget_answers(connection: Connection, conversation_id: int, keys: Sequence[str]) -> None:
    """They went BACK over these questions."""
    connection.execute(delete(ANSWER).where(ANSWER.c.conversation_id == conversation_id, ANSWER.c.key.in_(keys)))


def forget_response(connection: Connection, conversation_id: int) -> None:
    """They went BACK over their consent: nothing is kept."""
    for table in (ANSWER, RESPONSE):
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))


def finish_response(connection: Connection, conversation_id: int, quotable: bool, on: date) -> None:
    """They have come to the end."""
    these = update(RESPONSE).where(RESPONSE.c.conversation_id == conversation_id)
    connection.execute(these.values(quotable=quotable, finished_on=on))


def responses(connection: Connection, name: str, projects: frozenset[int] | None = None) -> list[Response]:
    """Everything that was answered to any version of it, finished or not, in an order that tells nothing.

    Of people who belong to one of these projects; None: of everybody, also of whoever is forgotten.
    """
    query: Select[Any] = (
        select(RESPONSE.c.conversation_id, PERSON.c.called, *(RESPONSE.c[each] for each in _SAID))
        .join(VERSION, VERSION.c.id == RESPONSE.c.version_id)
        .outerjoin(PERSON, PERSON.c.id == RESPONSE.c.person_id)
        .where(VERSION.c.name == name, belongs_to_one_of(projects))
        .order_by(RESPONSE.c.pseudonym)
    )
    answers = _answers_to(connection, name)
    return [_response(row, answers) for row in connection.execute(query).all()]


def _response(row: Sequence[Any], answers: Mapping[int, dict[str, tuple[Any, str | None, date]]]) -> Response:
    conversation, called, version, person, pseudonym, named, quotable, begun_on, finished_on = row
    theirs, may_be_called = answers.get(conversation, {}), called if named else None
    return Response(version, person, pseudonym, may_be_called, named, bool(quotable), begun_on, finished_on, theirs)


def _answers_to(connection: Connection, name: str) -> dict[int, dict[str, tuple[Any, str | None, date]]]:
    query: Select[Any] = (
        select(*(ANSWER.c[each] for each in ("conversation_id", "key", "value", "more", "on")))
        .join(RESPONSE, RESPONSE.c.conversation_id == ANSWER.c.conversation_id)
        .join(VERSION, VERSION.c.id == RESPONSE.c.version_id)
        .where(VERSION.c.name == name)
    )
    value_of = cache(json.loads)  # most answers are the same few
    found: dict[int, dict[str, tuple[Any, str | None, date]]] = {}
    for conversation, key, value, more, on in connection.execute(query).all():
        found.setdefault(conversation, {})[key] = (value_of(value), more, on)
    return found


def earlier_answers(connection: Connection, person_id: int, version_id: int) -> dict[str, list[tuple[date, Any]]]:
    """What somebody answered each time they finished any version of a questionnaire, by question, oldest first."""
    same = select(VERSION.c.name).where(VERSION.c.id == version_id).scalar_subquery()
    query = (
        select(ANSWER.c.key, ANSWER.c.value, ANSWER.c.on)
        .join(RESPONSE, RESPONSE.c.conversation_id == ANSWER.c.conversation_id)
        .join(VERSION, VERSION.c.id == RESPONSE.c.version_id)
        .where(
            RESPONSE.c.person_id == person_id,
            VERSION.c.name == same,
            RESPONSE.c.finished_on.is_not(None),
        )
        .order_by(ANSWER.c.on, RESPONSE.c.conversation_id)
    )
    found: dict[str, list[tuple[date, Any]]] = {}
    for key, value, on in connection.execute(query):
        if (said := json.loads(value)) is not None:
            found.setdefault(key, []).append((on, said))
    return found


def how_many_have_finished(connection: Connection, name: str) -> int:
    """How many have come to the end of any version of a questionnaire."""
    query = select(func.count()).select_from(RESPONSE).join(VERSION, VERSION.c.id == RESPONSE.c.version_id)
    return connection.execute(query.where(VERSION.c.name == name, RESPONSE.c.finished_on.is_not(None))).scalar_one()


def who_answered(connection: Connection, name: str) -> set[int]:
    """The people who have begun to answer any version of a questionnaire."""
    query = (
        select(RESPONSE.c.person_id).join(VERSION, VERSION.c.id == RESPONSE.c.version_id).where(VERSION.c.name == name)
    )
    return set(connection.execute(query).scalars())


def who_was_asked(connection: Connection, about: str) -> set[int]:
    """The people who were or are to be asked: `about` is how what their nudges are about begins."""
    return set(connection.execute(select(NUDGE.c.person_id).where(NUDGE.c.about.startswith(about))).scalars())


def who_is_answering(connection: Connection, name: str) -> set[int]:
    """The people whose answering of it is still open: they are not asked a second time meanwhile."""
    query = (
        select(RESPONSE.c.person_id)
        .join(VERSION, VERSION.c.id == RESPONSE.c.version_id)
        .join(CONVERSATION, CONVERSATION.c.id == RESPONSE.c.conversation_id)
        .where(VERSION.c.name == name, CONVERSATION.c.state == "open")
    )
    return set(connection.execute(query).scalars())
