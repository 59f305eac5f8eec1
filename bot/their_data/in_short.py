"""What is kept about somebody, in a few short sentences: for MYDATA, and at the top of `alongside person export`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.rhythm import rhythm_of
from flows.times import how_often
from storage.about_people import how_many
from storage.desk import CHECK_IN, INBOX, MESSAGE, OUTBOX
from storage.notes import NOTE

COUNTED = {"messages": MESSAGE, "answers": OUTBOX, "check-ins": CHECK_IN, "for-the-team": INBOX, "notes": NOTE}
"""What a summary counts, by its sentence. Not alerts: whoever else reads this phone must not learn of them."""


def in_short(
    connection: Connection, person: Any, today: date, sentence: Callable[[str, Mapping[str, Any]], str], spoken: str
) -> Iterator[str]:
    """The sentences.

    Args:
        connection: To read with.
        person: Their row or record.
        today: Their day.
        sentence: What says a sentence by its key, in their language.
        spoken: What that language is called.
    """

    def said(key: str, **values: Any) -> str:
        return sentence(f"my-data.{key}", values)

    yield said("called", name=person.called) if person.called else said("no-name")
    yield said("here")
    if person.language:
        yield said("language", language=spoken)
    if person.check_in_every_days and person.check_in_on:
        key, values = how_often(rhythm_of(person, today))
        yield sentence(f"times.{key}", values)
    counts = {key: how_many(connection, person.id, table) for key, table in COUNTED.items()}
    yield from (said(key, count=count) for key, count in counts.items() if count)
