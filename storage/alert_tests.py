"""Tests of the line: a test alert to each coordinator, and who has acknowledged one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.alerts import TEST, free_reference
from storage.desk import ADDRESS
from storage.tables import new_id


def add_test(connection: Connection, address_id: int, now: datetime) -> int:
    """A test alert to an address; returns its reference."""
    reference = free_reference(connection)
    row = {"id": new_id(), "address_id": address_id, "reference": reference, "sent_at": now, "acknowledged_at": None}
    connection.execute(insert(TEST), row)
    return reference


def acknowledge_test(connection: Connection, address_id: int, reference: int, now: datetime) -> bool:
    """Whether this was a waiting test of this very address; it is acknowledged then."""
    waiting = (TEST.c.address_id == address_id) & (TEST.c.reference == reference) & TEST.c.acknowledged_at.is_(None)
    return connection.execute(update(TEST).where(waiting).values(acknowledged_at=now)).rowcount > 0


def tested_since(connection: Connection, since: datetime) -> set[tuple[str, str]]:
    """The addresses (channel, value) that have acknowledged a test since then."""
    query = (
        select(ADDRESS.c.channel, ADDRESS.c.value)
        .join(TEST, TEST.c.address_id == ADDRESS.c.id)
        .where(TEST.c.acknowledged_at >= since)
    )
    return {(channel, value) for channel, value in connection.execute(query)}
