"""The separate database of feedback: a SQLite file of its own, or the schema `feedback` with a role of its own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData, make_url

from storage.database import Database
from storage.feedback.tables import METADATA, SCHEMA


class FeedbackDatabase(Database):
    """The same careful settings as the main database, but other tables and another history of migrations.

    Args:
        url: "sqlite:///path/to/feedback.sqlite3" or "postgresql+psycopg://role@host/name". The role must own the
            schema `feedback`, or be allowed to create it.
    """

    migrations = Path(__file__).parent / "migrations"
    schema = SCHEMA

    def __init__(self, url: str) -> None:
        super().__init__(url)
        if self.is_sqlite:  # which has no schemas: the file is its own
            here = {"schema_translate_map": {SCHEMA: None}}
            self.engine = self.engine.execution_options(**here)
            self._reading_engine = self._reading_engine.execution_options(**here)

    def migrate(self) -> None:
        """Bring the tables up to date; a new SQLite file, and its log, can be read by nobody else on this machine."""
        if self.is_sqlite and (file := make_url(self.url).database):
            Path(file).touch(mode=0o600)
        super().migrate()

    def metadata(self) -> MetaData:
        """Today's tables of feedback."""
        return METADATA
