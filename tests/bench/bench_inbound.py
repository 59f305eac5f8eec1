"""The whole inbound path against raw sqlite3 replaying its statements; a lone message against a bare commit."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bot.channels import Incoming
from bot.house import House
from bot.listening import listen
from bot.recent import Recent
from bot.sitting import Sitting, Voice
from flows.feedback import asks_for_us
from flows.words import Words
from storage.database import Database, begin
from storage.desk import Desk
from storage.store import Store
from tests.bench.a_check_in import ANSWERS, PEOPLE, TO_A_COMMIT, WORDS
from tests.bench.printing import heading, line
from tests.storage.cast import watching

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def bench_words(folder: Path) -> Words:
    """The built-in words and those of the five questions."""
    from flows.words.reading import Library

    shutil.copytree("flows/words", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "en" / "bench.toml").write_text(WORDS, encoding="utf-8")
    library = Library()
    library.read(folder)
    return Words(library.pages)


def number(person: int) -> str:
    return f"+4477009{person:05d}"


def batches() -> Iterator[list[Incoming]]:
    """Every person's answers, everybody's first before anybody's second, as polls bring them."""
    for turn, words in enumerate(ANSWERS):
        for start in range(0, PEOPLE, TO_A_COMMIT):
            yield [
                Incoming("telegram", "telegram", number(n), f"{turn}-{n}", NOW, text=words)
                for n in range(start, start + TO_A_COMMIT)
            ]


def prepare(database: Database, voice: Voice, address: Callable[[int], str] = number) -> None:
    """Everybody has joined, and the first question is asked."""
    with database.engine.connect() as connection:
        for start in range(0, PEOPLE, 500):
            begin(connection)
            desk = Desk(connection, NOW)
            for n in range(start, start + 500):
                person = desk.add_person(called=f"P{n}", joined_at=NOW)
                chat = desk.add_address("telegram", "telegram", address(n), person)
                Sitting(desk, person, chat, voice).begin("bench")
            desk.put_away()
            connection.commit()


class Turns:
    """Ours: everything from a decoded message to its commit."""

    def __init__(self, database: Database, voice: Voice) -> None:
        self._database = database
        self._voice = voice
        self._recent = Recent()

    def run(self) -> float:
        """Seconds for every turn of everybody."""
        with self._database.engine.connect() as connection:
            started = time.perf_counter()
            for batch in batches():
                messages = [self._recent.mark(m, NOW) for m in batch if not asks_for_us(m.text, self._voice.words)]
                begin(connection)
                desk = Desk(connection, NOW)
                desk.fetch([m.address for m in messages], [m.message_id for m in messages])
                for message in messages:
                    listen(desk, message, self._voice)
                desk.put_away()
                connection.commit()
            return time.perf_counter() - started


def recorded(database: Database, voice: Voice) -> list[list[tuple[str, Any, bool]]]:
    """The statements of a run, by transaction."""
    transactions: list[list[tuple[str, Any, bool]]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith("BEGIN"):
            transactions.append([])
        elif not statement.startswith("PRAGMA"):
            transactions[-1].append((statement, parameters, many))

    with watching(database.engine, "before_cursor_execute", note):
        Turns(database, voice).run()
    return transactions


def raw(path: Path, transactions: list[list[tuple[str, Any, bool]]]) -> float:
    """Seconds for raw sqlite3 to run the same statements, with the same pragmas on the same file."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    started = time.perf_counter()
    for statements in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for statement, parameters, many in statements:
            if many:
                connection.executemany(statement, parameters)
            else:
                connection.execute(statement, parameters).fetchall()
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def main() -> float:
    """Print the table; returns our turns a second."""
    heading(f"The whole inbound path: {PEOPLE} people, five questions, {TO_A_COMMIT} turns to a commit")
    turns = PEOPLE * len(ANSWERS)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        base, work = Path(folder) / "base.sqlite3", Path(folder) / "work.sqlite3"
        voice = Voice(bench_words(Path(folder) / "words"), House())
        database = Database(f"sqlite:///{base}")
        database.migrate()
        prepare(database, voice)
        database.close()
        transactions = with_copy(base, work, lambda its: recorded(its, voice))
        ours = with_copy(base, work, lambda its: Turns(its, voice).run())
        shutil.copy(base, work)
        theirs = raw(work, transactions)
        line("ours, turns/s", f"{turns / ours:,.0f}")
        line("raw sqlite3 replaying our statements, turns/s", f"{turns / theirs:,.0f}", theirs / ours, "goal >= 0.15")
        lone_message(base, work, voice)
    return turns / ours


def with_copy(base: Path, work: Path, do: Any) -> Any:
    shutil.copy(base, work)
    database = Database(f"sqlite:///{work}")
    try:
        return do(database)
    finally:
        database.close()
        work.unlink()


def lone_message(base: Path, work: Path, voice: Voice) -> None:
    """One message by itself, from the store thread's queue to its commit, against one raw durable insert."""
    shutil.copy(base, work)
    database = Database(f"sqlite:///{work}")
    store = Store(database)
    ours, bare = [], []
    connection = sqlite3.connect(work.with_suffix(".bare"), isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")

    def take(its: Any, messages: Any) -> list[None]:
        desk = Desk(its, NOW)
        desk.fetch([m.address for m in messages], [m.message_id for m in messages])
        for message in messages:
            listen(desk, message, voice)
        desk.put_away()
        return [None] * len(messages)

    for n in range(300):
        message = Incoming("telegram", "telegram", number(n), f"lone-{n}", NOW, text="3")
        started = time.perf_counter()
        store.submit(take, message).result()
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t (text) VALUES (?)", ("x" * 200,))
        connection.execute("COMMIT")
        bare.append(time.perf_counter() - started)
    connection.close()
    store.close()
    database.close()
    line("a lone message, median ms to its commit", f"{median(ours) * 1e3:.2f} ms")
    line("one raw durable insert", f"{median(bare) * 1e3:.2f} ms", median(ours) / median(bare), "goal <= 3")


if __name__ == "__main__":
    main()
