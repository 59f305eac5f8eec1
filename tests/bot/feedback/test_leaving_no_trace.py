"""What remains of feedback where people are kept: nothing; also when the service stops or dies in the middle of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from storage.database import Database
from storage.desk import MESSAGE
from storage.feedback.spool import SpoolFull
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.feedback.looking import changed, everything

only_one_process = pytest.mark.parametrize("database_kind", ["sqlite"])
A_WHOLE_STORY = (
    *("FEEDBACK the heating is off", "SOONER", "CODE 1234 5678 9012 3428", "CODE 1", "FEEDBACK", "The kitchen is cold"),
    *("FEEDBACK", "BACK", "FEEDBACK I am going to kill myself tonight", "FEEDBACK", "cancel", "CODE"),
)


@pytest.mark.parametrize("channel", ["sms", "telegram"])
async def test_nothing_whatever_changes_where_people_are_kept(world, channel):
    ada = await volunteer(world, "Ada", channel)
    before = everything(world.service.database)
    said_before = len(world.handsets[channel].bubbles[ada.person.address])
    story = A_WHOLE_STORY
    if channel == "sms" and not world.service.database.is_sqlite:  # several processes: only the form in one message
        story = tuple(words for words in A_WHOLE_STORY if words.startswith(("FEEDBACK", "CODE", "SOONER")))
    for words in story:
        await world.receive(world.handsets[channel].typed(ada.person.address, words, world.clock()))
    assert len(world.handsets[channel].bubbles[ada.person.address]) >= said_before + len(story)
    assert changed(before, everything(world.service.database)) == []


async def test_telegrams_numbering_is_not_kept_where_it_would_show_a_gap(world):
    dee = await volunteer(world, "Dee", "telegram")
    for words in ("hello", "FEEDBACK the heating is off", "MENU"):
        await dee.texts(words)
    for (given,) in rows(world, MESSAGE, "provider_id"):
        assert re.fullmatch("[0-9a-f]{32}", given)


async def hours_pass(world: World, hours: int) -> None:
    """As the clock of feedback sees it."""
    world.clock.forward(timedelta(hours=hours))
    await world.service.confidant.tidy()


@only_one_process
async def test_after_some_hours_nobody_is_remembered(world):
    """Whoever only sent a thumb, asked after a code or gave feedback; memory must not tell who was here."""
    dee, ada = await volunteer(world, "Dee", "telegram"), await volunteer(world, "Ada")
    thumb = world.handsets["telegram"].typed(dee.person.address, "", world.clock())
    await world.receive(replace(thumb, kind="reaction", text="x"))
    await ada.texts("CODE 1234 5678 9012 3428")
    for person, words in ((ada.person, "the kitchen is cold"), (dee.person, "SOONER")):
        await world.text_apart(person, words)
    assert len(world.service.confidant._writers) == 4
    await hours_pass(world, 2)
    assert world.service.confidant._writers == {}


@only_one_process
async def test_after_two_days_it_is_forgotten_which_messages_were_feedback(world):
    """So long Telegram lets somebody change one, and a change of feedback must not be kept."""
    dee = await volunteer(world, "Dee", "telegram")
    await dee.texts("FEEDBACK the heating is off")
    await hours_pass(world, 47)
    assert len(world.service.confidant._unkept) == 1
    await hours_pass(world, 1)
    assert not world.service.confidant._unkept


# -- stopping and dying --------------------------------------------------------------------------------


@only_one_process
async def test_a_clean_stop_hands_over_where_somebody_is(database, tmp_path):
    folder = tmp_path / "feedback"
    async with World(database, HARBOUR_HOUSE, feedback=feedback_in(folder)) as first:
        ada = await volunteer(first, "Ada")
        await ada.texts("FEEDBACK")
    second = await risen(database, first, folder)
    try:
        ada = Someone(second, replace(ada.person, read=0))
        before = rows(second, MESSAGE, "text")
        await ada.texts("The kitchen is cold and nobody asks.")
        ada.hears("feedback.receipt")
        assert rows(second, MESSAGE, "text") == before
        assert not (folder / "memory" / "handover").exists()
    finally:
        await second.service.stop()


async def died(world: World) -> None:
    """As after SIGKILL: nothing was handed over."""
    world.service.confidant._handover.leave = lambda everybody: None
    await world.service.stop()


async def risen(database: Database, first: World, folder) -> World:
    second = World(Database(database.url), HARBOUR_HOUSE, feedback=feedback_in(folder), start=first.clock())
    second.handsets["sms"]._numbers = first.handsets["sms"]._numbers
    await second.service.start()
    return second


@pytest.fixture
async def after_a_crash(database, tmp_path):
    folder = tmp_path / "feedback"
    first = World(database, HARBOUR_HOUSE, feedback=feedback_in(folder))
    await first.service.start()
    ada = await volunteer(first, "Ada")
    await ada.texts("FEEDBACK")
    await died(first)
    second = await risen(database, first, folder)
    yield Someone(second, replace(ada.person, read=0))
    await second.service.stop()


@only_one_process
async def test_after_a_crash_a_message_is_held_and_asked_about(after_a_crash):
    ada = after_a_crash
    before = rows(ada.world, MESSAGE, "text")
    await ada.texts("The kitchen is cold and nobody asks.")
    ada.hears("feedback.held")
    assert rows(ada.world, MESSAGE, "text") == before
    await ada.texts("2")
    ada.hears("feedback.receipt")
    assert rows(ada.world, MESSAGE, "text") == before


@only_one_process
async def test_what_was_held_goes_to_the_team_where_they_say_so(after_a_crash):
    ada = after_a_crash
    await ada.texts("What time is the meeting?")
    await ada.texts("1")
    ada.hears("house.passed-on")
    assert rows(ada.world, MESSAGE, "text")[-1] == ("What time is the meeting?",)


@only_one_process
async def test_what_was_held_and_never_answered_is_sealed_rather_than_lost(after_a_crash):
    ada = after_a_crash
    before = rows(ada.world, MESSAGE, "text")
    await ada.texts("The kitchen is cold and nobody asks.")
    await ada.world.later(timedelta(minutes=11))
    assert rows(ada.world, MESSAGE, "text") == before
    assert len(ada.world.service.feedback.box.spool.waiting()) == 1


@only_one_process
async def test_what_was_held_is_sealed_also_where_the_provider_stops_us(after_a_crash):
    ada = after_a_crash
    await ada.texts("The kitchen is cold and nobody asks.")
    stop = ada.world.handsets["sms"].typed(ada.person.address, "STOP", ada.world.clock())
    await ada.world.receive(replace(stop, kind="opted out"))
    assert len(ada.world.service.feedback.box.spool.waiting()) == 1


@only_one_process
async def test_what_was_held_waits_until_there_is_room_for_it(after_a_crash, monkeypatch):
    ada = after_a_crash
    await ada.texts("The kitchen is cold and nobody asks.")
    box = ada.world.service.feedback.box

    def full(*_):
        raise SpoolFull

    with monkeypatch.context() as away:
        away.setattr(box, "put", full)
        await hours_pass(ada.world, 2)
    assert box.spool.waiting() == []
    await hours_pass(ada.world, 0)
    assert len(box.spool.waiting()) == 1


@only_one_process
async def test_answers_of_one_word_go_on_as_ever_after_a_crash(after_a_crash):
    ada = after_a_crash
    await ada.texts("MENU")
    ada.does_not_hear("feedback.held")
    await ada.texts("1")
    ada.hears("check-in.mood")


@only_one_process
async def test_ten_minutes_after_a_crash_everything_is_as_ever(after_a_crash):
    ada = after_a_crash
    await ada.world.later(timedelta(minutes=11))
    await ada.texts("What time is the meeting?")
    ada.hears("house.passed-on")


@only_one_process
async def test_hours_after_a_crash_nobody_is_remembered(after_a_crash):
    ada = after_a_crash
    for words in ("MENU", "HELP"):
        await ada.texts(words)
    assert ada.world.service.confidant._writers
    await hours_pass(ada.world, 2)
    assert ada.world.service.confidant._writers == {}


@only_one_process
async def test_danger_in_what_is_held_gets_the_lines_at_once(after_a_crash):
    ada = after_a_crash
    await ada.texts("I am going to kill myself tonight")
    ada.hears("safety.suicide_selfharm", "feedback.held")
    await ada.texts("1")
    assert len(ada.world.references()) == 1
