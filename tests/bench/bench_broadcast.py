"""A broadcast to 10,000 through the real process and Twilio's stand-in: queueing, pace, replies meanwhile, memory.

Twilio refuses with a 429 what comes faster than allowed; there must be none. People write all the while, and how long
the answer takes is compared with the same without a broadcast.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from bisect import bisect_left as bisect
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from bot.broadcasts.wording import Office
from bot.clock import real_clock
from flows.words import Words
from storage.database import Database
from storage.desk import OUTBOX
from storage.tables import Lane
from tests.bench.printing import heading, line
from tests.prove.broadcasts import UNLIMITED, come, confirmed, the_bot, written
from tests.prove.process import PUBLIC_URL
from tests.standins.twilio import Twilio
from tests.standins.twilio_account import Message

PEOPLE = int(os.environ.get("BROADCAST_PEOPLE", "10000"))
PER_SECOND = float(os.environ.get("BROADCAST_PACE", "300"))
ALLOWED = 1.05  # a second of Twilio's clock may hold what two of ours share
WRITE_EVERY_SECONDS = 0.25
AN_ORDINARY_NUMBER = 13  # signs; those of the broadcast are longer
TOO_FAST = 429


class TimedTwilio(Twilio):
    """Knows when it took each message of the broadcast, and each answer to somebody who wrote."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.news: list[float] = []
        self.refused = 0
        self.answered: dict[str, float] = {}

    def keep(self, from_: str, to: str, body: str, **more: Any) -> Message:
        if len(to) > AN_ORDINARY_NUMBER:
            self.news.append(time.monotonic())
        else:
            self.answered.setdefault(to, time.monotonic())
        return super().keep(from_, to, body, **more)

    def _door(self, request: Request, resource: str) -> Response | None:
        closed = super()._door(request, resource)
        self.refused += closed is not None and closed.status_code == TOO_FAST
        return closed


async def main_async() -> None:
    heading(f"A broadcast to {PEOPLE:,} at {PER_SECOND:.0f} a second, SQLite, the real process")
    with tempfile.TemporaryDirectory(dir=".") as folder:
        url = f"sqlite:///{Path(folder) / 'broadcast.sqlite3'}"
        database = Database(url)
        database.migrate()
        await _measured(database, url, Path(folder))
        database.close()


async def _measured(database: Database, url: str, folder: Path) -> None:
    office = Office(Words.load(), UNLIMITED)
    come(database, PEOPLE, real_clock())
    number = written(database, office)
    allowed = round(PER_SECOND * ALLOWED)
    twilio = TimedTwilio(public_url=PUBLIC_URL, webhook_path="/sms/sms", segments_per_second=100_000)
    twilio.requests_per_second = allowed
    async with twilio:
        bot = the_bot(folder, url, twilio, PER_SECOND)
        twilio.bot_url = bot.url
        bot.start()
        try:
            await asyncio.to_thread(bot.wait_until_well)
            without = await _answers(twilio, 1, lambda asked: asked >= 40)
            began, memory, worked = time.monotonic(), _mib(bot.pid), _worked(bot.pid)
            await asyncio.to_thread(confirmed, database, number, office)
            line(f"confirmed, and {PEOPLE:,} queued", f"{time.monotonic() - began:.2f} s")
            meanwhile = await _answers(twilio, 500, lambda _: _left(database) == 0)
            after, work = _mib(bot.pid), _worked(bot.pid) - worked
        finally:
            bot.kill()
    times = twilio.news
    in_all = times[-1] - times[0]
    line("pace held, of what is allowed", f"{(len(times) - 1) / in_all / PER_SECOND:.1%}")
    line("most in one second", str(_most_in_a_second(times)))
    line("refused as too fast (429)", str(twilio.refused))
    line("the service's own work for each message", f"{work / PEOPLE * 1e3:.2f} ms")
    for said, took in (("without a broadcast", without), ("while it goes", meanwhile)):
        took.sort()
        line(f"answered, {said} ({len(took)}): median", f"{median(took) * 1e3:.0f} ms")
        line(f"answered, {said}: 99 of 100 within", f"{took[int(len(took) * 0.99)] * 1e3:.0f} ms")
    overtaken = _news_that_left_before_an_answer(database)
    line("of the broadcast, what left while an answer waited: most", str(overtaken[-1]))
    line("and for 99 answers of 100 at most", str(overtaken[int(len(overtaken) * 0.99)]))
    line("memory before, and after", f"{memory:.0f} and {after:.0f} MiB")


async def _answers(twilio: TimedTwilio, first: int, is_over: Callable[[int], bool]) -> list[float]:
    """People text MENU one after the other; from Twilio's delivery until it took the answer."""
    took: list[float] = []
    waiting: set[asyncio.Task[None]] = set()
    n = 0

    async def write(who: str) -> None:
        began = time.monotonic()
        await twilio.text(who, "MENU")
        while who not in twilio.answered:
            await asyncio.sleep(0.002)
        took.append(twilio.answered[who] - began)

    while not is_over(n):
        task = asyncio.create_task(write(f"+447700900{(first + n) % 1000:03}"))
        n += 1
        waiting.add(task)
        task.add_done_callback(waiting.discard)
        await asyncio.sleep(WRITE_EVERY_SECONDS)
    await asyncio.gather(*waiting)
    return took


def _left(database: Database) -> int:
    with database.reading() as connection:
        waits = select(func.count()).where(
            OUTBOX.c.lane == int(Lane.BROADCAST), OUTBOX.c.state.in_(("queued", "sending"))
        )
        return connection.execute(waits).scalar_one()


def _news_that_left_before_an_answer(database: Database) -> list[int]:
    """For each answer: how many of the broadcast were taken to be sent after it was queued and before it was taken."""
    claimed = select(OUTBOX.c.claimed_at).where(OUTBOX.c.lane == int(Lane.BROADCAST)).order_by(OUTBOX.c.claimed_at)
    replies = select(OUTBOX.c.created_at, OUTBOX.c.claimed_at).where(OUTBOX.c.lane == int(Lane.REPLY))
    with database.reading() as connection:
        news = list(connection.execute(claimed).scalars())
        return sorted(
            bisect(news, row.claimed_at) - bisect(news, row.created_at) for row in connection.execute(replies)
        )


def _most_in_a_second(times: list[float]) -> int:
    return max(Counter(int(at) for at in times).values())


def _worked(pid: int) -> float:
    """Seconds of a processor that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _mib(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 2**20


def main() -> None:
    asyncio.run(main_async())


if __name__ == "__main__":
    sys.exit(main())
