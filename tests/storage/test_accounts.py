"""Accounts of the team, and the log of what they saw and did."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from storage import accounts
from storage.accounts import AUDIT
from storage.database import Database

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
REPLACE = text("INSERT OR REPLACE INTO audit_entry (id, at, who, what) SELECT id, at, who, 'x' FROM audit_entry")


@pytest.fixture
def logged(database: Database) -> None:
    with database.writing() as connection:
        accounts.record(connection, "Bo", "opened a note", NOW, "person:1", "to prepare her task")


@pytest.mark.parametrize("statement", [update(AUDIT).values(what="nothing"), delete(AUDIT)])
def test_the_log_can_be_neither_changed_nor_deleted(database: Database, logged: None, statement) -> None:
    with pytest.raises(DBAPIError, match="audit log cannot be changed"), database.writing() as connection:
        connection.execute(statement)
    with database.reading() as connection:
        assert list(connection.execute(select(AUDIT.c.who, AUDIT.c.what))) == [("Bo", "opened a note")]


def test_the_log_cannot_be_replaced_on_sqlite(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        accounts.record(connection, "Bo", "opened a note", NOW)
    with pytest.raises(DBAPIError, match="cannot be changed"), sqlite_database.writing() as connection:
        connection.execute(REPLACE)


def test_the_log_cannot_be_truncated_on_postgresql(postgresql_database: Database) -> None:
    with pytest.raises(DBAPIError, match="cannot be changed"), postgresql_database.writing() as connection:
        connection.execute(text("TRUNCATE audit_entry"))


def test_an_account_sees_all_projects_or_those_that_are_named(database: Database) -> None:
    with database.writing() as connection:
        bo = accounts.invite_account(connection, "Bo", ["coordinator"], "code", NOW + timedelta(days=1), NOW)
        assert accounts.account_called(connection, " bO ").projects is None
        accounts.change_rights(connection, bo, ["coordinator", "lead"], {7, 8})
        found = accounts.account_with(connection, bo)
        assert (found.projects, found.roles) == ({7, 8}, {"coordinator", "lead"})
        accounts.change_rights(connection, bo, ["coordinator"], set())
        assert accounts.account_with(connection, bo).projects == frozenset()  # none, which is not the same as all
        accounts.change_rights(connection, bo, ["coordinator"], None)
        assert accounts.account_with(connection, bo).projects is None


def test_wrong_tries_of_yesterday_are_let_go(database: Database) -> None:
    with database.writing() as connection:
        for hours in (0, 1):
            accounts.count_try(connection, "Bo", NOW + timedelta(hours=hours))
        assert accounts.tries_of(connection, "bo").tries == 2
        accounts.count_try(connection, "Kim", NOW + timedelta(hours=26))
        assert accounts.tries_of(connection, "Bo") is None
