"""What is kept of feedback: these columns and no other, in a place of its own, and nothing that tells a time."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import BigInteger, Date, DateTime, inspect
from sqlmodel import SQLModel

from storage.database import Database, DatabaseBehind
from storage.feedback.database import FeedbackDatabase
from storage.feedback.tables import METADATA

ALLOWED = {
    "feedback": {"id", "inbox", "release_week", "body", "lookup", "reply_key", "status", "closed_week"},
    "feedback_reply": {"id", "feedback", "release_week", "to_sender", "to_inbox"},
    "inbox": {"name", "key"},
    "inbox_key": {"id", "inbox", "public", "key_before", "key_before_sealed"},
    "inbox_key_wrap": {
        *("inbox", "coordinator", "salt", "rounds", "memory_bytes"),
        *("public", "private_locked", "inbox_key_sealed", "proof"),
    },
    "said_did": {"text", "week"},
}


def where(db: FeedbackDatabase) -> str | None:
    return None if db.is_sqlite else "feedback"


def test_exactly_these_columns_are_kept(feedback_db):
    with feedback_db.reading() as connection:
        look = inspect(connection)
        kept = {
            table: {column["name"] for column in look.get_columns(table, where(feedback_db))}
            for table in look.get_table_names(where(feedback_db))
        }
    del kept["alembic_version"]
    assert kept == ALLOWED


def test_no_column_can_hold_a_time_or_count_by_itself():
    for table in METADATA.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, (DateTime, Date, BigInteger)), column
            assert column.server_default is None, column
            assert column.default is None, column
            assert column.autoincrement in (False, "auto"), column
        assert table._autoincrement_column is None


def test_nothing_points_at_people():
    ours = set(METADATA.tables)
    for table in METADATA.tables.values():
        for key in table.foreign_keys:
            assert f"feedback.{key.column.table.name}" in ours


def test_migrating_gives_exactly_todays_tables(feedback_db):
    """Compared as PostgreSQL sees it: its schema is in the tables' names, and SQLite has none."""
    if feedback_db.is_sqlite:
        return
    with feedback_db.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_schemas": True})
        different = compare_metadata(context, METADATA)
    assert [change for change in different if "alembic_version" not in str(change)] == []


def test_the_indexes_are_there_on_both(feedback_db):
    with feedback_db.reading() as connection:
        made = {
            index["name"] for table in ALLOWED for index in inspect(connection).get_indexes(table, where(feedback_db))
        }
    assert made == {index.name for table in METADATA.tables.values() for index in table.indexes}


def test_the_two_databases_know_nothing_of_each_other():
    assert not {name.removeprefix("feedback.") for name in METADATA.tables} & (
        set(SQLModel.metadata.tables) - {"inbox"}
    )
    assert not set(METADATA.tables) & set(SQLModel.metadata.tables)


def test_on_postgresql_both_can_lie_in_one_database(postgresql_database):
    url = postgresql_database.url
    feedback = FeedbackDatabase(url)
    feedback.migrate()
    feedback.migrate()
    feedback.require_up_to_date()
    Database(url).require_up_to_date()

    with feedback.reading() as connection:
        assert set(inspect(connection).get_table_names("feedback")) == {*ALLOWED, "alembic_version"}
        assert "feedback" not in inspect(connection).get_table_names("public")
    feedback.close()


def test_on_postgresql_a_role_that_owns_nothing_but_the_schema_is_enough(postgresql, postgresql_database):
    with postgresql_database.writing() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS listener")
        connection.exec_driver_sql("CREATE ROLE listener LOGIN")
        connection.exec_driver_sql("CREATE SCHEMA feedback AUTHORIZATION listener")
    url = postgresql_database.url.replace("//postgres", "//listener", 1)
    assert "listener" in url
    feedback = FeedbackDatabase(url)
    feedback.migrate()
    feedback.require_up_to_date()
    feedback.close()


def test_it_is_behind_until_it_is_migrated(empty_url):
    database = FeedbackDatabase(empty_url)

    with pytest.raises(DatabaseBehind):
        database.require_up_to_date()

    database.close()


def test_nobody_else_on_this_machine_can_read_the_file(feedback_db, tmp_path):
    with feedback_db.writing() as connection:
        connection.execute(METADATA.tables["feedback.said_did"].insert(), {"text": "a", "week": "2026-W19"})
    modes = {path.suffix: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.sqlite3*")}
    assert set(modes.values()) == ({0o600} if feedback_db.is_sqlite else set())


def test_sqlite_deletes_securely_and_hides_what_was_bound(feedback_db):
    assert feedback_db.engine.hide_parameters
    if feedback_db.is_sqlite:
        with feedback_db.writing() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
