"""What was answered, as Flow Results data packages, which tools of other organisations read.

The format: Flow Results specification 1.0.0-rc1, https://floip.gitbook.io/flow-results-specification/specification.
Each version is a package of its own (its "option 1" of versioning), for questions may change from one to the next.
Contacts are pseudonyms, a new one for each response; the time of an answer is its day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.questionnaires.results import reference
from flows import written
from flows.written import Questionnaire, WrittenQuestion
from storage.questionnaires import KeptVersion, Response, responses, versions

SPECIFICATION = "1.0.0-rc1"
DATA = "data.json"
DESCRIPTOR = "datapackage.json"
FIELDS = (
    ("timestamp", "Timestamp", "datetime"),
    ("row_id", "Row ID", "string"),
    ("contact_id", "Contact ID", "string"),
    ("session_id", "Session ID", "string"),
    ("question_id", "Question ID", "string"),
    ("response", "Response", "any"),
    ("response_metadata", "Response Metadata", "object"),
)
_TYPES = {
    written.YES_OR_NO: "select_one",
    written.SCALE: "numeric",
    written.ONE_OF: "select_one",
    written.SEVERAL_OF: "select_many",
    written.NUMBER: "numeric",
    written.WORDS: "open",
    written.DATE: "date",
    written.COMING_DATE: "date",
    written.PHOTO: "image",
    written.VOICE: "audio",
}
_OPEN_TYPES = {"voice": "audio"}


@dataclass(frozen=True)
class Package:
    """A package: the name of its folder, the descriptor and the rows."""

    folder: str
    descriptor: dict[str, Any]
    rows: list[list[Any]]


def packages(connection: Connection, name: str, projects: frozenset[int] | None = None) -> list[Package]:
    """A package for each version that was answered, finished or not: by people of these projects (None: by all)."""
    found = responses(connection, name, projects)
    return [
        _package(kept, [each for each in found if each.version_id == kept.id])
        for kept in versions(connection, name)
        if any(each.version_id == kept.id for each in found)
    ]


def _package(kept: KeptVersion, answered: list[Response]) -> Package:
    asked = Questionnaire.from_json(json.loads(kept.content), "en")
    folder = f"{kept.name}-{kept.number}"
    resource = {
        "profile": "data-resource",
        "name": f"{folder}-data",
        "path": DATA,
        "access_method": "file",
        "mediatype": "application/json",
        "encoding": "utf-8",
        "schema": {
            "language": "eng",
            "fields": [{"name": field, "title": title, "type": kind} for field, title, kind in FIELDS],
            "questions": {question.key: _question(question) for question in asked.questions},
        },
    }
    descriptor = {
        "profile": "flow-results-package",
        "name": folder,
        "flow_results_specification_version": SPECIFICATION,
        "created": _moment(kept.saved_at),
        "modified": _moment(kept.saved_at),
        "id": _uuid(kept.id),
        "title": asked.title,
        "resources": [resource],
    }
    return Package(folder, descriptor, list(_rows(asked, answered)))


def _question(question: WrittenQuestion) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if question.kind == written.YES_OR_NO:
        options["choices"] = ["yes", "no"]
    elif question.english:
        options["choices"] = list(question.english.values())
    elif question.low is not None and question.high is not None:
        options["range"] = [question.low, question.high]
    return {"type": _TYPES[question.kind], "label": question.text, "type_options": options}


def _rows(asked: Questionnaire, answered: list[Response]) -> Iterator[list[Any]]:
    for response in answered:
        who = response.pseudonym
        for question in asked.questions:
            value, more, on = response.answers.get(question.key, (None, None, None))
            if value is not None and on is not None:
                about = _metadata(question, value, more)
                yield [_day(on), f"{who}:{question.key}", who, who, question.key, _response(question, value), about]


def _response(question: WrittenQuestion, value: Any) -> Any:
    if isinstance(value, dict):
        return reference(value)
    if isinstance(value, list):
        return [question.english.get(each, each) for each in value]
    return question.english.get(value, value) if question.kind == written.ONE_OF else value


def _metadata(question: WrittenQuestion, value: Any, more: str | None) -> dict[str, Any]:
    about: dict[str, Any] = {"more": more} if more else {}
    if question.kind == written.WORDS:
        kind = _OPEN_TYPES.get(value["kind"], "text") if isinstance(value, dict) else "text"
        about |= {"type": kind, "type_options": {}}
    return about


def _day(on: date) -> str:
    return f"{on.isoformat()}T00:00:00+00:00"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _uuid(its_id: int) -> str:
    """A UUID of version 4, as the specification wants, that is the same each time a version is exported."""
    return str(UUID(bytes=hashlib.sha256(f"questionnaire {its_id}".encode()).digest()[:16], version=4))
