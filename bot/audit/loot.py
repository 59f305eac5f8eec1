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


@dataclass(frozen=True)
class Shape:
    """A table's name, and its columns with their types."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


def shapes_of(database: Database, side: Side) -> list[Shape]:
    """Every table that there is."""
    where = _schema(database, side)
    with database.reading() as connection:
        inspector = inspect(connection)
        columns = {name: inspector.get_columns(name, where) for name in inspector.get_table_names(where)}
    return [
        Shape(name, tuple(str(each["name"]) for each in its), tuple(str(each["type"]).upper() for each in its))
        for name, its in columns.items()
    ]


def heaps_of(database: Database, side: Side, shapes: Iterable[Shape] | None = None) -> list[Heap]:
    """Every table of a database, as it lies there; asking for the shapes takes longer than reading."""
    with database.reading() as connection:
        where = _schema(database, side)
        return [_heap(connection, side, each, where) for each in shapes or shapes_of(database, side)]


def _schema(database: Database, side: Side) -> str | None:
    return None if database.is_sqlite or side == "people" else "feedback"


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


def _heap(connection: Connection, side: Side, shape: Shape, schema: str | None) -> Heap:
    on_sqlite = connection.dialect.name == "sqlite"
    quote = connection.dialect.identifier_preparer.quote
    wanted = [quote(column) for column in shape.columns] + ([] if on_sqlite else ["xmin::text"])
    whole = f"{quote(schema)}.{quote(shape.name)}" if schema else quote(shape.name)
    query = f"SELECT {', '.join(wanted)} FROM {whole} ORDER BY {'rowid' if on_sqlite else 'ctid'}"  # noqa: S608 - names
    rows = tuple(tuple(row) for row in connection.exec_driver_sql(query))
    more = ((), ()) if on_sqlite else (("xmin",), ("XID",))
    return Heap(side, shape.name, (*shape.columns, *more[0]), (*shape.kinds, *more[1]), rows)


def _counted(connection: Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence' OR type IN ('trigger', 'view')"
    return list(connection.exec_driver_sql(query).scalars())
