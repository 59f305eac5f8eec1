"""The charity's own places that help: replacing what one source gave, reading them all, and what was shown to whom."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from storage.tables import PlaceShown, PlaceSource, PlaceThatHelps, new_id, table_of

PLACE = table_of(PlaceThatHelps)
SOURCE = table_of(PlaceSource)
SHOWN = table_of(PlaceShown)


def places_of(connection: Connection, source: str) -> list[str]:
    """What is kept of one source, by the publisher's id."""
    query = select(PLACE.c.content).where(PLACE.c.source == source).order_by(PLACE.c.publisher_id)
    return list(connection.execute(query).scalars())


def replace_places(connection: Connection, source: str, contents: Mapping[str, str], now: datetime) -> None:
    """Keep these, by the publisher's id, instead of everything that the source gave before."""
    for table in (PLACE, SOURCE):
        connection.execute(delete(table).where(table.c.source == source))
    rows = [{"source": source, "publisher_id": its_id, "content": said} for its_id, said in contents.items()]
    if rows:
        connection.execute(insert(PLACE), rows)
    connection.execute(insert(SOURCE), {"source": source, "version": new_id(), "imported_at": now})


def remove_places(connection: Connection, source: str) -> int | None:
    """Forget a source with all its places; how many they were, or None where there is no such source."""
    if connection.execute(delete(SOURCE).where(SOURCE.c.source == source)).rowcount == 0:
        return None
    connection.execute(update(SOURCE).values(version=new_id()))  # with the newest gone, an old number would come back
    return connection.execute(delete(PLACE).where(PLACE.c.source == source)).rowcount


def places_version(connection: Connection) -> int:
    """Another number after every change; 0 where there is no source. Reads one row for each source: a handful."""
    return connection.execute(select(func.max(SOURCE.c.version))).scalar() or 0


def every_place(connection: Connection, limit: int) -> list[str]:
    """The first so many places of all sources, always in the same order."""
    query = select(PLACE.c.content).order_by(PLACE.c.source, PLACE.c.publisher_id).limit(limit)
    return list(connection.execute(query).scalars())


def how_many_places(connection: Connection) -> int:
    """The number of places of all sources."""
    return connection.execute(select(func.count()).select_from(PLACE)).scalar_one()


def place_sources(connection: Connection) -> list[Row[Any]]:
    """Where the places came from: source, imported_at, and how many they are."""
    query = (
        select(SOURCE.c.source, SOURCE.c.imported_at, func.count(PLACE.c.publisher_id).label("places"))
        .outerjoin(PLACE, PLACE.c.source == SOURCE.c.source)
        .group_by(SOURCE.c.source, SOURCE.c.imported_at)
        .order_by(SOURCE.c.source)
    )
    return list(connection.execute(query))


def note_shown(connection: Connection, person_id: int, shown: Sequence[str], now: datetime) -> None:
    """Remember what somebody was shown last, in their order; what they were shown before is forgotten."""
    connection.execute(delete(SHOWN).where(SHOWN.c.person_id == person_id))
    said = json.dumps(list(shown), ensure_ascii=False)
    connection.execute(insert(SHOWN), {"person_id": person_id, "at": now, "shown": said})


def shown_since(connection: Connection, person_id: int, since: datetime) -> list[str]:
    """What somebody was shown last, if that was not before this moment; else nothing."""
    query = select(SHOWN.c.shown).where(SHOWN.c.person_id == person_id, SHOWN.c.at >= since)
    said: str | None = connection.execute(query).scalar()
    return json.loads(said) if said else []
