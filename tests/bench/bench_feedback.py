"""Anonymous feedback: what one costs from its words to the spool, a release of 10,000, and Argon2id by itself."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from nacl.pwhash import argon2id

from bot.simulation import World, feedback_in
from storage.feedback import codes, keys
from storage.feedback.codes import keys_of, new_code
from storage.feedback.database import FeedbackDatabase
from storage.feedback.keys import create_inbox, public_key, unlock
from storage.feedback.sealing import SLOT_BYTES, Sealed, Words, seal, what_fits
from storage.feedback.spool import Spool
from storage.feedback.store import look_up, read, release
from tests.bench.printing import heading, line
from tests.conftest import PostgreSQL

SLOTS, MANY, PEPPER = 500, 10_000, b"p" * 32
PEOPLE, NOW = 50, datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PASSPHRASE = "four or five words nobody guesses"
WORDS = Words(what_fits("Nobody told us that the meeting was moved. " * 4), "sms", "en")


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """How long it took, each time."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        took.append((time.perf_counter() - started) * 1000)
    return took


def told(took: list[float]) -> str:
    """The usual one and the slowest of a hundred."""
    return f"{median(took):.1f} / {quantiles(took, n=100)[98]:.1f} ms"


def one_feedback(db: FeedbackDatabase, spool: Spool) -> None:
    """From the words to the code: what the person who wrote waits for."""

    def whole() -> None:
        code = new_code()
        spool.put(seal(WORDS, "ours", public_key(db, "ours"), keys_of(code, PEPPER)).to_bytes(), "release")

    sealing = milliseconds(lambda: seal(WORDS, "ours", public_key(db, "ours"), None), 200)
    line("seal (p50 / p99)", told(sealing))
    line("code, seal and spool, with Argon2id (p50 / p99)", told(milliseconds(whole, 200)), goal="goal < 20 ms")
    line(f"fold {SLOTS} slots of {SLOT_BYTES:,} bytes", told(milliseconds(spool.fold, 20)))
    line("read the spool", told(milliseconds(spool.waiting, 20)))


def many(db: FeedbackDatabase, which: str) -> None:
    """A release of many, on one kind of database."""
    key = public_key(db, "ours")
    sealed: list[Sealed] = [
        seal(Words(str(n), "sms", "en"), "ours", key, keys_of(CODE, PEPPER) if n == 0 else None) for n in range(MANY)
    ]
    (took,) = milliseconds(lambda: release(db, sealed, "2026-W19"), 1)
    line(f"release {MANY:,} in one transaction, {which}", f"{took / 1000:.2f} s", goal="goal < 10 s")
    (again,) = milliseconds(lambda: release(db, sealed, "2026-W19"), 1)
    line(f"the same again, changing nothing, {which}", f"{again / 1000:.2f} s")
    opened = unlock(db, "ours", "Bo", PASSPHRASE)
    (reading,) = milliseconds(lambda: read(db, opened), 1)
    line(f"open and read {MANY:,}, {which}", f"{reading / 1000:.2f} s")
    line(
        f"CODE among {MANY:,}, {which} (p50 / p99)", told(milliseconds(lambda: look_up(db, keys_of(CODE, PEPPER)), 50))
    )


CODE = new_code()


def stretching() -> None:
    """Argon2id, at the parameters that are stored with each lock, and that are for ever for codes."""
    for what, rounds, memory in (
        ("a code", codes.ROUNDS, codes.MEMORY_BYTES),
        ("a passphrase", keys.ROUNDS, keys.MEMORY_BYTES),
    ):

        def stretch(rounds: int = rounds, memory: int = memory) -> None:
            argon2id.kdf(32, b"x" * 32, bytes(16), rounds, memory)

        line(f"Argon2id of {what}: {memory >> 20} MiB, {rounds} rounds", told(milliseconds(stretch, 20)))


def on(url: str, which: str) -> None:
    """An inbox there, and many feedbacks."""
    db = FeedbackDatabase(url)
    db.migrate()
    create_inbox(db, "ours", {"Bo": PASSPHRASE})
    many(db, which)
    db.close()


async def turns_of_others(folder: Path, a_second: float) -> list[float]:
    """How long other people's messages take, a hundred and fifty of them, while so much feedback comes."""
    took = []
    async with World(folder / "main.sqlite3", feedback=feedback_in(folder / "apart", slots=SLOTS)) as world:
        people = [await world.add(f"{number}") for number in range(PEOPLE)]
        for person in people:
            await world.text(person, "JOIN")

        async def keep_on_giving() -> None:
            while a_second:
                whoever = await world.add("somebody")
                await world.receive(world.handsets["sms"].typed(whoever.address, f"FEEDBACK {WORDS.text}", NOW))
                await asyncio.sleep(1 / a_second)

        giving = asyncio.create_task(keep_on_giving())
        for turn in range(3 * PEOPLE):
            person = people[turn % PEOPLE]
            typed = world.handsets["sms"].typed(person.address, "SKIP", world.clock())
            started = time.perf_counter()
            await world.service.inbound.take([typed], "sms")
            took.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.01)
        giving.cancel()
        await asyncio.wait([giving])
    return took


def main() -> None:
    """Print it all."""
    heading("Anonymous feedback")
    stretching()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=".") as disk, tempfile.TemporaryDirectory(dir=memory) as quick:
        db = FeedbackDatabase(f"sqlite:///{disk}/one.sqlite3")
        db.migrate()
        create_inbox(db, "ours", {"Bo": PASSPHRASE})
        one_feedback(db, Spool(Path(quick), Path(disk) / "spool", b"o" * 32, SLOTS))
        db.close()
        for a_second in (0.0, 5.0):
            with tempfile.TemporaryDirectory(dir=".") as folder:
                took = asyncio.run(turns_of_others(Path(folder), a_second))
            line(f"turns of others, {a_second:.0f} feedbacks a second (p50 / p99)", told(took))
        on(f"sqlite:///{disk}/many.sqlite3", "SQLite")
    server = PostgreSQL()
    on(server.create(), "PostgreSQL")
    logging.disable()  # its library is told too late that the server has stopped
    server.stop()
    logging.disable(logging.NOTSET)


if __name__ == "__main__":
    main()
