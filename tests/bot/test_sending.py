"""Out again: lanes, pace, order, and what becomes of a send that was cut off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.channels import Outgoing, Pace, Reason, Retry, SendFailed, Sent
from bot.channels.handset import Handsets
from bot.clock import MovableClock
from bot.outbox import Sender
from storage.database import Database
from storage.desk import ADDRESS, INBOX, OUTBOX, Desk
from storage.outbox import is_quiet
from storage.store import Store
from storage.tables import Lane

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CUT_OFF = SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN)


class Line(Handsets):
    """A channel whose failures are written down beforehand, and that remembers what it did when."""

    def __init__(self, pace: Pace | None = None, *, can_list: bool = False) -> None:
        super().__init__("sms")
        self.pace = pace or Pace(10_000, at_once=64)
        self.can_list = can_list
        self.failures: list[SendFailed | None] = []
        self.arrived: list[str] = []
        self.tried: list[tuple[float, str]] = []
        self.answers_after = 0.0

    async def send(self, message: Outgoing) -> Sent:
        self.tried.append((time.monotonic(), message.text))
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or failure.code == "arrived":
            self.arrived.append(message.text)
        await asyncio.sleep(self.answers_after)
        if failure is not None:
            raise failure
        return Sent(f"sid-{len(self.tried)}")

    async def find_sent(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Sent | None:
        return Sent("found") if message.text in self.arrived else None


class Post:
    """An outbox with one sender."""

    def __init__(self, database: Database, line: Line) -> None:
        self.line = line
        self.clock = MovableClock(NOON)
        self.database = database
        self.store = Store(database, 1)
        self.sender = Sender(line, self.store, self.clock, list_after_seconds=0.05)
        self.running: asyncio.Task[None] | None = None

    def queue(self, *messages: tuple[str, Lane, str]) -> None:
        with self.database.writing() as connection:
            desk = Desk(connection, self.clock())
            desk.fetch([who for who, _, _ in messages], [])
            for who, lane, text in messages:
                address = desk.address("sms", who) or desk.add_address("sms", "sms", who, desk.add_person())
                values = {"person_id": None, "buttons": None, "conversation_id": None}
                desk.add_outgoing(address, lane=int(lane), text=text, **values)
            desk.put_away()

    async def go(self) -> None:
        """Send until nothing more can be sent."""
        if self.running is None:
            self.running = asyncio.create_task(self.sender.run())
        self.sender.wake()
        async with asyncio.timeout(10):
            while not is_quiet(self.database, self.clock()):
                await asyncio.sleep(0.005)

    def rows(self, *columns: str) -> list[tuple]:
        with self.database.reading() as connection:
            query = select(*(OUTBOX.c[name] for name in columns)).order_by(OUTBOX.c.id)
            return [tuple(row) for row in connection.execute(query)]

    async def close(self) -> None:
        await self.sender.stop()
        if self.running is not None:
            await self.running
        self.store.close()


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    post = Post(database, Line())
    yield post
    await post.close()


async def test_a_higher_lane_goes_first_and_order_holds_within_a_lane(database: Database):
    post = Post(database, Line(Pace(200, at_once=1)))
    post.queue(
        ("a", Lane.BROADCAST, "b1"),
        ("b", Lane.REMINDER, "m1"),
        ("a", Lane.REPLY, "r1"),
        ("a", Lane.REPLY, "r2"),
        ("c", Lane.DANGER, "d1"),
        ("a", Lane.BROADCAST, "b2"),
    )
    await post.go()
    await post.close()
    assert [text for _, text in post.line.tried] == ["d1", "r1", "r2", "m1", "b1", "b2"]


async def test_a_danger_reply_overtakes_a_long_broadcast_within_one_pace_interval(database: Database):
    post = Post(database, Line(Pace(50, at_once=8)))
    post.queue(*((f"n{n}", Lane.BROADCAST, "news") for n in range(400)))
    going = asyncio.create_task(post.go())
    await asyncio.sleep(0.3)
    before = len(post.line.tried)
    post.queue(("ada", Lane.DANGER, "danger"))
    post.sender.wake()
    await asyncio.sleep(0.2)
    going.cancel()
    await post.close()
    overtakers = [text for _, text in post.line.tried[before:]].index("danger")
    assert overtakers <= 2, "what had been taken already may still leave, nothing else"


async def test_the_pace_is_kept_and_used(database: Database):
    post = Post(database, Line(Pace(100, at_once=16)))
    post.queue(*((f"n{n}", Lane.BROADCAST, "news") for n in range(100)))
    await post.go()
    await post.close()
    times = [at for at, _ in post.line.tried]
    assert max(sum(start <= at < start + 0.5 for at in times) for start in times) <= 55


async def test_one_address_is_written_to_at_its_own_pace(database: Database):
    post = Post(database, Line(Pace(1000, per_address_seconds=0.1, at_once=16)))
    post.queue(("a", Lane.REPLY, "1"), ("a", Lane.REPLY, "2"), ("a", Lane.DANGER, "3"), ("b", Lane.REPLY, "4"))
    await post.go()
    await post.close()
    at = {text: when for when, text in post.line.tried}
    assert at["3"] < at["1"] < at["2"]
    assert at["1"] - at["3"] >= 0.09
    assert at["2"] - at["1"] >= 0.09
    assert at["4"] < at["1"]


async def test_a_failure_that_may_pass_is_tried_again_later_and_holds_the_order(post: Post):
    post.line.failures = [SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER)]
    post.queue(("a", Lane.REPLY, "first"))
    await post.go()
    post.queue(("a", Lane.REPLY, "second"), ("b", Lane.REPLY, "other"))
    await post.go()
    assert post.line.arrived == ["other"]
    post.clock.forward(timedelta(seconds=10))
    await post.go()
    assert post.line.arrived == ["other", "first", "second"]


async def test_a_failure_for_good_is_told_to_a_person_and_closes_the_address(post: Post):
    post.line.failures = [SendFailed(Reason.OPTED_OUT, retry=Retry.NEVER, closes_address=True)]
    post.queue(("a", Lane.REPLY, "first"), ("a", Lane.REPLY, "second"))
    await post.go()
    assert post.rows("state", "reason") == [("failed", "opted_out"), ("failed", "opted_out")]
    with post.database.reading() as connection:
        assert connection.execute(select(ADDRESS.c.stopped_at)).scalar() is not None
        assert "STOP" in connection.execute(select(INBOX.c.note)).scalar_one()


async def test_it_gives_up_in_the_end_and_says_so(post: Post):
    post.line.failures = [SendFailed(Reason.UNREACHABLE, retry=Retry.LATER)] * 20
    post.queue(("a", Lane.REPLY, "first"))
    for _ in range(12):
        await post.go()
        post.clock.forward(timedelta(hours=1))
    assert post.rows("state", "reason") == [("failed", "unreachable")]
    assert len(post.line.tried) == 8


LANES = [
    (Lane.DANGER, False, "lost", ["x"], "sent"),
    (Lane.DANGER, False, "arrived", ["x", "x"], "sent"),
    (Lane.REPLY, True, "lost", ["x"], "sent"),
    (Lane.REPLY, True, "arrived", ["x"], "sent"),
    (Lane.REMINDER, True, "arrived", ["x"], "sent"),
    (Lane.REPLY, False, "lost", ["x"], "sent"),
    (Lane.REPLY, False, "arrived", ["x", "x"], "sent"),
    (Lane.BROADCAST, True, "lost", [], "unknown"),
    (Lane.BROADCAST, False, "arrived", ["x"], "unknown"),
]


@pytest.mark.parametrize(("lane", "can_list", "really", "arrives", "state"), LANES)
async def test_a_send_that_was_cut_off_follows_the_rule_of_its_lane(
    database: Database, lane: Lane, can_list: bool, really: str, arrives: list[str], state: str
):
    line = Line(can_list=can_list)
    line.failures = [SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN, code=really)]
    post = Post(database, line)
    post.queue(("a", lane, "x"))
    await post.go()
    await post.close()
    assert line.arrived == arrives
    assert post.rows("state") == [(state,)]


async def test_a_reply_cut_off_twice_where_nothing_can_be_listed_is_unknown(post: Post):
    post.line.failures = [CUT_OFF, CUT_OFF]
    post.queue(("a", Lane.REPLY, "x"))
    await post.go()
    assert post.rows("state", "attempts") == [("unknown", 2)]


@pytest.mark.parametrize(("lane", "state"), [(Lane.DANGER, "sent"), (Lane.REPLY, "sent"), (Lane.BROADCAST, "unknown")])
async def test_what_was_under_way_when_the_process_died_is_followed_up_by_the_next(
    database: Database, lane: Lane, state: str
):
    post = Post(database, Line())
    post.queue(("a", lane, "x"))
    with database.writing() as connection:
        connection.execute(OUTBOX.update().values(state="sending", claimed_at=NOON, attempts=1))
    await post.go()
    await post.close()
    assert post.rows("state") == [(state,)]


async def test_wrong_credentials_hold_everything_and_lose_nothing(post: Post, caplog: pytest.LogCaptureFixture):
    post.line.failures = [SendFailed(Reason.WRONG_CREDENTIALS, retry=Retry.LATER, our_fault=True)]
    post.queue(("a", Lane.REPLY, "secret words"), ("b", Lane.REPLY, "secret words"))
    post.running = asyncio.create_task(post.sender.run())
    await asyncio.sleep(0.3)
    states = {state for (state,) in post.rows("state")}
    assert states <= {"queued", "sent"}
    assert "queued" in states
    assert "could not send" in caplog.text
    assert "secret" not in caplog.text
    post.running.cancel()
    post.running = None
