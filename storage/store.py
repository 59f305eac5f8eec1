"""The store thread: whatever work is waiting goes into one transaction, is committed once, and all are told.

Work is a function of (connection, items) that gives one result for each item. If a batch fails, it is rolled
back and each item is run alone, so that one bad message harms nobody else's: work must be safe to run again.
A database that is out of reach is told to all who wait; the store goes on as soon as it is back.
"""

from __future__ import annotations

import asyncio
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.database import BEGIN_NOW, Database, begin

Item = TypeVar("Item")
Result = TypeVar("Result")
BatchWork: TypeAlias = Callable[[Connection, Sequence[Item]], Sequence[Result]]

LARGEST_BATCH = 200
TRIES = 5
FIRST_PAUSE_SECONDS = 0.02
TRY_AGAIN = {"40P01", "40001"}  # PostgreSQL: deadlock, serialization failure


class StoreClosed(Exception):
    """The store has been closed; nothing of this work was done. Trying again needs a running service."""


@dataclass
class _Waiting:
    work: BatchWork[Any, Any]
    item: Any
    done: Future[Any]


class Store:
    """Runs work on its own threads: one for SQLite, several for PostgreSQL with one person's work on one.

    Args:
        database: Where to write.
        threads: How many store threads; SQLite has one writer, so there it must be 1.
    """

    def __init__(self, database: Database, threads: int = 1) -> None:
        if database.is_sqlite and threads != 1:
            raise ValueError("SQLite has one writer: threads must be 1")
        self._database = database
        self._queues: list[queue.SimpleQueue[_Waiting | None]] = [queue.SimpleQueue() for _ in range(threads)]
        self._closed = False
        self._closing = threading.Lock()  # so that nothing is queued behind the end
        self._threads = [
            threading.Thread(target=self._serve, args=(waiting,), name=f"store-{n}", daemon=True)
            for n, waiting in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, work: BatchWork[Item, Result], item: Item, by: str = "") -> Future[Result]:
        """Have an item worked on; the future is done only after the commit.

        Args:
            work: Called with all items of the batch that share it, in the order they were submitted.
            item: What to work on.
            by: Work with the same `by` is done in order.
        """
        done: Future[Result] = Future()
        number = hash(by) % len(self._queues)
        with self._closing:
            if self._closed:
                raise StoreClosed("the store is closed")
            self._queues[number].put(_Waiting(work, item, done))
        return done

    async def run(self, work: BatchWork[Item, Result], item: Item, by: str = "") -> Result:
        """`submit`, awaited. Raises what the work raised; nothing of it was kept then."""
        return await asyncio.wrap_future(self.submit(work, item, by))

    def close(self) -> None:
        """Finish what has been submitted, then stop; safe to call twice."""
        with self._closing:
            self._closed = True
            for waiting in self._queues:
                waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, waiting: queue.SimpleQueue[_Waiting | None]) -> None:
        line = _Line(self._database)
        while (first := waiting.get()) is not None:
            batch, closing = _drain(first, waiting)
            # From here on a caller can still stop waiting, but no longer take the work back.
            batch = [each for each in batch if each.done.set_running_or_notify_cancel()]
            if batch:
                _commit(line, batch)
            if closing:
                break
        line.hang_up()


class _Line:
    """A store thread's connection, kept from batch to batch for as long as nothing goes wrong on it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def in_one_transaction(self, batch: list[_Waiting]) -> list[Any]:
        connection = self._connection = self._connection or self._database.engine.connect()
        try:
            begin(connection)
            results = list(_results(connection, batch))
            connection.commit()
        except BaseException:
            self.hang_up()  # rolls back; the next batch asks the pool, which replaces what was lost
            raise
        return results

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _commit(line: _Line, batch: list[_Waiting]) -> None:
    try:
        results = _tried_again(line, batch)
    except Exception as problem:
        if len(batch) > 1 and not _concerns_all(problem):
            for each in batch:
                _commit(line, [each])
            return
        for each in batch:
            each.done.set_exception(problem)
        return
    for each, result in zip(batch, results, strict=True):
        each.done.set_result(result)


def _drain(first: _Waiting, waiting: queue.SimpleQueue[_Waiting | None]) -> tuple[list[_Waiting], bool]:
    batch = [first]
    while len(batch) < LARGEST_BATCH:
        try:
            following = waiting.get_nowait()
        except queue.Empty:
            break
        if following is None:
            return batch, True
        batch.append(following)
    return batch, False


def _tried_again(line: _Line, batch: list[_Waiting]) -> list[Any]:
    for attempt in range(1, TRIES):
        try:
            return line.in_one_transaction(batch)
        except Exception as problem:
            if not _may_go_well_next_time(problem):
                raise
            time.sleep(FIRST_PAUSE_SECONDS * attempt * random.random())
    return line.in_one_transaction(batch)


def _results(connection: Connection, batch: list[_Waiting]) -> Iterator[Any]:
    for work, together in groupby(batch, key=lambda each: each.work):
        items = [each.item for each in together]
        results = work(connection, items)
        if len(results) != len(items):
            raise AssertionError(f"{work!r} gave {len(results)} results for {len(items)} items")
        yield from results


def _may_go_well_next_time(problem: Exception) -> bool:
    if isinstance(problem, IntegrityError):
        return True  # somebody else wrote the same new row first: the next run finds it
    if not isinstance(problem, DBAPIError):
        return False
    return problem.connection_invalidated or getattr(problem.orig, "sqlstate", None) in TRY_AGAIN


def _concerns_all(problem: Exception) -> bool:
    """No connection, no lock, no commit: run alone, each would only wait for the same answer."""
    return isinstance(problem, DBAPIError) and problem.statement in (None, BEGIN_NOW)
