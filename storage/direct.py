"""The few statements of every message, handed to SQLite's driver directly.

SQLAlchemy writes each of them once. Its way from there to the driver costs two to three times what SQLite needs for
a message's few rows, and the commit of that message waits for it (`tests/bench/bench_inbound.py`). On PostgreSQL,
and where somebody watches the statements through SQLAlchemy's events, SQLAlchemy runs them as ever.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import Select, UpdateBase
from sqlalchemy.types import TypeEngine

Row: TypeAlias = Sequence[Any]
_Conversions: TypeAlias = Sequence[tuple[int, Callable[[Any], Any]]]
_SQLITE = sqlite.dialect()


@dataclass(frozen=True)
class _Written:
    """A statement as text, the names of its parameters in order, its own values, and what is converted on the way."""

    sql: str
    names: Sequence[str]
    own: Mapping[str, Any]
    to_driver: _Conversions
    from_driver: _Conversions

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        values = [given[name] if name in given else self.own[name] for name in self.names]
        for at, convert in self.to_driver:
            values[at] = convert(values[at])
        return values

    def row(self, found: Row) -> Row:
        row = list(found)
        for at, convert in self.from_driver:
            row[at] = convert(row[at])
        return row


def read(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> Iterable[Row]:
    """The rows of a query; raises what SQLAlchemy would."""
    if not _may_go_directly(connection):
        return connection.execute(query, given).all()
    written = _written(query)
    try:
        found = _driver(connection).execute(written.sql, written.values(given)).fetchall()
    except sqlite3.Error as problem:
        raise _as_sqlalchemy(problem, written) from problem
    return map(written.row, found)


def write(connection: Connection, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement, all of whose parameters each row has, once for each row; raises what SQLAlchemy would."""
    if not _may_go_directly(connection):
        connection.execute(statement, rows)
        return
    written = _written(statement)
    try:
        _driver(connection).executemany(written.sql, [written.values(row) for row in rows])
    except sqlite3.Error as problem:
        raise _as_sqlalchemy(problem, written) from problem


def _may_go_directly(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite" and not connection.dispatch.before_cursor_execute


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


@cache
def _written(statement: Select[Any] | UpdateBase) -> _Written:
    compiled: Any = statement.compile(dialect=_SQLITE)
    names = compiled.positiontup
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    return _Written(
        sql=str(compiled),
        names=names,
        own={name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required},
        to_driver=_conversions([compiled.binds[name].type for name in names], "bind_processor"),
        from_driver=_conversions([column.type for column in columns], "result_processor", None),
    )


def _conversions(types: Sequence[TypeEngine[Any]], which: str, *more: object) -> _Conversions:
    made = [getattr(each.dialect_impl(_SQLITE), which)(_SQLITE, *more) for each in types]
    return [(at, conversion) for at, conversion in enumerate(made) if conversion is not None]


def _as_sqlalchemy(problem: sqlite3.Error, written: _Written) -> BaseException:
    return DBAPIError.instance(written.sql, None, problem, sqlite3.Error, hide_parameters=True)
