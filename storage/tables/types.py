"""Column types and keys that every table uses."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, Column, DateTime, Dialect, Table, event
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

_TO_MICROSECONDS = len("2026-03-02 12:00:00.000000")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, always timezone-aware in Python; a naive datetime is refused.

    SQLite knows no zones, so there it is stored as plain UTC. The processors are our own because every message
    passes several of them: SQLAlchemy's cost three times as much.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To the database."""
        return _to_sqlite if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the database, in UTC."""
        return _from_sqlite if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC)


def _to_sqlite(value: datetime | None) -> str | None:
    moment = _to_utc(value)
    return None if moment is None else moment.isoformat(" ", "microseconds")[:_TO_MICROSECONDS]


def _from_sqlite(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class _Ids:
    """Keys made before the row is written, so that a batch can be written with a few statements.

    Milliseconds since 2026, ten random bits of this process, and a counter: they grow with time, leave no
    gap to count, and two processes that ever collided would only run their batch again.
    """

    EPOCH_MS = 1_767_225_600_000  # 2026-01-01

    def __init__(self) -> None:
        self._process = secrets.randbits(10)
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def __call__(self) -> int:
        with self._lock:
            now_ms = max(time.time_ns() // 1_000_000 - self.EPOCH_MS, self._last_ms)
            if now_ms == self._last_ms:
                self._counter += 1
                if self._counter == 4096:
                    now_ms, self._counter = now_ms + 1, 0
            else:
                self._counter = 0
            self._last_ms = now_ms
            return (now_ms << 22) | (self._process << 12) | self._counter


new_id = _Ids()
"""A new key for any table: a positive integer of at most 63 bits, greater than all before in this process."""


def id_at(moment: datetime) -> int:
    """A new key that stands where those of a moment do, whenever it is made: it tells no other time."""
    return (int(moment.timestamp() * 1000) - _Ids.EPOCH_MS << 22) | secrets.randbits(22)


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for Core statements."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def own_id() -> Any:
    """A table's key, made by `new_id`."""
    return Field(default_factory=new_id, sa_column=other_id_column())


def other_id_as_key() -> Any:
    """A key that is another table's id."""
    return Field(sa_column=other_id_column())


def other_id_column() -> Column[int]:
    """A 63-bit primary key that the database does not count up by itself."""
    return Column(BigInteger, primary_key=True, autoincrement=False)


def only_added_to(table: str, called: str) -> None:
    """Have SQLite refuse to change or delete rows of a table; its migration does so on PostgreSQL.

    Args:
        table: The table's name; its class stands above.
        called: What is said of it when somebody tries: "the record of an alert".
    """
    refused = f"BEGIN SELECT RAISE(ABORT, '{called} cannot be changed'); END"
    for name, when in (
        ("update", f"BEFORE UPDATE ON {table}"),
        ("delete", f"BEFORE DELETE ON {table}"),
        # INSERT OR REPLACE would delete without the trigger above.
        ("replace", f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"),  # noqa: S608
    ):
        trigger = DDL(f"CREATE TRIGGER {table}_no_{name} {when} {refused}")  # type: ignore[no-untyped-call]
        event.listen(SQLModel.metadata.tables[table], "after_create", trigger.execute_if(dialect="sqlite"))
