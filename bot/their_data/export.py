"""Everything that is kept about one person, as a plain text file that they can be handed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from storage.about_people import all_about


def everything_about(connection: Connection, person_id: int, organisation: str, zone: str, now: datetime) -> str:
    """All of it, table by table, in plain words; times in this zone."""
    return "\n".join(_lines(connection, person_id, organisation, ZoneInfo(zone), now)) + "\n"


def _lines(connection: Connection, person_id: int, organisation: str, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    yield f"All that {organisation} keeps about you in Alongside, on {now.astimezone(zone):%d %B %Y at %H:%M}."
    yield "Times are those of the organisation. Long numbers only join one line to another."
    yield "Feedback without a name is not here: nobody can tell whose it is."
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
        if value is not None:
            yield f"{before}{name.replace('_', ' ')}: {_said(value, zone)}"
            before = "    "


def _said(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%d %b %Y %H:%M}" if value.year < 9999 else "always"
    return str(value).replace("\n", "\n      ")
