"""Killed in the middle of a broadcast, it reaches everybody exactly once, or they are shown as unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.running import TWILIO_ANSWERS_WITHIN
from tests.conftest import PostgreSQL
from tests.prove.broadcasts import BroadcastRun


async def run(what: BroadcastRun) -> None:
    await what.run()
    print(f"\n{dict(what.counts)}")
    assert not what.faults, "\n".join(what.faults[:20])
    assert what.counts["clicks that found it confirmed"] == what.kills + 1
    under_way = max(32, what.per_second * TWILIO_ANSWERS_WITHIN) * what.kills
    assert 0 < what.counts["unknown"] <= under_way, "no kill hit a send, or what was not under way is unknown"


async def test_killed_three_times_it_reaches_everybody_once_or_says_unknown(
    new_sqlite_url: Callable[[], str], tmp_path: Path
):
    await run(BroadcastRun(seed=5, people=240, kills=3, url=new_sqlite_url(), folder=tmp_path))


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2])
async def test_ten_thousand_people_and_three_kills(new_sqlite_url: Callable[[], str], tmp_path: Path, seed: int):
    await run(BroadcastRun(seed, 10_000, 3, new_sqlite_url(), tmp_path, per_second=300))


@pytest.mark.prove
async def test_ten_thousand_people_and_three_kills_on_postgresql(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path: Path
):
    url = postgresql.create(postgresql_template)
    await run(BroadcastRun(3, 10_000, 3, url, tmp_path, per_second=300))
    postgresql.drop(url)
