"""Who is due among 100,000 people: one indexed query a tick, against one APScheduler job a person."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psutil
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from storage.database import Database
from storage.desk import CONVERSATION, PERSON
from storage.people import who_is_due
from storage.tables import new_id
from tests.bench.printing import heading, line

PEOPLE = 100_000
JOBS = 5_000  # APScheduler finds each place by walking its list: 100,000 would take half an hour to add
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def resident_mib() -> float:
    return psutil.Process().memory_info().rss / 2**20


def people(database: Database) -> None:
    rows = [
        {"id": new_id(), "role": "volunteer", "zone": "Europe/London", "created_at": NOW}
        | {"quiet_from_minute": 0, "quiet_until_minute": 0, "check_in_minute": 600, "check_in_every_days": 7}
        | {"check_in_due_at": NOW + timedelta(minutes=n % 10_080 - 1)}
        for n in range(PEOPLE)
    ]
    with database.writing() as connection:
        connection.execute(PERSON.insert(), rows)
        talks = [
            {"id": new_id(), "person_id": row["id"], "address_id": 1, "flow": "check-in", "state": "open"}
            | {"place": '{"flow":"check-in","asked":"mood"}', "began_at": NOW, "front_at": NOW}
            for row in rows
        ]
        connection.execute(CONVERSATION.insert(), talks)


def one_job_each() -> tuple[float, float, float]:
    """Seconds to add a job for everybody and to find out who is due, and the MiB that they take."""
    scheduler = BackgroundScheduler(timezone="UTC")
    before = resident_mib()
    started = time.perf_counter()
    for n in range(JOBS):
        scheduler.add_job(print, CronTrigger(day_of_week=n % 7, hour=n % 24, minute=n % 60), args=(n,))
    scheduler.start(paused=True)
    added = time.perf_counter() - started
    started = time.perf_counter()
    scheduler._jobstores["default"].get_due_jobs(datetime.now(UTC))
    tick = time.perf_counter() - started
    mib = resident_mib() - before
    scheduler.shutdown(wait=False)
    return added, tick, mib


def main() -> None:
    heading(f"Who is due among {PEOPLE:,} people; {PEOPLE:,} idle conversations")
    with tempfile.TemporaryDirectory(dir=".") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'due.sqlite3'}")
        database.migrate()
        people(database)
        database.close()
        database = Database(f"sqlite:///{Path(folder) / 'due.sqlite3'}")
        ticks = []
        with database.reading() as connection:
            before = resident_mib()
            for _ in range(200):
                started = time.perf_counter()
                found = len(who_is_due(connection, NOW, 200))
                ticks.append(time.perf_counter() - started)
            ours_mib = resident_mib() - before
        database.close()
        line(f"one query, {found} people due, median a tick", f"{median(ticks) * 1e3:.3f} ms")
        line("memory for 100,000 people and their idle conversations", f"{ours_mib:.1f} MiB")
        added, tick, mib = one_job_each()
        line(
            f"an APScheduler job each, {JOBS:,} of them: finding who is due",
            f"{tick * 1e3:.3f} ms",
            tick / median(ticks),
        )
        line(f"an APScheduler job each, {JOBS:,} of them: to add, each start", f"{added:.1f} s", added / median(ticks))
        line(f"an APScheduler job each, {JOBS:,} of them: memory", f"{mib:.0f} MiB")


if __name__ == "__main__":
    main()
