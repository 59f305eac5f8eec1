"""What the tests of feedback look at: everything that is kept of people, and the code in a receipt."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import text

from storage.database import Database

UNTIL_OPENED = timedelta(hours=3)  # the clock begins on a Friday at nine


def everything(database: Database) -> dict[str, list[tuple]]:
    """Every row of every table where people are kept, and every counter of the database.

    On PostgreSQL with the place and the transaction of each row, which a row that was only written anew changes too.
    """
    with database.reading() as connection:
        if database.is_sqlite:
            tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            columns = "*"
        else:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            tables = connection.execute(text(query)).scalars().all()
            columns = "CAST(ctid AS text), CAST(xmin AS text), *"
        kept = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT {columns} FROM "{name}"'))), key=repr)
            for name in tables
        }
        if not database.is_sqlite:
            counters = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            kept["(counters)"] = sorted(map(tuple, connection.execute(counters)))
    return kept


def changed(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    """The tables and counters that are not what they were; `assert before == after` would compare for minutes."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def code_in(shown: list[str]) -> str:
    return re.search(r"\d{4} \d{4} \d{4} \d{4}", "\n".join(shown))[0]
