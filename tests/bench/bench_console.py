"""The console's pages about people, with 50,000 people and a million messages: each in less than 200 ms."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, Table

from bot.people.merging import look_before_merging
from bot.people.page import page_of
from bot.people.searching import search
from bot.people.talked import talked_with
from bot.safeguarding import Safeguarding
from storage.database import Database
from storage.desk import ADDRESS, CHECK_IN, HOLDER, MESSAGE, OUTBOX, PERSON
from storage.projects import MEMBER, PROJECT
from tests.bench.printing import heading, line

PEOPLE = 50_000
MESSAGES = 1_000_000  # half from them, half to them
PROJECTS = 100
BUSY = 7  # who has a thousand messages
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = ("Ada", "Bo", "Cai", "Dee", "Eve", "Jo", "Kit", "Lee", "Sian", "Tom")
TIMES = 15
GOAL = "goal: < 200 ms"


def fill(database: Database, people: int = PEOPLE, messages: int = MESSAGES) -> None:
    """People with a number each, in a hundred projects, and what was said, made with one executemany a table."""
    everybody = range(1, people + 1)
    with database.writing() as connection:

        def put(table: Table, rows: Iterator[dict[str, Any]]) -> None:
            while some := list(islice(rows, 50_000)):
                connection.execute(table.insert(), some)

        put(PERSON, (_person(n) for n in everybody))
        put(ADDRESS, (_address(n) for n in everybody))
        put(HOLDER, ({"address_id": n, "person_id": n} for n in everybody))
        put(PROJECT, (_project(n) for n in range(1, PROJECTS + 1)))
        put(MEMBER, ({"project_id": n % PROJECTS + 1, "person_id": n, "side": "volunteer"} for n in everybody))
        put(
            CHECK_IN,
            ({"conversation_id": n, "person_id": n, "mood": 3, "wants_a_call": False, "at": NOW} for n in everybody),
        )
        who = [BUSY if n % (messages // 1000) == 0 else n % people + 1 for n in range(messages // 2)]
        put(MESSAGE, (_message(2 * n + 1, who[n]) for n in range(messages // 2)))
        put(OUTBOX, (_ours(2 * n + 2, who[n]) for n in range(messages // 2)))


def _person(n: int) -> dict[str, Any]:
    called = f"{NAMES[n % len(NAMES)]} {n:05}"
    quiet = {"quiet_from_minute": 1260, "quiet_until_minute": 540, "check_in_minute": 600, "preferred_address_id": n}
    return {"id": n, "role": "volunteer", "zone": "Europe/London", "called": called, "created_at": NOW, **quiet} | {
        "joined_at": NOW
    }


def _address(n: int) -> dict[str, Any]:
    return {"id": n, "channel": "sms", "sender": "sms", "value": f"+4477009{n:05}", "created_at": NOW}


def _project(n: int) -> dict[str, Any]:
    about = {"goal": "a garden", "rung": "co-producing", "decider": "Bo", "decider_in_group": True}
    return {"id": n, "name": f"Project {n}", "answer_within_days": 14, "everybody": False, **about}


def _message(its_id: int, person_id: int) -> dict[str, Any]:
    of = {"person_id": person_id, "address_id": person_id, "sender": "sms", "provider_id": f"in {its_id}"}
    return {"id": its_id, "kind": "text", "text": "the bus is late again", "at": NOW + timedelta(seconds=its_id), **of}


def _ours(its_id: int, person_id: int) -> dict[str, Any]:
    of = {"person_id": person_id, "address_id": person_id, "sender": "sms", "lane": 1, "state": "delivered"}
    at = NOW + timedelta(seconds=its_id)
    return {"id": its_id, "text": "Thank you.", "created_at": at, "not_before": at, "attempts": 1, "parts": 1, **of}


def _took(database: Database, look: Callable[[Connection], object]) -> float:
    """The median of some looks, in milliseconds, each on a connection as a page has it."""
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        with database.reading() as connection:
            look(connection)
        times.append(time.perf_counter() - started)
    return median(times) * 1e3


LOOKS: tuple[tuple[str, Callable[[Connection], object]], ...] = (
    ("everybody, the first page", lambda c: search(c, "")),
    ("everybody, the last page", lambda c: search(c, "", PEOPLE // 50)),
    ("a part of a name that a tenth has", lambda c: search(c, "sia")),
    ("a part of a name that one has", lambda c: search(c, "Sian 00008")),
    ("a part of a number", lambda c: search(c, "07700 94321")),
    ("a name that nobody has", lambda c: search(c, "Zebedee")),
    ("everybody of one project", lambda c: search(c, "", 1, frozenset({7}))),
    ("a part of a name in three projects", lambda c: search(c, "sia", 1, frozenset({1, 2, 9}))),
    ("one person's page", lambda c: page_of(c, BUSY, "Europe/London", NOW)),
    ("the conversation with somebody of a thousand messages", lambda c: _talked(c, None)),
    ("the same, far back", lambda c: _talked(c, 5000)),
)


def _talked(connection: Connection, before: int | None) -> object:
    return talked_with(connection, BUSY, Safeguarding(), "Europe/London", NOW, before)


def main() -> None:
    heading(f"The console with {PEOPLE:,} people and {MESSAGES:,} messages on SQLite: the median of {TIMES} looks")
    with tempfile.TemporaryDirectory(dir=".") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'console.sqlite3'}")
        database.migrate()
        started = time.perf_counter()
        fill(database)
        line("filling it", f"{time.perf_counter() - started:.1f} s")
        for what, look in LOOKS:
            line(what, f"{_took(database, look):.1f} ms", goal=GOAL)
        merging = _took(database, lambda c: look_before_merging(c, 8, BUSY))
        line("a look at two records before they become one", f"{merging:.1f} ms")
        database.close()


if __name__ == "__main__":
    main()
