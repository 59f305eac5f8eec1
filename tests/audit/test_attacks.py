"""Every attack first succeeds against a deliberately leaky build, and then finds nothing on ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import shutil
import sqlite3
import struct
import uuid
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, update

from bot.audit.attack import try_all
from bot.audit.attacks import ATTACKS
from bot.audit.attacks.canaries import Canaries
from bot.audit.attacks.clocks import Clocks
from bot.audit.attacks.gaps import Gaps, gaps
from bot.audit.attacks.guessing import DAY, TOO_MANY, TRIALS, WEEK, Guessing, Trace, guesses, trace_in
from bot.audit.attacks.joins import Joins
from bot.audit.attacks.left_behind import LeftBehind
from bot.audit.attacks.lengths import Lengths
from bot.audit.attacks.log_lines import LogLines
from bot.audit.attacks.order import Order, deviations
from bot.audit.attacks.scheduler import SchedulerStore
from bot.audit.attacks.schema import Schema
from storage.desk import ADDRESS
from storage.feedback.keys import public_key
from storage.feedback.sealing import Words, seal
from storage.feedback.store import FEEDBACK
from tests.audit.conftest import PEPPER, found, with_column

NOW = 1_793_000_000.0  # October 2026
NUMBER = "+447700900001"  # the first of the world's handsets


async def test_no_attack_finds_anything_on_ours(deployment):
    results = try_all(deployment.robbed(), ATTACKS)
    assert [(each.attack.name, each.findings) for each in results if each.verdict != "nothing found"] == []


async def test_the_robbery_is_worth_something(deployment):
    loot = deployment.robbed()
    (feedback,) = [heap for heap in loot.heaps if heap.name == "feedback"]
    assert len(feedback.rows) == 40
    assert any(heap.name == "message" and len(heap.rows) >= 20 for heap in loot.on("people"))
    assert any(path.endswith("slots") for path in loot.files)


# -- canaries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "disguise",
    [
        str.encode,
        lambda words: words.encode("utf-16-le"),
        lambda words: words.encode().hex().encode(),
        lambda words: base64.b64encode(b"ab" + words.encode()),
        lambda words: base64.b64encode(b"a" + words.encode()),
        lambda words: zlib.compress(words.encode()),
        lambda words: words.encode()[::-1],
        lambda words: words.upper().encode(),
    ],
)
async def test_words_in_a_log_are_found_however_they_are_written(deployment, disguise):
    (deployment.folder / "bot.log").write_bytes(b"some line\n" + disguise(deployment.known.words[7]) + b"\nmore")
    assert "bot.log" in found(Canaries(), deployment.robbed())


async def test_a_code_in_a_backup_is_found(deployment):
    (deployment.folder / "yesterday.sql").write_text(f"INSERT INTO code VALUES ('{deployment.known.codes[1]}')")
    told = found(Canaries(), deployment.robbed())
    assert "yesterday.sql" in told
    assert deployment.known.codes[1] not in told


# -- what deleting leaves ------------------------------------------------------------------------------


def careless(path: Path, secure: str) -> None:
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute(f"PRAGMA secure_delete={secure}")
        connection.execute("CREATE TABLE held (text TEXT)")
        connection.executemany("INSERT INTO held VALUES (?)", [("the kettle " * 90,)] * 200)
        connection.execute("DELETE FROM held")
    connection.close()


async def test_pages_that_were_not_wiped_are_found_and_wiped_ones_are_not(deployment):
    careless(deployment.folder / "careful.sqlite3", "ON")
    assert found(LeftBehind(), deployment.robbed()) == ""
    careless(deployment.folder / "careless.sqlite3", "OFF")
    assert "careless.sqlite3" in found(LeftBehind(), deployment.robbed())


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_log_that_was_not_emptied_is_found(deployment):
    deployment.leak("UPDATE feedback SET status = 'in hand'")
    assert "has not been emptied" in found(LeftBehind(), deployment.robbed())


# -- schema --------------------------------------------------------------------------------------------


async def test_a_column_too_many_and_a_counter_are_found(deployment):
    here = "" if deployment.feedback.is_sqlite else "feedback."
    deployment.leak(
        f"ALTER TABLE {here}feedback ADD COLUMN created_at TIMESTAMP",
        f"CREATE TABLE {here}seen (id {'INTEGER PRIMARY KEY AUTOINCREMENT' if not here else 'SERIAL'})",
    )
    told = found(Schema(), deployment.robbed())
    assert "feedback.created_at is not on the list" in told
    assert "is a TIMESTAMP" in told
    assert "seen.id" in told
    assert "counts" in told


# -- joins ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "disguise",
    [
        lambda number: number,
        lambda number: number.encode(),
        lambda number: hashlib.sha256(number.encode()).digest(),
        lambda number: hashlib.sha256(number.encode()).hexdigest(),
        lambda number: hashlib.md5(number.encode()).digest(),
        lambda number: hmac.digest(PEPPER, number.encode(), "sha256")[:16],
        lambda number: hmac.digest(PEPPER, number.lstrip("+").encode(), "sha256"),
    ],
)
async def test_a_number_and_its_hashes_are_found(deployment, disguise):
    loot = with_column(deployment.robbed(), "sender", lambda at: disguise(NUMBER) if at == 3 else None)
    assert "feedback.sender holds values of address.value" in found(Joins(), loot)


async def test_a_persons_id_is_found(deployment):
    loot = deployment.robbed()
    (people,) = [heap for heap in loot.heaps if heap.name == "person"]
    leaky = with_column(loot, "who", lambda at: people.column("id")[0])
    assert "feedback.who holds values of person.id" in found(Joins(), leaky)


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_rows_written_in_one_transaction_are_found(deployment):
    with deployment.feedback.writing() as connection:
        connection.exec_driver_sql("UPDATE feedback.feedback SET status = 'new'")
        connection.execute(update(ADDRESS).values(last_heard_at=ADDRESS.c.last_heard_at))
    assert "one transaction" in found(Joins(), deployment.robbed())


# -- order and gaps ------------------------------------------------------------------------------------


async def test_feedback_that_was_inserted_as_it_came_is_found(deployment):
    loot = deployment.robbed()
    public, arrived = public_key(deployment.feedback, "organisation"), []
    with deployment.feedback.writing() as connection:
        connection.execute(FEEDBACK.delete())
    for _ in range(A_FEW := 30):
        sealed = seal(Words("x", "sms", "en"), "organisation", public, None)
        arrived.append(sealed.id)
        row = {"id": sealed.id, "inbox": "organisation", "release_week": "2026-W10", "status": "new"}
        with deployment.feedback.writing() as connection:
            connection.execute(FEEDBACK.insert(), row | {"body": sealed.body})
    deployment.known = replace(deployment.known, arrived=tuple(arrived))
    assert len(arrived) == A_FEW
    assert "order" in found(Order(), deployment.robbed())
    assert found(Order(), loot) == ""


def test_order_is_measured():
    assert deviations([list(range(20)), list(range(20))]) > 5
    assert deviations([list(range(20, 0, -1))]) < -5
    dice = random.Random(4)
    assert all(abs(deviations([dice.sample(range(20), 20) for _ in range(2)])) < 4 for _ in range(200))


async def test_a_gap_in_a_providers_counter_is_found(deployment):
    def counted(heap, missing):
        if heap.name != "message":
            return heap
        at = heap.columns.index("provider_id")
        numbers = (str(5000 + n) for n in range(len(heap.rows) + 1) if n != missing)
        return replace(heap, rows=tuple((*r[:at], n, *r[at + 1 :]) for r, n in zip(heap.rows, numbers, strict=False)))

    loot = deployment.robbed()
    leaky = replace(loot, heaps=tuple(counted(heap, missing=9) for heap in loot.heaps))
    whole = replace(loot, heaps=tuple(counted(heap, missing=None) for heap in loot.heaps))
    assert "message.provider_id of sms: 1 numbers" in found(Gaps(), leaky)
    assert found(Gaps(), whole) == ""


def test_random_numbers_are_no_counter():
    dice = random.Random(2)
    assert gaps({dice.getrandbits(40) for _ in range(50)}) == 0
    assert gaps(set(range(20)) - {7, 8}) == 2


# -- clocks and lengths --------------------------------------------------------------------------------


def uuid7(at: float) -> uuid.UUID:
    return uuid.UUID(int=(int(at * 1000) << 80) | (7 << 76) | (2 << 62) | random.getrandbits(60))


def uuid1(at: float) -> uuid.UUID:
    ticks = int((at + 12_219_292_800) * 1e7)
    return uuid.UUID(fields=(ticks & 0xFFFFFFFF, (ticks >> 32) & 0xFFFF, (ticks >> 48) | 0x1000, 0x80, 1, 2**40))


@pytest.mark.parametrize(
    "carried",
    [
        lambda at: uuid7(at).bytes,
        lambda at: str(uuid7(at)),
        lambda at: uuid1(at).bytes,
        lambda at: b"\x80" + struct.pack(">Q", int(at)) + random.randbytes(32),  # Fernet
        lambda at: random.randbytes(9) + struct.pack("<I", int(at)) + random.randbytes(4),
        lambda at: int(at),
        lambda at: int(at * 1000),
        lambda at: "2026-10-12",
        lambda at: "09:41",
    ],
)
async def test_a_clock_in_a_value_is_found(deployment, carried):
    leaky = with_column(deployment.robbed(), "token", lambda at: carried(NOW - 600_000 + 4711 * at))
    assert "feedback.token" in found(Clocks(NOW), leaky)


async def test_lengths_that_differ_are_found(deployment):
    leaky = with_column(deployment.robbed(), "sealed", lambda at: b"x" * (100 + at))
    assert "feedback.sealed: values of 40 lengths" in found(Lengths(), leaky)


# -- logs and schedulers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 HTTP Request: POST https://api.telegram.org/bot4242424242:AAF-stand-in_token-never_to_be_logged/send",
        "to +447700900001",
        '127.0.0.1 - "POST /sms/sms HTTP/1.1" 200 58',
        "[SQL: INSERT INTO feedback] [parameters: (1, 2)]",
        "shown 1234 5678 9012 3456",
    ],
)
async def test_a_telling_line_is_found(deployment, line):
    (deployment.folder / "bot.log.1").write_text(f"fine\n{line}\n")
    assert "bot.log.1" in found(LogLines(), deployment.robbed())


async def test_a_schedulers_store_is_found(deployment):
    path = deployment.folder / "jobs.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE apscheduler_jobs (id TEXT, next_run_time FLOAT, job_state BLOB)")
    connection.close()
    assert "jobs.sqlite3" in found(SchedulerStore(), deployment.robbed())


# -- guessing ------------------------------------------------------------------------------------------


def test_guessing_succeeds_as_far_as_there_is_a_trace():
    hits = {
        trace: guesses(trace, TRIALS, random.Random(3))
        for trace in (Trace(True, 1.0), Trace(True, DAY), Trace(True, WEEK), Trace(False, WEEK), Trace(False, 1.0))
    }
    assert hits[Trace(True, 1.0)] > 1000
    assert hits[Trace(True, 1.0)] > hits[Trace(True, DAY)] > hits[Trace(True, WEEK)] > 4 * TOO_MANY
    assert hits[Trace(False, WEEK)] < TOO_MANY
    assert hits[Trace(False, 1.0)] < TOO_MANY


async def test_one_unexplained_touch_is_enough_to_guess_better_than_chance(deployment):
    assert trace_in(deployment.robbed()) == Trace(False, WEEK)
    with deployment.world.service.database.writing() as connection:
        touched = deployment.world.clock().replace(minute=41)
        connection.execute(update(ADDRESS).where(ADDRESS.c.value == NUMBER).values(last_heard_at=touched))
    assert trace_in(deployment.robbed()) == Trace(True, WEEK)
    assert "senders are found" in found(Guessing(), deployment.robbed())


async def test_a_date_of_feedback_is_seen(deployment):
    assert trace_in(with_column(deployment.robbed(), "on", lambda at: "2026-10-12")).within == DAY
    assert trace_in(with_column(deployment.robbed(), "at", lambda at: "2026-10-12 09:41:00")).within == 1.0


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_backup_of_a_database_is_searched_too(deployment):
    database = deployment.world.service.database
    shutil.copy(make_url(database.url).database, deployment.folder / "backup.sqlite3")
    assert any(path.endswith("backup.sqlite3") for path in deployment.robbed().files)
