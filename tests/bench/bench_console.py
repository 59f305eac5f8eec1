"""Every page of the console after years: 50,000 people, a million messages. Each in less than 200 ms."""

from __future__ import annotations

import asyncio
import gc
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from storage.database import Database
from tests.bench.printing import heading, line
from tests.bot.console.large import DOWNLOADS, LARGE, PAGES, Size, fill, reading
from tests.storage.cast import watching

TIMES = 9
GOAL_MS = 200


@contextmanager
def caught(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The questions that are put to the database meanwhile, each with its values."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    with ExitStack() as stack:
        for engine in (database.engine, database._reading_engine):
            stack.enter_context(watching(engine, "before_cursor_execute", note))
        yield found


def slowest(database: Database, statements: Sequence[tuple[str, Any]]) -> str:
    """Which of these takes longest by itself, read to its end, and how long."""
    took = [(0.0, "")]
    with database.reading() as connection:
        for statement, values in statements:
            if statement.startswith("SELECT"):
                started = time.perf_counter()
                connection.exec_driver_sql(statement, values).fetchall()
                took.append((time.perf_counter() - started, statement))
    seconds, statement = max(took)
    return f"slowest query {seconds * 1e3:.0f} ms: {in_short(statement)}"


def in_short(statement: str) -> str:
    """From what a statement reads: "outbox, broadcast_recipient"."""
    tables = re.findall(r"(?:FROM|JOIN|INTO|UPDATE) (\w+)", statement)
    return ", ".join(dict.fromkeys(tables))[:40]


async def look_at_every_page(database: Database, size: Size) -> None:
    async with reading(database, size) as opens:
        gc.freeze()  # as `alongside run` does
        for what, path in (*PAGES, *DOWNLOADS):
            with caught(database) as statements:
                started = time.process_time()
                await opens(path)
                first = (time.process_time() - started) * 1e3
            took = []
            for _ in range(TIMES):
                started = time.process_time()  # whatever else the machine has to do
                await opens(path)
                took.append(time.process_time() - started)
            ms = median(took) * 1e3
            verdict = "" if ms < GOAL_MS else f"OVER {GOAL_MS} ms; "
            verdict += f"the first look {first:.0f} ms; " if first > GOAL_MS and first > 2 * ms else ""
            line(what, f"{ms:.0f} ms", goal=verdict + slowest(database, statements))


def main() -> None:
    heading(
        f"The console's pages with {LARGE.people:,} people, {LARGE.messages:,} messages and {LARGE.audited:,} lines of "
        f"its log, on SQLite:\nwhat {TIMES} looks take of a processor, drawn and all: the median; goal: < {GOAL_MS} ms"
    )
    with tempfile.TemporaryDirectory(dir=".") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'console.sqlite3'}")
        database.migrate()
        started = time.perf_counter()
        fill(database)
        line("filling it", f"{time.perf_counter() - started:.1f} s")
        asyncio.run(look_at_every_page(database, LARGE))


if __name__ == "__main__":
    main()
