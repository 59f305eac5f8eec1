"""What the tests of feedback look at: everything that is kept of people, and the code in a receipt."""

from __future__ import annotations

import re

from sqlalchemy import text

from storage.database import Database


def everything(database: Database) -> dict[str, list[tuple]]:
    """Every row of every table where people are kept, and every counter of the database."""
    with database.reading() as connection:
        if database.is_sqlite:
            tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        else:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            tables = connection.execute(text(query)).scalars().all()
        kept = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr) for name in tables
        }
        if not database.is_sqlite:
            counters = text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            kept["(counters)"] = sorted(map(tuple, connection.execute(counters)))
            rows_changed = text(
                "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables WHERE schemaname = 'public'"
            )
            connection.execute(text("SELECT pg_stat_clear_snapshot()"))
            kept["(changes)"] = sorted(map(tuple, connection.execute(rows_changed)))
    return kept


def changed(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    """The tables and counters that are not what they were; `assert before == after` would compare for minutes.

    PostgreSQL counts changes up to ten seconds late, so those of before would be taken for what came after.
    """
    return [name for name in {**before, **after} if before.get(name) != after.get(name) and name != "(changes)"]


def code_in(shown: list[str]) -> str:
    return re.search(r"\d{4} \d{4} \d{4} \d{4}", "\n".join(shown))[0]
