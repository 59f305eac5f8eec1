"""The cast and their papers: people, addresses and waiting messages, written with few words.

Ada is new. Bo coordinates Ada's project. Cai has said STOP. Dee writes in Welsh. Eve shares her phone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, select

from storage.database import Database
from storage.desk import ADDRESS, OUTBOX, Desk
from storage.outbox import Claim, Claimed, claim
from storage.records import AddressRecord, PersonRecord
from storage.tables import Lane

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
ADA, BO, CAI, DEE, EVE = (f"+4477009000{n:02}" for n in (1, 2, 3, 4, 5))


def later(**how_much: float) -> datetime:
    """A moment after `NOW`."""
    return NOW + timedelta(**how_much)


@contextmanager
def watching(engine: Engine, moment: str, note: Callable[..., object]) -> Iterator[None]:
    """Meanwhile `note` is told of each such moment, "before_cursor_execute" or "connect", as SQLAlchemy tells it."""
    event.listen(engine, moment, note)
    try:
        yield
    finally:
        event.remove(engine, moment, note)


@contextmanager
def desk_on(database: Database, *values: str, seen: Sequence[str] = (), now: datetime = NOW) -> Iterator[Desk]:
    """A desk with what these addresses need; put away and committed at the end."""
    with database.writing() as connection:
        desk = Desk(connection, now)
        desk.fetch(values, seen)
        yield desk
        desk.put_away()


def come(database: Database, *values: str, **about: Any) -> list[AddressRecord]:
    """Let people come, each from an address of their own; returns the addresses."""
    with desk_on(database, *values) as desk:
        return [desk.add_address("sms", "sms", value, desk.add_person(**about)) for value in values]


def holders_of(database: Database, value: str) -> list[PersonRecord]:
    """Who can be reached there, as the database knows it."""
    with database.writing() as connection:
        desk = Desk(connection, NOW)
        desk.fetch([value], [])
        address = desk.address("sms", value)
        return desk.holders(address) if address else []


def queue(
    database: Database, address: AddressRecord, text: str = "Hello", lane: Lane = Lane.REPLY, **values: Any
) -> int:
    """Queue a message to an address; returns its id."""
    with desk_on(database) as desk:
        return desk.add_outgoing(address, **outgoing(text=text, lane=lane, **values))


def outgoing(**values: Any) -> dict[str, Any]:
    """What `Desk.add_outgoing` wants to know."""
    return {"person_id": None, "lane": Lane.REPLY, "text": "Hello", "buttons": None, "conversation_id": None} | values


def take(database: Database, limit: int = 10, now: datetime = NOW, busy: tuple[int, ...] = ()) -> list[Claimed]:
    """Claim for the sender "sms" and commit."""
    with database.writing() as connection:
        return claim(connection, [Claim("sms", now, limit, busy)])[0]


def texts(messages: Sequence[Claimed]) -> list[str]:
    """What they say, in order."""
    return [message.text for message in messages]


def rows(database: Database, table: Table, **where: Any) -> list[Any]:
    """The rows of a table, oldest key first."""
    query = select(table).order_by(*table.primary_key.columns)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    with database.reading() as connection:
        return list(connection.execute(query))


def states(database: Database) -> dict[str, str]:
    """The state of every outgoing message, by its text."""
    return {row.text: row.state for row in rows(database, OUTBOX)}


def address_row(database: Database, value: str) -> Any:
    """An address as it is stored."""
    (row,) = rows(database, ADDRESS, value=value)
    return row


def another_process(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Start another Python with our rooms in reach; what it prints can be read from `stdout`."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def until(claim_holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something comes true within some seconds."""
    give_up_at = time.monotonic() + seconds
    while not claim_holds():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.01)
    return True


def end_other_sessions(connection: Connection) -> None:
    """PostgreSQL: end every other session of this database, as a restart or a broken line would."""
    connection.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
