"""Examples are printed with days to come, so that each can be saved as it is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.projects.card import with_days_to_come


@pytest.mark.parametrize("what", ["project", "task", "meeting", "vote"])
def test_every_day_of_an_example_is_to_come(what: str):
    said = CliRunner().invoke(app, [what, "example"]).stdout
    days = [date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", said)]
    assert days
    assert min(days) >= datetime.now(UTC).date() + timedelta(days=29)


def test_days_keep_their_distance_and_a_text_without_any_stays_as_it_is():
    said = with_days_to_come("a 2026-04-10, b 2026-04-17", date(2027, 1, 1))
    assert said == "a 2027-01-31, b 2027-02-07"
    assert with_days_to_come("no day", date(2027, 1, 1)) == "no day"
