"""Messages that were claimed and then left: by a process that lost its right to send, by a database out of reach."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot import outbox
from bot.channels import Reason, Retry, SendFailed
from storage.database import Database
from storage.desk import OUTBOX
from storage.outbox import Claim, Settled, claim, settle, under_way
from storage.tables import Lane
from tests.bot.test_sending import NOON, Line, Post


async def started_again(post: Post) -> None:
    """As after the loss of a lease, or an error of the database: the sender's job is begun anew."""
    assert post.running is not None
    post.running.cancel()
    await asyncio.gather(post.running, return_exceptions=True)
    post.running = asyncio.create_task(post.sender.run())


async def until(happened) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


async def test_what_is_still_being_sent_is_not_sent_again_by_a_sender_that_starts_again(database: Database):
    post = Post(database, Line())
    post.line.answers_after = 0.3
    post.queue(("a", Lane.REPLY, "x"))
    post.running = asyncio.create_task(post.sender.run())
    await until(lambda: post.line.tried)
    await started_again(post)
    await post.go()
    await post.close()
    assert post.line.arrived == ["x"]
    assert post.rows("state", "attempts") == [("sent", 1)]


async def test_what_another_process_claimed_and_left_is_followed_up_in_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "LEFT_BEHIND_SECONDS", 0.1)
    monkeypatch.setattr(outbox, "LOOK_AGAIN_SECONDS", 0.02)
    post = Post(database, Line())
    post.running = asyncio.create_task(post.sender.run())
    await asyncio.sleep(0.05)
    post.queue(("a", Lane.REPLY, "x"))
    with database.writing() as connection:  # it takes the row just when it loses its lease
        connection.execute(update(OUTBOX).values(state="sending", claimed_at=NOON, attempts=1))
    post.clock.forward(timedelta(seconds=1))
    await until(lambda: post.rows("state") == [("sent",)])
    await post.close()
    assert post.line.arrived == ["x"]


async def test_who_lost_the_right_to_send_leaves_what_is_unsure_to_the_next(database: Database):
    line = Line(can_list=True)
    line.failures = [SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN)]
    line.answers_after = 0.1  # the right is lost before it is known how the sending went
    post = Post(database, line)
    post.queue(("a", Lane.REPLY, "x"))
    post.running = asyncio.create_task(post.sender.run())
    await until(lambda: line.tried)
    post.running.cancel()
    await asyncio.sleep(0.3)
    assert post.rows("state") == [("sending",)]
    await post.sender.stop()
    post.store.close()


async def test_a_line_that_is_silent_at_the_end_is_waited_for_once(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    """The service stops its senders as soon as it is told to, and makes sure of it at the very end."""
    monkeypatch.setattr(outbox, "STOP_SECONDS", 0.3)
    post = Post(sqlite_database, Line())
    post.line.answers_after = 60
    post.queue(("a", Lane.REPLY, "x"))
    post.running = asyncio.create_task(post.sender.run())
    await until(lambda: post.line.tried)
    began = time.monotonic()
    await post.sender.stop()
    waited = time.monotonic() - began
    await post.sender.stop()
    assert waited >= 0.3
    assert time.monotonic() - began - waited < 0.2
    post.store.close()


async def test_a_database_out_of_reach_for_a_moment_does_not_make_anybody_hear_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "LOOK_AGAIN_SECONDS", 0.02)
    post = Post(database, Line())
    really, refused = post.store.run, []

    async def run(work, item, by=""):
        if work is settle and len(refused) < 3:
            refused.append(item)
            raise OperationalError("", {}, Exception("out of reach"))
        return await really(work, item, by)

    monkeypatch.setattr(post.store, "run", run)
    post.queue(("a", Lane.REPLY, "first"), ("a", Lane.REPLY, "second"))
    await post.go()
    await post.close()
    assert len(refused) == 3
    assert post.line.arrived == ["first", "second"]
    assert post.rows("state", "attempts") == [("sent", 1), ("sent", 1)]


def test_what_is_tried_again_goes_before_what_was_queued_behind_it_meanwhile(database: Database):
    post = Post(database, Line())
    post.queue(("a", Lane.REPLY, "first"), ("b", Lane.REPLY, "other"))

    def take() -> list[str]:
        with database.writing() as connection:
            return [each.text for each in claim(connection, [Claim("sms", post.clock(), limit=1)])[0]]

    assert take() == ["first"]
    later = post.clock() + timedelta(seconds=5)
    with database.writing() as connection:
        settle(connection, [Settled(each, "queued", NOON, not_before=later) for each in under_way(connection, "sms")])
    post.queue(("a", Lane.REPLY, "second"))
    assert take() == ["other"]
    assert take() == []
    post.clock.forward(timedelta(seconds=5))
    assert take() == ["first"]
    post.store.close()
