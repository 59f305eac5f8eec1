"""Killed at any instant, the bot loses nothing and says nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PostgreSQL
from tests.prove.books import Books
from tests.prove.crash import Crash, Plan, random_lives


async def run(plan: Plan, url: str, folder: Path) -> Books:
    books = await Crash(plan, url, folder).run()
    print(f"\n{books.report()}")
    assert not books.faults, "\n".join(books.faults)
    assert books.counts["kills"] == plan.kills
    assert books.counts["people still talking at the last kill"] > 0, "the last kill hit nobody's conversation"
    return books


async def test_killed_three_times_it_loses_nothing_and_says_nothing_twice(
    new_sqlite_url: Callable[[], str], tmp_path: Path
):
    await run(Plan(seed=1, people=40, lives=(0.9, -0.7, 1.6), per_second=60), new_sqlite_url(), tmp_path)


@pytest.mark.prove
async def test_three_hundred_conversations_survive_twenty_four_kills(new_sqlite_url: Callable[[], str], tmp_path: Path):
    plan = Plan(seed=7, people=300, lives=random_lives(7, 24), calm_seconds=300)
    await run(plan, new_sqlite_url(), tmp_path)


@pytest.mark.prove
async def test_two_processes_on_one_postgresql_take_over_from_each_other(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path: Path
):
    url = postgresql.create(postgresql_template)
    cuts = frozenset(range(3, 30, 5))
    lives = random_lives(11, 30)  # one of the two always sends: slowly, so that the last kill finds somebody talking
    plan = Plan(seed=11, people=300, lives=lives, processes=2, cuts=cuts, per_second=15, calm_seconds=400)
    books = await run(plan, url, tmp_path)
    postgresql.drop(url)
    assert books.takeover_seconds, "no kill hit a process that was sending"
    assert max(books.takeover_seconds) < 30
