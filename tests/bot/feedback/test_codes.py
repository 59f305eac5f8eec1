"""The code in the receipt, which shows the answer, and news of answers that everybody gets."""

from __future__ import annotations

from datetime import date, timedelta

from bot.simulation import FEEDBACK_INBOX, PASSPHRASE
from storage.desk import MESSAGE
from storage.feedback import store
from storage.feedback.keys import unlock
from tests.bot.cast import meet, rows, volunteer
from tests.bot.feedback.looking import UNTIL_OPENED, code_in


def answered(world, inbox, text):
    """Bo answers everything in the inbox."""
    box = world.service.feedback.box
    keys = unlock(box.database, FEEDBACK_INBOX, "Bo", PASSPHRASE)
    for one in inbox():
        store.reply(box.database, keys, one.ids, text, store.week_of(date(2026, 3, 6)))


async def test_the_code_shows_the_answer_and_every_other_code_nothing(world, inbox):
    ada = await volunteer(world, "Ada")
    code = code_in(await ada.texts("FEEDBACK the heating is off"))
    nothing = await ada.texts(f"CODE {code}")
    ada.hears("feedback.code-nothing")
    assert await ada.texts("CODE 1234 5678 9012 3428") == nothing
    await world.later(UNTIL_OPENED)
    answered(world, inbox, "It is mended.")
    eve = await meet(world, "Eve", "telegram")  # the code is all it takes, from any phone
    await eve.texts(f"code: {code.replace(' ', '-')}")
    eve.hears("feedback.code-answer")
    assert "It is mended." in eve.shown[0].text


async def test_a_slip_in_a_code_and_a_code_without_numbers_are_told(world):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    await ada.texts("CODE 1234 5678 9012 3456")
    ada.hears("feedback.code-slip")
    await ada.texts("CODE")
    ada.hears("feedback.code-how")
    assert rows(world, MESSAGE, "text") == before


async def test_guessing_codes_is_slowed_down_in_memory(world):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    for _ in range(10):
        await ada.texts("CODE 1234 5678 9012 3428")
        ada.hears("feedback.code-nothing")
    await ada.texts("CODE 1234 5678 9012 3428")
    ada.hears("feedback.code-slow")
    await world.later(timedelta(minutes=61))
    await ada.texts("CODE 1234 5678 9012 3428")
    ada.hears("feedback.code-nothing")
    assert rows(world, MESSAGE, "text") == before


async def test_whatever_stands_behind_a_code_danger_is_heard_first(world, inbox):
    ada = await volunteer(world, "Ada")
    code = code_in(await ada.texts("FEEDBACK the heating is off"))
    before = rows(world, MESSAGE, "text")
    for words, then in [
        (f"CODE {code} i want to kill myself", "feedback.code-nothing"),
        ("CODE 1234 5678 9012 3456 i want to kill myself", "feedback.code-slip"),
        *[(f"CODE {code}", "feedback.code-nothing")] * 9,
        (f"CODE {code}. i want to kill myself", "feedback.code-slow"),
    ]:
        said = await ada.texts(words)
        ada.hears(then)
        assert any("116 123" in each for each in said) == ("kill" in words), words
    assert rows(world, MESSAGE, "text") == before


async def a_week_later(world):
    """Nothing is due in between, so only the last hours are played."""
    world.clock.forward(timedelta(days=6, hours=20))
    await world.later(timedelta(hours=4))


async def test_everybodys_weekly_message_says_once_what_was_done_and_that_answers_wait(world, inbox):
    ada, cai = await volunteer(world, "Ada"), await volunteer(world, "Cai")
    await ada.texts("FEEDBACK the heating is off")
    await world.later(UNTIL_OPENED)
    await ada.looks(), await cai.looks()
    answered(world, inbox, "It is mended.")
    store.add_said_did(world.service.feedback.box.database, "the heating is mended", store.week_of(date(2026, 3, 6)))
    await a_week_later(world)
    for somebody in (ada, cai):
        await somebody.looks()
        somebody.hears("check-in.mood", "feedback.said-did", "feedback.answers-waiting")
        assert "the heating is mended" in somebody.shown[-1].text
    await a_week_later(world)
    await cai.looks()
    cai.does_not_hear("feedback.answers-waiting")


async def test_a_code_is_known_wherever_it_stands_and_never_stored(world):
    ada = await volunteer(world, "Ada")
    before = rows(world, MESSAGE, "text")
    for words in ("1234 5678 9012 3428", "my code is 1234567890123428 thanks", "CODE1234-5678-9012-3428"):
        await ada.texts(words)
        ada.hears("feedback.code-nothing")
    await ada.texts("1234 5678 9012 3429")
    ada.hears("feedback.code-slip")
    assert rows(world, MESSAGE, "text") == before


async def test_an_answer_that_is_too_long_for_one_text_comes_in_several(world, inbox):
    ada = await volunteer(world, "Ada")
    code = code_in(await ada.texts("FEEDBACK the heating is off"))
    await world.later(UNTIL_OPENED)
    answered(world, inbox, "We heard you. " * 130)
    await ada.looks()
    await ada.texts(f"CODE {code}")
    assert len(ada.shown) == 2
    assert all(len(bubble.text) < 1_600 for bubble in ada.shown)
