"""What was answered, as a spreadsheet: a row for each response, and no name that its owner did not agree to."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from bot.reviewing import harmless
from flows.written import Questionnaire, WrittenQuestion
from storage.questionnaires import Response, responses, versions

ABOUT = ("response", "name", "version", "begun on", "finished on")
ALSO_SAID = "also said"
SKIPPED = "(skipped)"  # an empty cell was not asked, or not yet


def as_csv(connection: Connection, name: str, projects: frozenset[int] | None = None) -> str:
    """Everything answered to any version, finished or not; cells that a spreadsheet would run are made harmless.

    By people of these projects; None: by everybody.
    """
    kept = versions(connection, name)
    numbers = {each.id: each.number for each in kept}
    written = {each.id: Questionnaire.from_json(json.loads(each.content), "en") for each in kept}
    keys = list(dict.fromkeys(question.key for each in reversed(kept) for question in written[each.id].questions))
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow([*ABOUT, *(column for key in keys for column in (key, f"{key} {ALSO_SAID}"))])
    for response in responses(connection, name, projects):
        questions = {question.key: question for question in written[response.version_id].questions}
        about = (response.pseudonym, response.called, numbers[response.version_id], response.begun_on)
        cells = [*about, response.finished_on, *_answers(response, keys, questions)]
        table.writerow([cell if isinstance(cell, (int, float)) else harmless(cell) for cell in cells])
    return page.getvalue()


def _answers(response: Response, keys: Iterable[str], questions: dict[str, WrittenQuestion]) -> Iterable[Any]:
    for key in keys:
        if key not in response.answers or key not in questions:
            yield from ("", "")
            continue
        value, more, _ = response.answers[key]
        yield SKIPPED if value is None else in_words(questions[key], value)
        yield more


def in_words(question: WrittenQuestion, value: Any) -> Any:
    """An answer as somebody reads it: labels instead of the names that are kept, and where a picture is."""
    if isinstance(value, dict):
        return reference(value)
    if isinstance(value, list):
        return "; ".join(question.english.get(each, each) for each in value) or "none"
    return question.english.get(value, value) if isinstance(value, str) else value


def reference(kept: dict[str, str]) -> str:
    """Where a picture or recording is: its address, or else the number that Telegram keeps it under."""
    where = kept["reference"]
    return where if where.startswith("https://") else f"urn:telegram:file:{where}"
