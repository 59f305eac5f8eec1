"""Migrations: from nothing to today's tables, once, whoever else tries at the same time."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel

from storage.database import Database, DatabaseBehind
from storage.desk import PERSON
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


@pytest.fixture
def empty(empty_url: str):
    database = Database(empty_url)
    yield database
    database.close()


def test_migrating_an_empty_database_gives_it_exactly_todays_tables(empty):
    empty.migrate()

    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*SQLModel.metadata.tables, "alembic_version"}


def test_migration_makes_every_index_with_the_condition_that_its_table_names(empty):
    """Alembic's comparison does not look at the conditions of partial indexes."""
    empty.migrate()

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
        empty.migrate()
    monkeypatch.undo()

    with empty.reading() as connection:
        assert inspect(connection).get_table_names() == []
    empty.migrate()
    empty.require_up_to_date()


def test_an_empty_database_is_behind_until_it_is_migrated(empty):
    with pytest.raises(DatabaseBehind, match="alongside migrate"):
        empty.require_up_to_date()

    empty.migrate()

    empty.require_up_to_date()
