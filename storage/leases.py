"""Who may do what only one process may do at a time: own a SQLite file, send for a number, run the reminders.

A lease ends with its process: on SQLite it is a lock on a file beside the database, on PostgreSQL a lock of the
session, so that nobody has to wait for a time-out before taking over from the dead.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from typing import TextIO

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database


class Leases:
    """The leases of this process, all lost together.

    Args:
        database: What they are about. On PostgreSQL they live in a connection of their own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: set[str] = set()
        self._lost = False
        self._file: TextIO | None = None
        self._connection: Connection | None = None

    def take(self, name: str) -> bool:
        """Whether this process holds the lease now; blocks only for a moment, trying again later may help."""
        if self._lost:
            return False  # whoever works under the lost ones must stop first: see `still_held`
        if name not in self._held and (self._lock_file() if self._database.is_sqlite else self._lock(name)):
            self._held.add(name)
        return name in self._held and not self._lost

    def still_held(self) -> bool:
        """Whether none has been lost since; if not, all are gone and whoever worked under them must stop."""
        if self._connection is not None and not self._lost:
            try:
                self._connection.execute(text("SELECT 1"))
            except DBAPIError:
                self._lost = True
        if self._lost:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let go of all."""
        self._held.clear()
        self._lost = False
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()  # the session ends, and its locks with it
            self._connection.close()
            self._connection = None

    def _lock_file(self) -> bool:
        if self._file is not None:
            return True
        path = make_url(self._database.url).database or ""
        file = open(f"{path}.lock", "a")  # noqa: SIM115 - held open as long as the lease
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def _lock(self, name: str) -> bool:
        key = zlib.crc32(f"alongside {name}".encode())
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar())
        except DBAPIError:
            # The session is gone. SQLAlchemy would open another one quietly, in which nothing is locked.
            self._lost = True
            return False
