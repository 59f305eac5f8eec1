"""`alongside today`: what needs a person, on one screen, with the command that shows more."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bot.cli import app
from bot.meetings.file import EXAMPLE, MeetingFile
from bot.meetings.keeping import keep_meeting
from bot.projects.milestones import CHANGED
from bot.today import MOST, today_lines
from storage.database import Database
from storage.desk import PERSON
from storage.nudges import NUDGE
from storage.suggestions import SUGGESTION
from tests.bot.cast import rows, volunteer
from tests.bot.projects.cast import bo_does, bo_saves
from tests.bot.watched import HOUSE, IN_DANGER, MONDAY_AT_TEN, Watched

A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
STEP = "the plan is on paper"


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


def screen(world: Watched) -> str:
    return "\n".join(bo_does(world, lambda c: today_lines(c, "Europe/London", world.clock())))


def bo_plans(world: Watched, day: date = date(2026, 3, 5)) -> None:
    meeting = MeetingFile(**(tomllib.loads(EXAMPLE) | {"day": day}))
    bo_does(world, lambda c: keep_meeting(c, meeting, "Europe/London", world.clock()))


async def test_where_nothing_needs_a_person_it_says_so(world: Watched):
    assert screen(world) == "Monday 02 March\nNothing needs a person just now."


async def test_it_names_who_was_asked_whether_they_are_safe_and_is_silent(world: Watched):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    await ada.texts("everything feels hopeless")
    ada.hears("safety.are-you-safe")
    await dee.texts("everything feels hopeless")
    await world.later(timedelta(minutes=29))
    assert "safe" not in screen(world)
    await world.later(timedelta(minutes=1))
    await dee.texts("1")
    assert "Asked whether they are safe, and no answer yet: 1" in screen(world)
    assert "   Ada, Mon 02 Mar 10:00" in screen(world)
    await ada.texts("2")
    assert "Alerts open: 1" in screen(world)
    assert "no answer yet" not in screen(world)


async def test_it_names_nobody_who_wants_to_be_asked_before_anybody_is_told(world: Watched):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(sharing="ask"))
    await ada.texts("he scares me")
    ada.hears("safety.are-you-safe")
    await world.later(AN_HOUR)
    assert "Ada" not in screen(world)


async def test_everything_that_needs_a_person_is_on_one_screen_with_what_to_do(world: Watched):
    ada, dee, cai = [await volunteer(world, name) for name in ("Ada", "Dee", "Cai")]
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
    bo_saves(world, milestone=[{"name": STEP, "day": date(2026, 3, 4)}, {"name": "dug", "day": date(2026, 3, 30)}])
    await world.later(AN_HOUR)
    await ada.texts("SUGGEST")
    await ada.texts("a secret bench")
    await dee.texts("what colour is the sky in here")
    await cai.texts("STOP")
    bo_plans(world)
    await world.later(2 * AN_HOUR)
    await dee.texts("1 i need a lift")
    with world.service.database.writing() as connection:
        connection.execute(update(SUGGESTION).values(promised_on=date(2026, 3, 2)))
    await dee.texts(IN_DANGER)
    shown = screen(world)
    assert f"{world.reference}  suicide or self-harm, since Mon 02 Mar 13:00: NOBODY HAS IT YET" in shown
    assert "Waiting for a person: 1  (alongside inbox)" in shown
    assert "1  promised by Mon 02 Mar (today), for Garden" in shown
    assert f"Garden: {STEP}, Wed 04 Mar" in shown
    assert "dug" not in shown
    assert "choosing what grows, Thu 05 Mar 14:00 to 15:30; 1 coming, 0 not sure, 1 with words to you" in shown
    assert "Cai: meeting invitation (said STOP, or cannot be reached)" in shown
    assert "secret" not in shown  # words are where they belong, behind their own command
    await world.staff("Sam").texts(f"ACK {world.reference}")
    assert "Sam has it" in screen(world)
    bo_saves(world, milestone=[{"name": STEP, "day": date(2026, 3, 24)}])
    assert ("left unsaid", CHANGED) in rows(world, NUDGE, "state", "why")
    assert CHANGED not in screen(world)  # it is as it should be


async def test_after_its_day_a_milestone_is_asked_about_and_so_are_notes_and_what_was_said_looking_back(world: Watched):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).values(check_in_every_days=None, check_in_due_at=None))
    bo_saves(world, milestone=[{"name": STEP, "day": date(2026, 3, 4)}])
    await world.later(AN_HOUR)
    bo_plans(world, date(2026, 3, 3))
    await world.later(3 * A_DAY)
    await ada.texts("SKIP")
    await ada.texts("4 it was good")
    shown = screen(world)
    assert f"Garden: {STEP}, its day was Wed 04 Mar; done, or another day?" in shown
    assert "Notes to send: 1  (alongside meeting notes NUMBER FILE)" in shown
    assert "Looked back on" not in shown  # people can still answer
    await world.later(8 * A_DAY, step=AN_HOUR)
    title = 'Looked back on, and not told to the group: 1  (alongside project reflection PROJECT "MILESTONE")'
    assert f"{title}\n   Garden: {STEP}" in screen(world)


async def test_of_very_many_of_a_kind_the_first_are_shown(world: Watched):
    ada = await volunteer(world, "Ada")
    for _ in range(MOST + 2):
        await ada.texts("SUGGEST")
        await ada.texts("an idea")
    shown = screen(world)
    assert f"Ideas that wait for an answer: {MOST + 2}" in shown
    assert "   and 2 more" in shown


def test_the_command_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALONGSIDE_TELEGRAM__TOKEN", "7700900:none")
    config = tmp_path / "config.toml"
    config.write_text(
        f'[organisation]\nname = "x"\n[telegram]\n[database]\nurl = "sqlite:///{tmp_path / "a.sqlite3"}"\n'
        '[safeguarding]\nmode = "signpost only"\n',
        encoding="utf-8",
    )
    shown = CliRunner().invoke(app, ["today", "--config", str(config)])
    assert "Nothing needs a person just now." in shown.output
