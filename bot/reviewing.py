"""`alongside alerts export`: the record of alerts for a safeguarding review, as CSV or JSON. It changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from storage.alerts import alerts_for_review

COLUMNS = ("reference", "alert", "person", "tier", "topic", "rule", "state", "has_it", "at", "what", "who")
REFERENCES = ("message", "sent", "note")
LARGEST_REFERENCE = 2**31 - 1  # that a database takes
STARTS_A_FORMULA = (*"=+-@\t\r", *"＝＋－＠")  # the wide ones are run where people type in wide letters


class NoSuchAlert(Exception):
    """No alert has this number."""


def export(
    connection: Connection, form: Literal["csv", "json"], reference: int | None = None, since: datetime | None = None
) -> str:
    """The alerts asked for, or all, a line for everything that happened; times are in UTC.

    People are named by their ids here, and messages by theirs: the record holds no words, names or numbers of the
    person in danger. A cell that a spreadsheet would run as a formula has an apostrophe before it.

    Raises:
        NoSuchAlert: One was asked for that is not there.
    """
    known = reference is None or 0 <= reference <= LARGEST_REFERENCE
    lines = list(_lines(connection, reference, since)) if known else []
    if reference is not None and not lines:
        since_then = f" raised since {since:%Y-%m-%d}" if since else ""
        raise NoSuchAlert(f"There is no alert {reference}{since_then}. `alongside alerts export` prints all of them.")
    if form == "json":
        return json.dumps(lines, ensure_ascii=False, indent=2)
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow([*COLUMNS, *REFERENCES])
    for line in lines:
        table.writerow([harmless(line[column]) for column in (*COLUMNS, *REFERENCES)])
    return page.getvalue()


def _lines(connection: Connection, reference: int | None, since: datetime | None) -> Iterator[dict[str, Any]]:
    for alert, events in alerts_for_review(connection, reference, since):
        about = {
            "reference": alert.reference,
            "alert": str(alert.id),  # longer than the numbers that a spreadsheet keeps whole
            "person": str(alert.person_id),
            "tier": alert.tier,
            "topic": alert.topic,
            "rule": alert.rule,
            "state": alert.state,
            "has_it": alert.has_it,
        }
        for event in events:
            yield {
                **about,
                "at": event.at.isoformat(timespec="seconds"),
                "what": event.what,
                "who": event.who,
                "message": None if event.message_id is None else str(event.message_id),
                "sent": None if event.outbox_id is None else str(event.outbox_id),
                "note": event.note,
            }


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip().startswith(STARTS_A_FORMULA) or text.startswith(STARTS_A_FORMULA) else text
