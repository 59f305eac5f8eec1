"""The separate database of feedback: a SQLite file of its own, or the schema `feedback` with a role of its own."""

from __future__ import annotations

from storage.database import Database


class FeedbackDatabase(Database):
    """The same careful settings as the main database, but other tables and another history of migrations.

    Args:
        url: "sqlite:///path/to/feedback.sqlite3" or "postgresql+psycopg://role@host/name".
    """
