"""No page of the console reads a whole table that grows: after years it is as quick as on the first day.

Every page is opened in a charity of some size, the questions that it puts to the database are caught, and the database
is asked how it answers them, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from bot.console.rooms import ROOMS
from storage.database import Database
from tests.bench.bench_console import caught
from tests.bot.console.large import DOWNLOADS, PAGES, Size, fill, reading
from tests.storage.test_query_plans import Statement, plan

SIZE = Size(people=20_000, messages=60_000, audited=30_000, projects=40, waiting=100)
ALL_TABLES = {each.name for each in SQLModel.metadata.tables.values()}
TABLE_OF = {index.name: table.name for table in SQLModel.metadata.tables.values() for index in table.indexes}
PARTLY = {
    index.name
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
"""The indexes of a few rows only, as of those that wait: reading these from end to end reads no whole table."""
MANY = 2_000
"""Rows: a table of fewer may be read whole."""
ASKS_FOR_ONE_THING = {
    *("/me/second-step", "/settings", "/work/new", "/work/{project:int}/meetings/new", "/words/{language}/{key}"),
    *("/work/meetings/{number:int}/change", "/sign-off", "/work/questionnaires/{name}/flow-results.zip"),
}
OF_EVERYBODY = {
    "/people": {"person"},
    "/people?page={last}": {"person"},
    "/people?said=sia": {"person"},
    "/people?said=07700+94321": {"person", "holder", "address"},
    "/people?said=Zebedee": {"person"},
    "/broadcasts": {"broadcast_recipient"},
    "/broadcasts/1": {"broadcast_recipient"},
    "/broadcasts/1?state=failed": {"broadcast_recipient"},
    "/work/questionnaires": {"questionnaire_response"},
    "/work/questionnaires/arrival": {"questionnaire_response"},
    "/work/questionnaires/arrival/share": {"questionnaire_response", "person", "holder", "address"},
    "/broadcasts/41": {"person", "holder", "address", "outbox"},
}
"""Looking for a part of a name reads names and numbers; what is meant for all or answered by all is counted."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('large') / 'large.sqlite3'}")
        database.migrate()
        fill(database, SIZE)
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgresql")
    url = server.create(request.getfixturevalue("postgresql_template"))
    database = Database(url)
    fill(database, SIZE)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    yield database
    database.close()
    server.drop(url)


@pytest.fixture(scope="module")
def asked(large: Database) -> dict[str, list[Statement]]:
    """What each page asks the database, by its path."""

    async def look() -> dict[str, list[Statement]]:
        found = {}
        async with reading(large, SIZE) as opens:
            for _, path in (*PAGES, *DOWNLOADS):
                with caught(large) as statements:
                    await opens(path)
                found[path] = [each for each in statements if each[0].startswith(("SELECT", "WITH"))]
        return found

    return asyncio.run(look())


def small_tables(connection: Connection) -> set[str]:
    """The tables that may be read whole."""
    tables = SQLModel.metadata.tables.values()
    return {
        each.name for each in tables if connection.execute(select(func.count()).select_from(each)).scalar_one() < MANY
    }


def read_whole(connection: Connection, statement: Statement, small: set[str]) -> set[str]:
    """The large tables that this reads from one end to the other."""
    text, steps = statement[0], plan(connection, *statement)
    if connection.dialect.name == "sqlite":
        called = {name: table for table, name in re.findall(r"\b(\w+) AS (\w+)", text)}
        scanned = [re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", each) for each in steps]
        in_order = "LIMIT" in text and not any("TEMP B-TREE" in each for each in steps)
        found = {called.get(each[1], each[1]) for each in scanned if each and not (each[2] and in_order)}
        partly = {called.get(each[1], each[1]) for each in scanned if each and each[2] in PARTLY}
        return {each for each in found - partly if each in ALL_TABLES} - small
    found = set()
    for node in re.split(r"\n(?=\s*(?:->|CTE|InitPlan|SubPlan))", "\n".join(steps)):
        scan = re.search(
            r"(?:Seq Scan|Index (?:Only )?Scan(?: Backward)? using (\w+)|Index Scan on (\w+))(?: on (\w+))?", node
        )
        in_order = scan and scan[1] and "LIMIT" in text and "Sort" not in "".join(steps)
        if scan and "Index Cond" not in node and (scan[1] or scan[2]) not in PARTLY and not in_order:
            found.add(scan[3] or TABLE_OF.get(scan[2], ""))
    return found - small


@pytest.mark.parametrize("path", [path for _, path in PAGES])
def test_no_page_reads_a_whole_table(large: Database, asked: dict[str, list[Statement]], path: str) -> None:
    with large.engine.connect() as connection:
        if not large.is_sqlite:  # so small a charity it would rather read whole: it shall show that it need not
            for way in ("seqscan", "mergejoin", "hashjoin"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        small = small_tables(connection) | OF_EVERYBODY.get(path, set())
        wrong = {each[0]: read_whole(connection, each, small) for each in asked[path]}
    assert not any(wrong.values()), {statement: tables for statement, tables in wrong.items() if tables}


def test_every_page_is_looked_at() -> None:
    """A new page is entered in `large.PAGES`, or here with why it asks for nothing that grows."""
    known = [re.sub(r"[?#].*", "", path) for _, path in (*PAGES, *DOWNLOADS)]
    for page in (page for room in ROOMS for page in room if page.method == "GET" and page.may is not None):
        pattern = re.sub(r"{\w+(:\w+)?}", r"[^/]+", page.path)
        is_known = any(re.fullmatch(pattern, path) for path in known)
        assert is_known or page.path in ASKS_FOR_ONE_THING, page.path


def test_what_grows_is_large_enough_here(large: Database) -> None:
    with large.engine.connect() as connection:
        grows = {"message", "outbox", "person", "audit_entry", "inbox", "alert_event", "suggestion", "task", "nudge"}
        assert not grows & small_tables(connection)
