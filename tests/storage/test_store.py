"""The store thread: one transaction for what waits, answers after the commit, and nobody harmed by a neighbour."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

import storage.store
from storage.database import Database
from storage.desk import ADDRESS, MESSAGE, PERSON, Desk
from storage.store import Store, StoreClosed
from tests.storage.cast import NOW, another_process, come, end_other_sessions, holders_of, rows


class Broken(Exception):
    """Our bug, in the work."""


@pytest.fixture
def store(database) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.close()


@pytest.fixture
def four_threads(postgresql_database) -> Iterator[Store]:
    store = Store(postgresql_database, threads=4)
    yield store
    store.close()


class Gate:
    """Work that holds the store thread until it is let go, so that what is submitted meanwhile makes one batch."""

    def __init__(self, store: Store) -> None:
        self._reached, self._let_go = threading.Event(), threading.Event()
        self._done = store.submit(self._wait, None)
        assert self._reached.wait(10)

    def _wait(self, connection, items):
        self._reached.set()
        assert self._let_go.wait(10)
        return items

    def open(self) -> None:
        self._let_go.set()


def keep(connection, items):
    """Keep one message an item; "broken" breaks."""
    for item in items:
        connection.execute(insert(MESSAGE), message(item))
        if item == "broken":
            raise Broken
    return [item.upper() for item in items]


def message(text):
    return {"id": abs(hash(text)), "sender": "s", "provider_id": text, "address_id": 1, "kind": "text", "text": text,
            "at": NOW}  # fmt: skip


def kept(database: Database) -> set[str]:
    return {row.text for row in rows(database, MESSAGE)}


def in_one_batch(store: Store, work, items) -> list[Future]:
    gate = Gate(store)
    futures = [store.submit(work, item) for item in items]
    gate.open()
    return futures


# -- one transaction ------------------------------------------------------------------------------------


def test_what_waits_goes_into_one_call_and_the_results_come_in_order(store, database):
    calls = []

    def counted(connection, items):
        calls.append(list(items))
        return keep(connection, items)

    results = [future.result(10) for future in in_one_batch(store, counted, ["a", "b", "c"])]

    assert results == ["A", "B", "C"]
    assert calls == [["a", "b", "c"]]
    assert kept(database) == {"a", "b", "c"}


def test_different_work_in_one_batch_keeps_the_order_it_was_submitted_in(store):
    order = []

    def first(connection, items):
        order.extend(items)
        return items

    def second(connection, items):
        order.extend(items)
        return items

    gate = Gate(store)
    futures = [store.submit(work, n) for n, work in enumerate((first, second, second, first))]
    gate.open()

    assert [future.result(10) for future in futures] == [0, 1, 2, 3]
    assert order == [0, 1, 2, 3]


def test_a_batch_commits_together(store, database):
    """Nothing of it can be seen while any of it is still being worked on; all of it once one is answered."""
    seen_before = []

    def look(connection, items):
        seen_before.append(kept(database))
        return items

    gate = Gate(store)
    futures = [store.submit(keep, "a"), store.submit(look, "b"), store.submit(keep, "c")]
    gate.open()
    futures[0].result(10)

    assert seen_before == [set()]
    assert kept(database) == {"a", "c"}


def test_a_broken_item_harms_nobody_else(store, database):
    futures = in_one_batch(store, keep, ["a", "broken", "c"])

    with pytest.raises(Broken):
        futures[1].result(10)
    assert [futures[0].result(10), futures[2].result(10)] == ["A", "C"]
    assert kept(database) == {"a", "c"}


def test_work_that_gives_too_few_results_is_an_error_and_keeps_nothing(store, database):
    def forgetful(connection, items):
        keep(connection, items)
        return []

    with pytest.raises(AssertionError, match="0 results for 1 items"):
        store.submit(forgetful, "a").result(10)
    assert kept(database) == set()


def test_the_store_goes_on_after_an_error(store, database):
    with pytest.raises(Broken):
        store.submit(keep, "broken").result(10)

    assert store.submit(keep, "a").result(10) == "A"


def test_sqlite_has_one_writer(sqlite_database):
    with pytest.raises(ValueError, match="one writer"):
        Store(sqlite_database, threads=2)


def test_a_persons_work_is_done_in_order_on_several_threads(four_threads):
    done: dict[str, list[int]] = {f"+44{n}": [] for n in range(8)}

    def note(connection, items):
        for by, number in items:
            done[by].append(number)
        return items

    futures = [four_threads.submit(note, (by, number), by=by) for number in range(50) for by in done]
    for future in futures:
        future.result(10)

    assert all(numbers == list(range(50)) for numbers in done.values())


def test_a_slow_person_holds_up_nobody_on_another_thread(four_threads):
    gate = Gate(four_threads)
    bys = [f"+44{n}" for n in range(64)]
    done = [four_threads.submit(keep, by, by=by) for by in bys if hash(by) % 4 != hash("") % 4]

    assert [future.result(10) for future in done]
    gate.open()


# -- the end --------------------------------------------------------------------------------------------


def test_closing_finishes_what_was_submitted(database):
    store = Store(database)
    futures = in_one_batch(store, keep, [f"{n}" for n in range(450)])

    store.close()

    assert all(future.done() for future in futures)
    assert len(kept(database)) == 450


def test_a_closed_store_takes_nothing_and_says_so(database):
    store = Store(database)
    store.close()
    store.close()

    with pytest.raises(StoreClosed):
        store.submit(keep, "a")
    assert kept(database) == set()


def test_whatever_is_submitted_while_closing_is_either_refused_or_answered(sqlite_database, monkeypatch):
    """The moment between "is it closed?" and the queue, held open."""
    store = Store(sqlite_database)
    closing = threading.Thread(target=store.close)

    def close_just_now(*parts):
        closing.start()
        closing.join(0.2)
        return waiting(*parts)

    waiting = storage.store._Waiting
    monkeypatch.setattr(storage.store, "_Waiting", close_just_now)

    future = store.submit(keep, "a")

    closing.join(10)
    assert future.result(5) == "A"


async def test_a_caller_who_gives_up_stops_neither_the_store_nor_the_others(store, database):
    gate = Gate(store)
    waiting = [asyncio.create_task(store.run(keep, item)) for item in ("a", "b", "c")]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.sleep(0)
    gate.open()

    assert await asyncio.wait_for(asyncio.gather(waiting[0], waiting[2]), 10) == ["A", "C"]
    assert await asyncio.wait_for(store.run(keep, "d"), 10) == "D"
    assert kept(database) == {"a", "c", "d"}


async def test_a_caller_who_gives_up_while_it_is_being_done_stops_nothing(store, database):
    reached, let_go = threading.Event(), threading.Event()

    def slow(connection, items):
        reached.set()
        assert let_go.wait(10)
        return keep(connection, items)

    waiting = asyncio.create_task(store.run(slow, "a"))
    await asyncio.to_thread(reached.wait, 10)
    waiting.cancel()
    await asyncio.sleep(0)
    let_go.set()

    assert await asyncio.wait_for(store.run(keep, "b"), 10) == "B"
    assert kept(database) == {"a", "b"}


CRASH = """
import os, signal, sys, threading
from datetime import datetime, UTC
from storage.database import Database
from storage.desk import Desk
from storage.store import Store

def work(connection, items):
    desk = Desk(connection, datetime(2026, 5, 4, tzinfo=UTC))
    for item in items:
        person = desk.add_person()
        address = desk.add_address("sms", "sms", item, person)
        desk.add_message("sms", item, address_id=address.id, kind="text", text=item)
    desk.put_away()
    if "half-way" in items:
        print("half-way", flush=True)
        sys.stdin.readline()
    return items

store = Store(Database(sys.argv[1]))
store.submit(work, "kept").result()
store.submit(work, "half-way").result()
"""


def test_a_crash_inside_a_batch_leaves_nothing_half_done(database):
    process = another_process(CRASH, database.url)
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.wait(10)

    assert kept(database) == {"kept"}
    assert [row.value for row in rows(database, ADDRESS)] == ["kept"]
    assert len(rows(database, PERSON)) == 1
    come(database, "half-way")  # and no lock is left behind


# -- PostgreSQL: again after a deadlock, after somebody was first, after the line broke -----------------


def greet(name):
    """Work that reads and changes everybody who is named, in the order named: what a batch really does."""

    def work(connection, items):
        desk = Desk(connection, NOW)
        desk.fetch([value for values in items for value in values], [])
        for values in items:
            for value in values:
                address = desk.address("sms", value)
                if address is None:
                    address = desk.add_address("sms", "sms", value, desk.add_person(called="0"))
                (person,) = desk.holders(address)
                desk.change(person, called=str(int(person.called) + 1))
        desk.put_away()
        return items

    work.__name__ = name
    return work


def test_batches_over_the_same_people_all_succeed_and_no_change_is_lost(four_threads, postgresql_database):
    values = [f"+44{n}" for n in range(12)]
    come(postgresql_database, *values, called="0")
    work = greet("greet")

    futures = [
        four_threads.submit(work, tuple(values if n % 2 else reversed(values)), by=f"{n % 16}") for n in range(200)
    ]
    for future in futures:
        future.result(60)

    assert {holders_of(postgresql_database, value)[0].called for value in values} == {"200"}


def test_people_who_are_new_to_several_batches_at_once_come_into_being_once(four_threads, postgresql_database):
    values = [f"+44{n}" for n in range(12)]
    work = greet("meet")

    futures = [
        four_threads.submit(work, tuple(values if n % 2 else reversed(values)), by=f"{n % 16}") for n in range(64)
    ]
    for future in futures:
        future.result(60)

    assert len(rows(postgresql_database, ADDRESS)) == len(rows(postgresql_database, PERSON)) == 12
    assert {holders_of(postgresql_database, value)[0].called for value in values} == {"64"}


def test_batches_that_bring_the_same_new_people_in_another_order_cost_no_deadlock(four_threads, postgresql_database):
    """A deadlock would be run again, but PostgreSQL takes a second to see it."""
    work, bys = greet("meet"), two_threads()
    for round_number in range(25):
        values = [f"+44{round_number:02}{n:02}" for n in range(40)]
        orders = (tuple(values), tuple(reversed(values)))
        for future in [four_threads.submit(work, order, by=by) for order, by in zip(orders, bys, strict=True)]:
            future.result(60)

    assert deadlocks(postgresql_database) == 0


def two_threads() -> list[str]:
    """What to submit by, so that it is done on two different threads of four."""
    return [next(f"{n}" for n in range(99) if hash(f"{n}") % 4 == thread) for thread in (0, 1)]


def deadlocks(database) -> int:
    with database.writing() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.execute(text(query)).scalar())


def test_work_that_died_of_deadlock_is_run_again(four_threads, postgresql_database):
    come(postgresql_database, "+441", "+442", called="0")
    ids = {value: holders_of(postgresql_database, value)[0].id for value in ("+441", "+442")}
    both_hold_one = threading.Barrier(2)
    runs = []

    def crosswise(connection, items):
        runs.append(items[0])
        for number, value in enumerate(items[0]):
            connection.execute(update(PERSON).where(PERSON.c.id == ids[value]).values(called=PERSON.c.called + "!"))
            if number == 0 and len(runs) <= 2:
                both_hold_one.wait(10)
        return items

    orders = [("+441", "+442"), ("+442", "+441")]
    futures = [four_threads.submit(crosswise, values, by=by) for values, by in zip(orders, two_threads(), strict=True)]
    for future in futures:
        future.result(30)

    assert len(runs) == 3
    assert deadlocks(postgresql_database) == 1
    assert {row.called for row in rows(postgresql_database, PERSON)} == {"0!!"}


def test_work_that_could_not_be_serialized_is_run_again(four_threads, postgresql_database):
    come(postgresql_database, "+441", called="0")
    barrier = threading.Barrier(2)
    runs = []

    def strictly(connection, items):
        runs.append(items)
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        called = int(connection.execute(text("SELECT called FROM person")).scalar())
        if len(runs) <= 2:
            barrier.wait(10)
        connection.execute(text("UPDATE person SET called = :called"), {"called": str(called + 1)})
        return items

    for future in [four_threads.submit(strictly, 1, by=by) for by in two_threads()]:
        future.result(30)

    assert len(runs) == 3
    assert [row.called for row in rows(postgresql_database, PERSON)] == ["2"]


def test_the_store_finds_its_way_back_after_the_line_broke(four_threads, postgresql_database):
    bys = [f"{n}" for n in range(32)]
    for by in bys:
        four_threads.submit(keep, by, by=by).result(10)
    with postgresql_database.writing() as connection:
        end_other_sessions(connection)

    for by in bys:
        assert four_threads.submit(keep, f"again {by}", by=by).result(10)


def test_work_whose_line_breaks_in_the_middle_is_done_once(four_threads, postgresql_database):
    runs = []

    def interrupted(connection, items):
        runs.append(items)
        keep(connection, items)
        if len(runs) == 1:
            with postgresql_database.writing() as other:
                end_other_sessions(other)
            keep(connection, ["never"])
        return items

    assert four_threads.submit(interrupted, "a").result(10) == "a"
    assert kept(postgresql_database) == {"a"}


def test_a_database_out_of_reach_is_told_to_all_who_wait(postgresql, postgresql_template):
    url = postgresql.create(postgresql_template)
    away = Database(url.replace("host=", "host=/nowhere"))
    store = Store(away)

    with pytest.raises(DBAPIError):
        store.submit(keep, "a").result(10)
    for future in [store.submit(keep, f"{n}") for n in range(5)]:
        with pytest.raises(DBAPIError):
            future.result(10)

    store.close()
    away.close()


def test_a_file_that_is_locked_for_too_long_costs_the_waiting_one_wait_not_one_each(sqlite_database, monkeypatch):
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.3)
    impatient = Database(sqlite_database.url)
    store = Store(impatient)

    with sqlite_database.writing():
        for future in [store.submit(keep, f"{n}") for n in range(20)]:
            with pytest.raises(DBAPIError, match="locked"):
                future.result(3)

    assert store.submit(keep, "a").result(10) == "A"
    store.close()
    impatient.close()
