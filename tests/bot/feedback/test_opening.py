"""The clock of the box: opened once a week whether or not anything came, and made up for after a stop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.feedback.hours import OpeningHour
from bot.feedback.notice import Notices
from tests.bot.cast import volunteer
from tests.bot.feedback.looking import UNTIL_OPENED

FRIDAY_NOON = OpeningHour(4, 12, "Europe/London")
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        (datetime(2026, 3, 6, 11, 59, tzinfo=UTC), date(2026, 2, 27)),
        (datetime(2026, 3, 6, 12, 0, tzinfo=UTC), date(2026, 3, 6)),
        (datetime(2026, 3, 12, 23, 0, tzinfo=UTC), date(2026, 3, 6)),
        (datetime(2026, 7, 3, 11, 0, tzinfo=UTC), date(2026, 7, 3)),  # noon in London in summer
        (datetime(2026, 7, 3, 10, 59, tzinfo=UTC), date(2026, 6, 26)),
    ],
)
def test_the_last_opening(now, opened):
    assert FRIDAY_NOON.last(now) == opened


@only_sqlite
async def test_an_opening_that_fell_into_a_stop_is_made_up_for_at_the_next_full_hour(world, inbox):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(hours=2))
    await ada.texts("FEEDBACK the heating is off")
    world.clock.forward(timedelta(days=5))  # nobody was there on Friday
    assert inbox() == []
    await world.later(timedelta(hours=1))
    assert len(inbox()) == 1


@only_sqlite
async def test_the_very_first_hour_opens_nothing(world, inbox):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK the heating is off")
    await world.later(timedelta(hours=2))
    assert inbox() == []


@only_sqlite
async def test_a_release_that_fails_is_made_up_for_and_loses_nothing(world, inbox, monkeypatch, caplog):
    ada = await volunteer(world, "Ada")
    await world.later(timedelta(hours=2))
    await ada.texts("FEEDBACK the heating is off")

    def broken(*_):
        raise OSError("the heating is off")

    with monkeypatch.context() as away:
        away.setattr(world.service.feedback.box, "release", broken)
        await world.later(timedelta(hours=2))
    assert inbox() == []
    assert "heating" not in caplog.text
    await world.later(timedelta(hours=1))
    assert len(inbox()) == 1


@only_sqlite
async def test_staff_hear_every_week_in_the_same_words_whether_or_not_anything_came(world):
    ada = await volunteer(world, "Ada")
    notice = Notices(world.service.store, world.service.voice, world.clock, world.service.wake)
    heard = []
    for something_came in (False, True):
        if something_came:
            await ada.texts("FEEDBACK the heating is off")
            await world.later(UNTIL_OPENED)
        await notice.every_week()
        await world.settle()
        for person in (world.people["Sam"], world.people["Bo"]):
            heard.append([bubble.text for bubble in world.news(person)][-1])
    assert len(set(heard)) == 1


@only_sqlite
async def test_staff_are_told_at_once_of_what_was_to_be_opened_sooner(world, inbox):
    ada = await volunteer(world, "Ada")
    await ada.texts("FEEDBACK the heating is off")
    await ada.texts("SOONER")
    world.news(world.people["Sam"])
    await world.later(timedelta(hours=1))
    assert "urgent to somebody" in world.news(world.people["Sam"])[-1].text
    await world.later(timedelta(hours=2))
    assert world.news(world.people["Sam"]) == []
