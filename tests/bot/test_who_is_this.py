"""Are you a real person? Who reads this? Answered in every state, in one message; then the open question is back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.segments import count
from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from storage.database import Database
from storage.desk import CHECK_IN, INBOX, PERSON
from tests.bot.cast import meet, rows, volunteer
from tests.bot.watched import HOUSE, IN_DANGER, Watched

ASKED = ["are you a real person?", "r u a bot", "Who are you", "who reads this?", "hi, is this a computer please"]


@pytest.mark.parametrize("channel", ["sms", "telegram"])
@pytest.mark.parametrize("words", ASKED)
async def test_it_says_that_it_is_a_computer_who_reads_and_when(world: World, words: str, channel: str):
    ada = await volunteer(world, "Ada", channel)
    [said] = await ada.texts(words)
    ada.hears("house.what-i-am")
    for part in ("computer program for Harbour House", "Our team", "on weekdays from 9 to 5", "HUMAN"):
        assert part in said
    assert rows(world, INBOX, "why") == []


async def test_feedback_is_spoken_of_where_it_is_set_up(database: Database, tmp_path: Path):
    async with World(database, HARBOUR_HOUSE, feedback=feedback_in(tmp_path / "feedback")) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts("WHO")
        ada.hears("house.what-i-am", "house.without-name")


async def test_feedback_is_not_spoken_of_where_it_is_not(world: World):
    ada = await volunteer(world, "Ada")
    await ada.texts("WHO")
    ada.does_not_hear("house.without-name")


async def test_it_costs_one_part(world: World):
    ada = await volunteer(world, "Ada")
    [said] = await ada.texts("WHO")
    assert (count(said).parts, count(said).encoding) == (1, "GSM-7")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (["MENU", "1"], "check-in.mood"),
        (["MENU", "1", "4"], "check-in.note"),
        (["MENU", "1", "2"], "check-in.want-a-call"),
        (["MENU"], "menu.choice"),
        (["HELP"], "help.tell"),
        (["HUMAN"], "human.about"),
        (["PAUSE"], "pause.how-long"),
        (["LANGUAGE"], "language.which"),
        (["whats the point anymore"], "safety.are-you-safe"),
        (["my fella hit me again and locked me in"], "safety.safe-here"),
    ],
)
async def test_the_open_question_comes_back(world: World, before: list[str], question: str):
    ada = await volunteer(world, "Ada")
    for words in (*before, "are you a bot"):
        await ada.texts(words)
    ada.hears("house.what-i-am", "house.back-to", question)
    assert len(ada.shown) == 1


async def test_it_is_neither_a_name_nor_a_note(world: World):
    ada = await meet(world, "Ada")
    for words in ("JOIN", "who is this"):
        await ada.texts(words)
    ada.hears("house.what-i-am", "house.back-to", "joining.name")
    for words in ("Ada", "SKIP", "1", "1", "MENU", "1", "4", "who reads this"):
        await ada.texts(words)
    ada.hears("house.what-i-am", "house.back-to", "check-in.note")
    assert rows(world, PERSON, "called") == [("Ada",)]
    assert rows(world, CHECK_IN, "note") == [(None,)]


async def test_somebody_whom_nobody_knows_is_told_how_to_join(world: World):
    stranger = await meet(world, "Zed")
    await stranger.texts("who are you?")
    stranger.hears("house.what-i-am", "house.how-to-join")


async def test_after_stop_it_is_answered_and_stop_holds(world: World):
    cai = await volunteer(world, "Cai")
    for words in ("STOP", "are you a real person"):
        await cai.texts(words)
    cai.hears("house.what-i-am", "house.still-stopped")


async def test_after_danger_it_is_answered_and_the_words_go_to_whoever_watches(database: Database):
    async with Watched(database, HOUSE) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        sam = await world.answers("Sam", "ACK", "READ")
        await ada.looks()
        await ada.texts("is anyone there?")
        ada.hears("house.what-i-am", "safety.more", "alerts.has-it")
        await sam.looks()
        sam.hears("alerts.more")


async def test_while_a_person_writes_here_it_is_theirs_to_answer(database: Database):
    async with Watched(database, HOUSE) as world:
        ada = await volunteer(world, "Ada")
        await ada.texts(IN_DANGER)
        sam = await world.answers("Sam", "ACK", "TAKE")
        await ada.looks()
        await ada.texts("are you a real person?")
        ada.hears_nothing()
        await sam.looks()
        sam.hears("alerts.relayed")


async def test_dee_asks_in_welsh(world: World):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    for words in ("DEWISLEN", "ydych chi'n berson go iawn?"):
        await dee.texts(words)
    dee.hears("house.what-i-am", "house.back-to", "menu.choice")
