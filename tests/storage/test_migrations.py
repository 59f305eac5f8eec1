"""Migrations: from nothing to today's tables, once, whoever else tries at the same time."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from storage.database import Database, DatabaseBehind
from storage.desk import PERSON
from storage.feedback.database import FeedbackDatabase
from tests.storage.cast import another_process, come, rows

MIGRATE = """
import sys
from storage.database import Database
database = Database(sys.argv[1])
from alembic import command
print("ready", flush=True)
sys.stdin.readline()
database.migrate()
database.migrate()
database.require_up_to_date()
database.close()
"""


WITHOUT_ALEMBIC = """
import sys
from storage.database import Database
database = Database(sys.argv[1])
database.migrate()
database.require_up_to_date()
database.close()
print("alembic" in sys.modules)
"""


@pytest.fixture
def empty(empty_url: str):
    database = Database(empty_url)
    yield database
    database.close()


def all_that_is_in(database: Database) -> dict[str, tuple[str, list[str]]]:
    """Every table, index and trigger of a SQLite file, in the words and signs that SQLite keeps of them."""
    with database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT name, type, sql FROM sqlite_master")
        return {name: (kind, re.findall(r"\w+|[^\w\s]", sql or "")) for name, kind, sql in kept}


def revisions(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def test_the_migrations_lead_from_nothing_to_exactly_todays_tables(empty):
    empty.migrate_step_by_step()

    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


def test_migration_makes_every_index_with_the_condition_that_its_table_names(empty):
    """Alembic's comparison does not look at the conditions of partial indexes."""
    empty.migrate_step_by_step()

    with empty.reading() as connection:
        made = {
            (table, index["name"]): index.get("dialect_options", {}).get(f"{connection.dialect.name}_where")
            for table in SQLModel.metadata.tables
            for index in inspect(connection).get_indexes(table)
        }
    for table in SQLModel.metadata.tables.values():
        for index in table.indexes:
            wanted = index.dialect_options[connection.dialect.name]["where"]
            condition = made[table.name, index.name]
            assert (condition is None) == (wanted is None), index.name
            for word in str(wanted).split("'")[1::2]:
                assert f"'{word}'" in str(condition), index.name


@pytest.mark.parametrize("kind", [Database, FeedbackDatabase])
def test_a_new_file_is_the_same_in_everything_as_one_that_was_migrated_step_by_step(kind, tmp_path):
    new, stepped = (kind(f"sqlite:///{tmp_path / name}") for name in ("new.sqlite3", "stepped.sqlite3"))
    new.migrate()
    stepped.migrate_step_by_step()

    assert len(all_that_is_in(new)) > 5
    assert all_that_is_in(new) == all_that_is_in(stepped)
    assert revisions(new) == revisions(stepped)
    new.close()
    stepped.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_alembic_is_not_even_imported_for_a_new_file_or_one_that_is_up_to_date(empty_url):
    for _ in ("new", "up to date"):
        process = another_process(WITHOUT_ALEMBIC, empty_url)
        assert process.communicate(timeout=60)[0] == "False\n"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_file_that_has_something_in_it_is_never_taken_for_a_new_one(empty):
    with empty.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    with patch.object(Database, "_make_new") as make_new:
        empty.migrate()

    make_new.assert_not_called()
    empty.require_up_to_date()


def test_migrating_twice_is_harmless(database):
    come(database, "+441")

    database.migrate()

    assert len(rows(database, PERSON)) == 1


def test_several_processes_migrating_at_once_are_all_content(empty_url):
    processes = [another_process(MIGRATE, empty_url) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]


def test_a_migration_that_breaks_leaves_nothing_behind(empty, monkeypatch):
    """SQLite's driver would otherwise commit table by table."""
    from alembic.operations import Operations

    def break_at_person(self, name, *columns, **options):
        if name == "person":
            raise RuntimeError("the power failed")
        return create_table(self, name, *columns, **options)

    create_table = Operations.create_table
    monkeypatch.setattr(Operations, "create_table", break_at_person)
    with pytest.raises(RuntimeError):
        empty.migrate_step_by_step()
    monkeypatch.undo()

    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == []
    empty.migrate()
    empty.require_up_to_date()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_new_file_that_breaks_half_way_has_nothing_in_it(empty, monkeypatch):
    monkeypatch.setattr("storage.database.ALEMBICS_OWN_TABLE", "CREATE the power failed")
    with pytest.raises(OperationalError):
        empty.migrate()
    monkeypatch.undo()

    assert all_that_is_in(empty) == {}
    empty.migrate()
    empty.require_up_to_date()


def test_an_empty_database_is_behind_until_it_is_migrated(empty):
    with pytest.raises(DatabaseBehind, match="alongside migrate"):
        empty.require_up_to_date()

    empty.migrate()

    empty.require_up_to_date()
