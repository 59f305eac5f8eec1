"""What a thief holds: every row in the order in which it lies, every file, and for a test what was really said.

Defended against, says the promise, is a thief of the databases, backups, logs and the environment; so the attacks
are given all of these. Nothing here is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import Connection, inspect, make_url

from storage.database import Database

if TYPE_CHECKING:
    from bot.audit.played import Played

Side: TypeAlias = Literal["people", "feedback"]
OF_SQLITE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Heap:
    """A table as it lies on the disk.

    Attributes:
        side: Which database it is from.
        columns: The names; on PostgreSQL `xmin`, the transaction that wrote the row, is one more.
        kinds: The declared types, in capitals.
        rows: In the order of the file.
    """

    side: Side
    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...] = field(repr=False)

    def column(self, name: str) -> list[Any]:
        """A column's values in the order of the file; empty if there is none of this name."""
        if name not in self.columns:
            return []
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True)
class Known:
    """What only a test knows, to see whether it can be found.

    Attributes:
        words: What was said anonymously.
        codes: What the writers were shown.
        arrived: The ids of the feedback, in the order in which it was written.
    """

    words: tuple[str, ...] = field(default=(), repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)
    arrived: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Loot:
    """Everything that an intruder has.

    Attributes:
        heaps: All tables of both databases.
        files: By path: the databases, their logs, the backups, the log files, the spool.
        sequences: The counters of the feedback database, which should have none.
        secrets: The pepper and the outer key, which lie on the machine.
        known: What a test knows; None on a real deployment.
        played: What was seen while it ran; None on a real deployment.
    """

    heaps: tuple[Heap, ...]
    files: Mapping[str, bytes] = field(repr=False)
    sequences: tuple[str, ...] = ()
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    known: Known | None = None
    played: Played | None = None

    def on(self, side: Side) -> list[Heap]:
        """The tables of one database."""
        return [heap for heap in self.heaps if heap.side == side]


def take(
    people: Database,
    feedback: Database,
    folders: Iterable[Path] = (),
    secrets: Iterable[bytes] = (),
    known: Known | None = None,
    played: Played | None = None,
) -> Loot:
    """Take everything: the files first, since a reader of SQLite may fold its log."""
    files = {str(path): content for path in _paths(people, feedback, folders) for content in _content(path)}
    heaps = heaps_of(people, "people") + heaps_of(feedback, "feedback")
    with feedback.reading() as connection:
        where = feedback.schema
        counters = _counted(connection) if feedback.is_sqlite else inspect(connection).get_sequence_names(where)
    return Loot(tuple(heaps), files, tuple(counters), tuple(secrets), known, played)


def heaps_of(database: Database, side: Side) -> list[Heap]:
    """Every table of a database, as it lies there."""
    where = None if database.is_sqlite or side == "people" else "feedback"
    with database.reading() as connection:
        return [_heap(connection, side, name, where) for name in inspect(connection).get_table_names(where)]


def _paths(people: Database, feedback: Database, folders: Iterable[Path]) -> list[Path]:
    found = [path for folder in folders for path in folder.rglob("*")]
    for database in (people, feedback):
        if database.is_sqlite:
            found += [Path(f"{make_url(database.url).database}{end}") for end in OF_SQLITE]
    return sorted({path.resolve() for path in found if path.is_file()})


def _content(path: Path) -> list[bytes]:
    with suppress(FileNotFoundError):  # it was tidied up meanwhile
        return [path.read_bytes()]
    return []


def _heap(connection: Connection, side: Side, name: str, schema: str | None) -> Heap:
    about = inspect(connection).get_columns(name, schema)
    on_sqlite = connection.dialect.name == "sqlite"
    columns = [str(column["name"]) for column in about]
    kinds = [str(column["type"]).upper() for column in about]
    quote = connection.dialect.identifier_preparer.quote
    wanted = [quote(column) for column in columns] + ([] if on_sqlite else ["xmin::text"])
    whole = f"{quote(schema)}.{quote(name)}" if schema else quote(name)
    query = f"SELECT {', '.join(wanted)} FROM {whole} ORDER BY {'rowid' if on_sqlite else 'ctid'}"  # noqa: S608 - names
    rows = tuple(tuple(row) for row in connection.exec_driver_sql(query))
    more = ([], []) if on_sqlite else (["xmin"], ["XID"])
    return Heap(side, name, (*columns, *more[0]), (*kinds, *more[1]), rows)


def _counted(connection: Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence' OR type IN ('trigger', 'view')"
    return list(connection.exec_driver_sql(query).scalars())
