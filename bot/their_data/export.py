"""Everything that is kept about one person, as a plain text file that they can be handed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.house import House
from bot.their_data.in_short import in_short
from bot.their_data.labels import LABELS, NOT_SHOWN
from flows.words import Words
from storage.about_people import all_about
from storage.one_person import person_with_id


def everything_about(connection: Connection, person_id: int, words: Words, house: House, now: datetime) -> str:
    """All of it in plain words: in short as MYDATA says it, in the person's language, and then everything."""
    return "\n".join(_lines(connection, person_id, words, house, now)) + "\n"


def _lines(connection: Connection, person_id: int, words: Words, house: House, now: datetime) -> Iterator[str]:
    zone, person = ZoneInfo(house.zone), person_with_id(connection, person_id)
    yield f"All that {house.name} keeps about you in Alongside, on {now.astimezone(zone):%d %B %Y at %H:%M}."
    yield "Times are those of the organisation. Numbers that only join one line to another are left out."
    yield "Feedback without a name is not here: nobody can tell whose it is."
    if person is not None:
        yield from ("", "In short, in their language")
        language, today = person.language or house.language, now.astimezone(ZoneInfo(person.zone)).date()
        spoken = words.label(language, "language.which", language)
        said = in_short(connection, person, today, lambda key, values: words.sentence(language, key, values), spoken)
        yield from (f"  {each}" for each in said)
    for kept, rows in all_about(connection, person_id):
        yield ""
        yield f"{kept.what[0].upper()}{kept.what[1:]} ({len(rows) or 'nothing'})"
        if kept.stays and rows:
            yield f"  This stays after FORGET: {kept.stays}."
        for row in rows:
            yield from _row(row, zone)


def _row(row: Row[Any], zone: ZoneInfo) -> Iterator[str]:
    before = "  - "
    for name, value in row._mapping.items():
        if value is not None and is_shown(name):
            yield f"{before}{LABELS[name]}: {_said(name, value, zone)}"
            before = "    "


def is_shown(name: str) -> bool:
    """Whether a column says something about a person, and not only of which line another is part."""
    return name != "id" and not name.endswith("_id") and name not in NOT_SHOWN


def _said(name: str, value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_minute"):
        return f"{value // 60:02}:{value % 60:02}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%d %b %Y}"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d %b %Y %H:%M}" if value.year < 9999 else "always"
    return str(value).replace("\n", "\n      ")
