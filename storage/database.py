"""Opening a database: SQLite by default, PostgreSQL with another URL; and bringing it to today's tables."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, create_engine, event, inspect, make_url, pool
from sqlalchemy.exc import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"
BEGIN_NOW = "BEGIN IMMEDIATE"
MOST_CONNECTIONS = 40  # of each kind, opened only when needed: the store's threads, and some
ALEMBICS_OWN_TABLE = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
BUSY_SECONDS = 30  # how long a writer waits politely for another process's lock


class DatabaseBehind(Exception):
    """The tables are older than this program; `alongside migrate` brings them up to date."""


class Database:
    """One database: a connection to write with for each store thread, and others only to read with.

    SQLite runs in WAL mode with `synchronous=FULL`: a commit that was answered survives the loss of power.

    Args:
        url: "sqlite:///path/to/file.sqlite3" or "postgresql+psycopg://user@host/name".

    Attributes:
        migrations: The folder of its migrations.
        schema: Where its tables lie on PostgreSQL; None for the usual place.
    """

    migrations = MIGRATIONS
    schema: str | None = None

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = self._engine(reading=False)
        self._reading_engine = self._engine(reading=True)

    @property
    def is_there(self) -> bool:
        """Whether there is anything to look at: merely opening a SQLite file that is not there would make one."""
        return not self.is_sqlite or Path(make_url(self.url).database or "").exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write, for pages and reports: it delays nobody's message."""
        with self._reading_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed at the end; waits for its turn. For the command line and tests.

        A running service writes through `storage.store.Store`.
        """
        with self.engine.connect() as connection:
            begin(connection)
            yield connection
            connection.commit()

    def migrate(self) -> None:
        """Bring the tables up to date; safe to call at any time and from several processes.

        A new SQLite file is given today's tables at once, without Alembic, which takes long to import.
        """
        if self._revision() == _newest_revision(self.migrations):
            return
        with self._migrating() as connection:
            if self.is_sqlite and not inspect(connection).get_table_names():
                self._make_new(connection)
            else:
                self._upgrade(connection)

    def migrate_step_by_step(self) -> None:
        """The same by the migrations alone, also on a new file: to see whether they lead to today's tables."""
        with self._migrating() as connection:
            self._upgrade(connection)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        """One transaction, on SQLite too: all of it or nothing, one process after another."""
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(716200)")
            yield connection

    def _upgrade(self, connection: Connection) -> None:
        from alembic import command

        command.upgrade(self.alembic(connection), "head")

    def _make_new(self, connection: Connection) -> None:
        """Today's tables as the migrations would leave them, and the mark that Alembic would leave."""
        self.metadata().create_all(connection)
        connection.exec_driver_sql(ALEMBICS_OWN_TABLE)
        newest = _newest_revision(self.migrations)
        connection.exec_driver_sql("INSERT INTO alembic_version (version_num) VALUES (?)", (newest,))

    def metadata(self) -> MetaData:
        """Today's tables."""
        from sqlmodel import SQLModel

        import storage.tables as every_table  # noqa: F401 - so that SQLModel's metadata knows them

        return SQLModel.metadata

    def require_up_to_date(self) -> None:
        """Raises `DatabaseBehind` unless `migrate` has nothing left to do."""
        if self._revision() != _newest_revision(self.migrations):
            raise DatabaseBehind("The database is older than this program. Run: alongside migrate")

    def _revision(self) -> str | None:
        """The last migration that was applied; asked without Alembic, which takes long to import."""
        with self.engine.connect() as connection:
            schema = None if self.is_sqlite else self.schema
            if not inspect(connection).has_table("alembic_version", schema):
                return None
            table = f"{schema}.alembic_version" if schema else "alembic_version"
            found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar()  # noqa: S608
            return found

    def close(self) -> None:
        """Let go of every connection; on SQLite the write-ahead log is folded into the file."""
        self.empty_log()
        self.engine.dispose()
        self._reading_engine.dispose()

    def empty_log(self, patience_seconds: float = BUSY_SECONDS) -> bool:
        """On SQLite, fold the write-ahead log into the file and leave nothing in it.

        Args:
            patience_seconds: How long to wait for those who still read; meanwhile nobody can write.

        Returns:
            Whether nothing is left in it; trying again may help.
        """
        if not self.is_sqlite or not self.is_there:
            return True
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience_seconds * 1000)}")
                try:
                    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
                finally:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        except DatabaseError:
            return False  # another process is still reading, and will fold the log itself; or it is no database at all
        return busy == 0

    def alembic(self, connection: Connection) -> Any:
        """Alembic's configuration for this connection."""
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(self.migrations))
        config.attributes["connection"] = connection
        return config

    def _engine(self, *, reading: bool) -> Engine:
        # hide_parameters: an error must not print what somebody wrote.
        if not self.is_sqlite:
            options = {"options": "-c default_transaction_read_only=on"} if reading else {}
            engine = create_engine(
                self.url,
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=MOST_CONNECTIONS,
                pool_use_lifo=True,  # the connection used last has its statements prepared
                connect_args=options,
            )
            event.listen(engine, "handle_error", _name_no_values)
            return engine
        engine = create_engine(
            self.url,
            hide_parameters=True,
            poolclass=pool.QueuePool,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _set_up_reader if reading else _set_up_writer)
        return engine


def _newest_revision(migrations: Path) -> str:
    """The newest migration: a file's name begins with its revision, and they are numbered."""
    return max(path.name.partition("_")[0] for path in (migrations / "versions").glob("[0-9]*.py"))


def begin(connection: Connection) -> None:
    """Start a writing transaction: on SQLite its lock is taken now, so that it can't fail half-way."""
    connection.begin()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(BEGIN_NOW)


def _set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
    _know_all_capitals(connection)
    connection.isolation_level = None  # the driver must not begin transactions by itself
    _into_wal_mode(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _into_wal_mode(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself when several processes do this to a new file at once."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)


def _know_all_capitals(connection: sqlite3.Connection) -> None:
    """By itself SQLite knows only those of English: whoever is called Élodie or Иван was not found by their name."""
    connection.create_function("lower", 1, _in_small_letters, deterministic=True)


def _in_small_letters(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    _know_all_capitals(connection)
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")


def _name_no_values(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row or the value that broke a rule; keep only the kind of the error and the rule."""
    refused: Any = context.original_exception
    code = getattr(refused, "sqlstate", None) or ""
    if code[:2] not in ("22", "23") or context.sqlalchemy_exception is None:
        return  # other errors speak of statements, of the line or of the server
    about = [f"{what} {name}" for what in ("constraint", "column") if (name := getattr(refused.diag, f"{what}_name"))]
    refused.args = (" ".join([f"{type(refused).__name__} {code}", *about]),)
    context.sqlalchemy_exception.args = refused.args
