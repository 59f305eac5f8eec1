"""Somebody has the alert: who hears of that, and what they may read."""

from __future__ import annotations

import asyncio

import pytest

from storage.accounts import AUDIT
from storage.alerts import ALERT
from storage.desk import OUTBOX
from tests.bot.alerts.cast import acknowledged, in_danger, news_of
from tests.bot.cast import rows, volunteer
from tests.bot.watched import IN_DANGER, STAFF, Watched

# -- acknowledged -----------------------------------------------------------------------------------------


async def test_the_volunteer_hears_who_was_told_only_after_that_one_acknowledged(world: Watched):
    ada = await in_danger(world)
    ada.does_not_hear("alerts.told")
    await world.passes(minutes=3)
    sam = await acknowledged(world)
    sam.hears("alerts.yours")
    await ada.looks()
    ada.hears("alerts.told")
    assert "I have told Sam on our team. Sam will try to text you by 11am." in ada.shown[-1].text
    assert (0, ada.shown[-1].text) in rows(world, OUTBOX, "lane", "text")


async def test_dee_hears_it_in_welsh(world: Watched):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await dee.texts(IN_DANGER)
    await acknowledged(world)
    await dee.looks()
    dee.hears("alerts.told")
    assert "erbyn 11yb" in dee.shown[-1].text


@pytest.mark.parametrize("word", ["ack {}", "Ack{}", "ASK {}.", "Act {}", "ok {}", "/ack {}", "  ACK: {} on it"])
async def test_ack_is_understood_as_phones_write_it(world: Watched, word: str):
    await in_danger(world)
    await world.staff("Sam").texts(word.format(world.reference))
    assert world.alert().has_it == "Sam"


async def test_ack_without_a_number_is_asked_for_one(world: Watched):
    await in_danger(world)
    sam = world.staff("Sam")
    await sam.texts("ACK")
    sam.hears("alerts.which")
    assert world.alert().state == "raised"


async def test_everybody_else_who_was_told_hears_who_has_it(world: Watched):
    await in_danger(world)
    await world.passes(minutes=20)
    await acknowledged(world, "Bo")
    for name in ("Sam", "Kim", "Lou"):
        (await news_of(world, name)).hears("alerts.stand-down")


async def test_an_alert_acknowledged_late_is_recorded_as_late(world: Watched):
    await in_danger(world)
    await world.passes(minutes=34)
    await acknowledged(world)
    notes = [note for what, note in world.record("what", "note") if what == "acknowledged"]
    assert notes == ["late: 34 minutes after it was raised"]


async def test_two_acknowledge_at_once_and_the_second_hears_who_has_it(world: Watched):
    await in_danger(world)
    await world.passes(minutes=10)
    sam, bo, reference = world.staff("Sam"), world.staff("Bo"), world.reference
    typed = [
        world.handsets[each.person.channel].typed(each.person.address, f"ACK {reference}", world.clock())
        for each in (sam, bo)
    ]
    await asyncio.gather(*(world.service.inbound.take([each], each.sender) for each in typed))
    await world.settle()
    has_it = world.alert().has_it
    first, second = (sam, bo) if has_it == "Sam" else (bo, sam)
    await first.looks()
    await second.looks()
    first.hears("alerts.yours")
    second.hears("alerts.has-already")
    assert any(f"{has_it} has {reference}" in bubble.text for bubble in second.shown)
    assert [what for what, _ in world.record()].count("acknowledged") == 1


async def test_a_number_that_is_no_open_alert_reveals_nothing(world: Watched):
    await in_danger(world)
    sam, wrong = world.staff("Sam"), 1000 + (world.reference - 999) % 9000
    for word in ("ACK", "READ", "TAKE", "REPLY", "GIVE", "CLOSE"):
        await sam.texts(f"{word} {wrong} x")
        sam.hears("alerts.no-such")
        assert "Ada" not in sam.shown[-1].text
    assert world.alert().state == "raised"


@pytest.mark.parametrize("word", ["ACK", "READ", "TAKE", "REPLY", "GIVE", "CLOSE"])
async def test_to_anybody_else_these_are_ordinary_words(world: Watched, word: str):
    await in_danger(world)
    bob = await volunteer(world, "Bob")
    await bob.texts(f"{word} {world.reference} hello")
    bob.hears("house.passed-on")
    assert world.alert().state == "raised"
    assert not any(what in ("acknowledged", "read", "closed") for what, _ in world.record())


async def test_words_of_danger_in_a_reply_to_somebody_else_raise_no_alert(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"CLOSE {world.reference} she said i want to kill myself, ambulance came")
    sam.hears("alerts.closed")
    assert len(rows(world, ALERT, "id")) == 1


# -- READ -------------------------------------------------------------------------------------------------


async def test_read_sends_name_number_and_words_once_after_acknowledging_and_is_recorded(world: Watched):
    ada = await in_danger(world)
    sam = world.staff("Sam")
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.ack-first")
    await sam.texts(f"ACK {world.reference}")
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.read")
    assert all(each in sam.shown[-1].text for each in ("Ada", ada.person.address, IN_DANGER))
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.read-already")
    assert IN_DANGER not in sam.shown[-1].text
    assert [who for what, who in world.record() if what == "read"] == ["Sam"]


async def test_what_is_done_about_an_alert_by_text_stands_in_the_log_too(world: Watched):
    await in_danger(world)
    sam = world.staff("Sam")
    its = f"alert:{world.alert().id}"
    await sam.texts(f"READ {world.reference}")  # not before it is theirs
    assert rows(world, AUDIT, "what") == []
    await sam.texts(f"ACK {world.reference}")
    await sam.texts(f"READ {world.reference}")
    log = [("Sam", "acknowledged an alert", its), ("Sam", "read the words of an alert", its)]
    assert rows(world, AUDIT, "who", "what", "about") == log


async def test_read_is_for_the_one_who_has_it(world: Watched):
    await in_danger(world)
    await acknowledged(world)
    bo = world.staff("Bo")
    await bo.texts(f"READ {world.reference}")
    bo.hears("alerts.has-already")


async def test_what_has_been_written_since_can_be_read_too(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    await ada.texts("i will end it tonight")
    await sam.texts(f"READ {world.reference}")
    assert "i will end it tonight" in sam.shown[-1].text
    assert IN_DANGER not in sam.shown[-1].text


async def test_name_number_and_words_are_in_the_answer_to_read_and_in_nothing_else(world: Watched):
    ada = await in_danger(world)
    await world.passes(minutes=20)
    sam = await acknowledged(world)
    for words in ("TAKE {}", "GIVE {}", "REPLY {} hello", "CLOSE {} all well"):
        await sam.texts(words.format(world.reference))
    everything = " ".join(bubble.text for name in STAFF for bubble in world.has_come_to(name))
    for secret in ("Ada", ada.person.address, IN_DANGER):
        assert secret not in everything
        assert secret not in repr(world.record("what", "who", "note"))
