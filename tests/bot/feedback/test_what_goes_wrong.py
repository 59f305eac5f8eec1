"""Feedback that is too long, too much, broken or not in words, and what comes twice or all at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import bot.listening
from storage.desk import MESSAGE
from storage.feedback.spool import SpoolFull
from tests.bot.cast import rows, volunteer
from tests.bot.feedback.looking import UNTIL_OPENED

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


async def test_words_that_do_not_fit_are_cut_and_that_is_told(world, inbox):
    ada = await volunteer(world, "Ada", "telegram")
    await ada.texts("FEEDBACK " + "\N{SNOWMAN}" * 2_000)
    ada.hears("feedback.receipt", "feedback.cut")
    await world.later(UNTIL_OPENED)
    assert len(inbox()[0].words.text) == 1_933


async def test_a_full_box_says_so_and_the_words_can_be_sent_again(world, monkeypatch):
    ada = await volunteer(world, "Ada", "telegram")
    before = rows(world, MESSAGE, "text")

    def full(*_):
        raise SpoolFull

    with monkeypatch.context() as broken:
        broken.setattr(world.service.feedback.box.spool, "put", full)
        await ada.texts("FEEDBACK the heating is off")
        ada.hears("feedback.full")
    await ada.texts("the heating is off")
    ada.hears("feedback.receipt")
    assert rows(world, MESSAGE, "text") == before


async def test_a_fault_says_so_and_logs_no_word(world, monkeypatch, caplog):
    ada = await volunteer(world, "Ada")

    def broken(*_):
        raise OSError(5, "the heating is off")

    monkeypatch.setattr(world.service.feedback.box.spool, "put", broken)
    await ada.texts("FEEDBACK the heating is off")
    ada.hears("feedback.broke")
    assert "heating" not in caplog.text


async def test_one_person_cannot_fill_the_box(world):
    ada = await volunteer(world, "Ada")
    for number in range(6):
        await ada.texts(f"FEEDBACK number {number}")
    await ada.texts("FEEDBACK one more")
    ada.hears("feedback.too-many")
    await world.later(timedelta(hours=1))
    await ada.texts("FEEDBACK one more")
    ada.hears("feedback.receipt")


async def test_the_same_message_delivered_again_is_one_feedback(world, inbox):
    ada = await volunteer(world, "Ada")
    typed = world.handsets["sms"].typed(ada.person.address, "FEEDBACK the heating is off", world.clock())
    for _ in range(2):
        await world.receive(typed)
    assert len(await ada.looks()) == 1
    await world.later(UNTIL_OPENED)
    assert [len(one.ids) for one in inbox()] == [1]


async def test_in_one_poll_what_comes_before_feedback_is_kept_and_what_follows_is_not(world, inbox, monkeypatch):
    """Also where we break over the message before it: that is owned up to, and not taken for the words."""
    dee = await volunteer(world, "Dee", "telegram")
    typed = [
        world.handsets["telegram"].typed(dee.person.address, words, world.clock())
        for words in ("what time is it", "FEEDBACK", "I felt talked over.", "MENU")
    ]

    def breaks(heard):
        raise RuntimeError

    monkeypatch.setattr(bot.listening, "STEPS", (breaks,))
    await world.service.inbound.take(typed, "telegram")
    await world.settle()
    texts = [text for (text,) in rows(world, MESSAGE, "text")]
    assert texts[-2:] == ["what time is it", "MENU"]
    assert "I felt talked over." not in texts
    await world.later(UNTIL_OPENED)
    assert [one.words.text for one in inbox()] == ["I felt talked over."]


async def test_a_machine_that_answers_machines_comes_to_an_end(world):
    ada = await volunteer(world, "Ada")
    before = len(world.handsets["sms"].bubbles[ada.person.address])
    for _ in range(60):
        await ada.texts("CODE")
    assert len(world.handsets["sms"].bubbles[ada.person.address]) - before == 40


# -- what is not words ---------------------------------------------------------------------------------


async def test_a_picture_in_the_middle_of_it_is_not_kept(world):
    dee = await volunteer(world, "Dee", "telegram")
    before = rows(world, MESSAGE, "kind")
    await dee.texts("FEEDBACK")
    typed = world.handsets["telegram"].typed(dee.person.address, "", world.clock())
    await world.receive(replace(typed, kind="photo", reference="file"))
    await dee.looks()
    dee.hears("feedback.not-words")
    await dee.texts("The kitchen")
    dee.hears("feedback.receipt")
    assert rows(world, MESSAGE, "kind") == before


async def test_a_change_a_thumb_and_a_reply_to_the_receipt_are_not_kept(world):
    dee = await volunteer(world, "Dee", "telegram")
    before = rows(world, MESSAGE, "kind")
    await dee.texts("FEEDBACK the heating is off")
    receipt = dee.shown[-1].text
    ((_, _, first),) = world.service.confidant._unkept
    typed = world.handsets["telegram"].typed(dee.person.address, "in the kitchen", world.clock())
    await world.receive(replace(typed, kind="edited", message_id="e1", chat_message_id=first))
    await dee.looks()
    dee.hears("feedback.changed")
    await world.receive(replace(typed, kind="reaction", message_id="e2"))
    dee.hears("feedback.changed")
    await world.later(timedelta(hours=3))
    await world.receive(replace(typed, kind="edited", message_id="e4", chat_message_id=first))
    await dee.looks()
    dee.hears("feedback.changed")
    await world.later(timedelta(hours=3))
    await world.receive(replace(typed, reply_to=receipt, message_id="e3"))
    await dee.looks()
    dee.hears("feedback.held")
    assert rows(world, MESSAGE, "kind") == before


@only_sqlite
async def test_what_is_sent_after_a_change_is_asked_about_and_a_receipt_is_not_sent_for_it(world):
    dee = await volunteer(world, "Dee", "telegram")
    await dee.texts("FEEDBACK")
    typed = world.handsets["telegram"].typed(dee.person.address, "FEEDBACK the hall", world.clock())
    await world.receive(replace(typed, kind="edited"))
    await dee.looks()
    dee.hears("feedback.changed")
    typed = world.handsets["telegram"].typed(dee.person.address, "what time is the meeting", world.clock())
    await world.receive(replace(typed, reply_to=""))
    await dee.looks()
    dee.hears("feedback.held")


async def test_a_change_of_a_message_from_before_we_began_is_not_kept(world):
    """It may have been feedback; nobody remembers."""
    dee = await volunteer(world, "Dee", "telegram")
    before = rows(world, MESSAGE, "kind")
    typed = world.handsets["telegram"].typed(dee.person.address, "in the kitchen", world.clock())
    long_ago = world.clock() - timedelta(days=1)
    await world.receive(replace(typed, kind="edited", written_at=long_ago))
    await dee.looks()
    dee.hears("feedback.changed")
    assert rows(world, MESSAGE, "kind") == before
    if world.service.database.is_sqlite:
        await dee.texts("in the kitchen, I meant")
        dee.hears("feedback.held")
        assert rows(world, MESSAGE, "kind") == before
