"""`alongside test-alert` as an operator runs it: the test comes to real handsets, is acknowledged, and is recorded."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.alert_check import untested
from storage.alerts import TEST
from tests.bot.watched_process import Watched, until, watched_process
from tests.prove.process import DEPUTY, ON_CALL, alongside, everybody_has_acknowledged


@pytest.fixture
async def watched(database_url: str, tmp_path: Path) -> AsyncIterator[Watched]:
    async with watched_process(database_url, tmp_path, parts_per_second=100) as watched:
        yield watched


def run_test_alert(watched: Watched, minutes: str) -> asyncio.Task[subprocess.CompletedProcess[str]]:
    words = ("test-alert", "--minutes", minutes, "--config", str(watched.bot.config))
    return asyncio.create_task(asyncio.to_thread(alongside, *words, **watched.bot.settings))


async def acknowledges(watched: Watched, number: str) -> None:
    """Wait for the test alert on this handset, and reply as it says."""
    await until(lambda: watched.twilio.sent_to(number))
    test = watched.twilio.sent_to(number)[-1].body
    assert test.startswith("TEST from Alongside. Nobody is in danger.")
    [reply] = re.findall(r"ACK \d{4}", test)
    await watched.says(number, reply)


def last_heard(watched: Watched, number: str) -> str:
    return watched.twilio.sent_to(number)[-1].body


def recorded(watched: Watched) -> list[bool]:
    """For each test alert that was ever sent, whether it was acknowledged."""
    with watched.database.reading() as connection:
        return [at is not None for (at,) in connection.execute(select(TEST.c.acknowledged_at).order_by(TEST.c.id))]


async def test_before_the_first_start_it_runs_by_itself_and_then_the_service_may_start(watched: Watched):
    refused = await asyncio.to_thread(alongside, "run", "--config", str(watched.bot.config), **watched.bot.settings)
    assert refused.returncode == 1
    assert "Sam has not acknowledged a test alert" in refused.stderr

    command = run_test_alert(watched, "1")
    for number in (ON_CALL, DEPUTY):
        await acknowledges(watched, number)
    ended = await command
    assert (ended.returncode, ended.stderr.count("Traceback")) == (0, 0), ended.stderr
    assert ended.stdout.splitlines()[0] == "Sent to Sam, Bo. Waiting for each to reply ACK."
    assert sorted(ended.stdout.splitlines()[1:]) == ["Bo has acknowledged.", "Sam has acknowledged."]
    for number in (ON_CALL, DEPUTY):
        assert "An alert reaches you here." in last_heard(watched, number), "thanked before it ends"
    assert recorded(watched) == [True, True]
    assert untested(watched.database, watched.house, datetime.now(UTC)) == []
    assert "447700" not in ended.stdout + ended.stderr

    await watched.start()


async def test_beside_a_running_service_it_goes_through_that_one(watched: Watched):
    everybody_has_acknowledged(watched.database, watched.house, datetime.now(UTC) - timedelta(days=89))
    await watched.start()
    command = run_test_alert(watched, "1")
    for number in (ON_CALL, DEPUTY):
        await acknowledges(watched, number)
        await until(lambda number=number: "An alert reaches you here." in last_heard(watched, number))
    ended = await command
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Sam has acknowledged." in ended.stdout
    assert recorded(watched) == [True] * 4
    in_two_days = datetime.now(UTC) + timedelta(days=2)
    assert untested(watched.database, watched.house, in_two_days) == [], "today's test counts from today"
    assert watched.bot.is_running


async def test_who_does_not_answer_is_named_and_the_service_still_refuses_to_start(watched: Watched):
    command = run_test_alert(watched, "0.15")
    await acknowledges(watched, ON_CALL)
    ended = await command
    assert ended.returncode == 1
    assert "Sam has acknowledged." in ended.stdout
    assert "Bo has not acknowledged. Check their number or Telegram id, and try again." in ended.stdout
    assert recorded(watched) == [True, False]
    refused = await asyncio.to_thread(alongside, "run", "--config", str(watched.bot.config), **watched.bot.settings)
    assert refused.returncode == 1
    assert "Bo has not acknowledged a test alert" in refused.stderr
    assert "Sam" not in refused.stderr
