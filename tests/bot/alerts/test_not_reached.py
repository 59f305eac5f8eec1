"""A phone that is not safe, and an answer that did not arrive: nothing is claimed that is not so."""

from __future__ import annotations

from sqlalchemy import update

from bot.channels import Reason, Retry, SendFailed
from storage.desk import OUTBOX, PERSON
from storage.outbox import Delivery, note_deliveries
from tests.bot.alerts.cast import NEVER, acknowledged, in_danger, news_of
from tests.bot.cast import rows, volunteer
from tests.bot.watched import HIT, IN_DANGER, Watched

# -- abuse, and a phone that is not safe ------------------------------------------------------------------


async def test_nothing_is_written_to_somebody_who_is_hit_until_they_say_it_is_safe(world: Watched):
    ada = await in_danger(world, HIT)
    ada.hears("safety.safe-here")
    sam = await acknowledged(world)
    sam.hears("alerts.yours-quietly")
    await ada.looks()
    ada.hears_nothing()
    await sam.texts(f"REPLY {world.reference} hello Ada")
    sam.hears("alerts.reply-unsafe")
    await sam.texts(f"TAKE {world.reference}")
    await ada.looks()
    ada.hears_nothing()
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.read-quietly")


async def test_once_it_is_safe_the_one_who_has_it_hears_so_and_can_write(world: Watched):
    ada = await in_danger(world, HIT)
    sam = await acknowledged(world)
    await ada.texts("1")
    ada.hears("alerts.has-it")
    await sam.looks()
    sam.hears("alerts.safe-to-text")
    await sam.texts(f"REPLY {world.reference} hello")
    await ada.looks()
    assert ada.shown[-1].text == "Sam: hello"


async def test_what_they_said_about_texting_does_not_hold_for_abuse_that_they_tell_of_later(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await ada.texts(HIT)
    await sam.texts(f"REPLY {world.reference} hello")
    sam.hears("alerts.reply-unsafe")
    await ada.texts("1")
    await sam.texts(f"REPLY {world.reference} hello")
    sam.hears("alerts.reply-gone")


async def test_somebody_who_said_at_joining_that_it_is_not_safe_is_not_texted_first(world: Watched):
    ada = await volunteer(world, "Ada")
    with world.service.database.writing() as connection:
        connection.execute(update(PERSON).where(PERSON.c.called == "Ada").values(safe_to_text=False))
    await ada.texts(IN_DANGER)
    ada.hears("alerts.trying-quietly")
    sam = await acknowledged(world)
    sam.hears("alerts.yours-quietly")
    await ada.looks()
    ada.hears_nothing()
    assert ("not told who has it: it may not be safe", "them") in world.record()


async def test_nothing_is_written_to_somebody_who_said_stop_since(world: Watched):
    cai = await in_danger(world, name="Cai")
    await world.passes(minutes=1)
    await cai.texts("STOP")
    sam = await acknowledged(world)
    sam.hears("alerts.yours-stopped")
    await sam.texts(f"REPLY {world.reference} hello")
    sam.hears("alerts.reply-stopped")
    await cai.looks()
    cai.hears_nothing()


# -- our answer did not arrive ----------------------------------------------------------------------------


async def test_an_answer_that_cannot_be_delivered_is_told_at_once_with_the_next_step(world: Watched):
    ada = await volunteer(world, "Ada", "telegram")
    world.handsets["telegram"].fails_with = SendFailed(Reason.BLOCKED, retry=Retry.NEVER, closes_address=True)
    await ada.texts(IN_DANGER)
    sam = await news_of(world, "Sam")
    sam.hears("alerts.alert")
    sam.hears("alerts.not-delivered")
    assert "blocked the bot" in sam.shown[-1].text
    assert ("failed", "them") in world.record()


async def test_an_answer_that_twilio_refuses_since_they_stopped_the_number_is_told_too(world: Watched):
    ada = await volunteer(world, "Ada")
    world.handsets["sms"].fails_with = NEVER
    await ada.texts(IN_DANGER)
    bo = await news_of(world, "Bo")
    bo.hears("alerts.alert")
    bo.hears("alerts.not-delivered")
    assert "STOP" in bo.shown[-1].text


async def test_somebody_who_may_not_be_safe_is_not_to_be_rung_either(world: Watched):
    ada = await volunteer(world, "Ada", "telegram")
    world.handsets["telegram"].fails_with = SendFailed(Reason.BLOCKED, retry=Retry.NEVER, closes_address=True)
    await ada.texts(HIT)
    (await news_of(world, "Sam")).hears("alerts.not-delivered-discreet")


async def test_words_of_a_coordinator_that_do_not_arrive_are_told_to_that_one(world: Watched):
    await in_danger(world, channel="telegram")
    sam = await acknowledged(world)
    world.handsets["telegram"].fails_with = SendFailed(Reason.BLOCKED, retry=Retry.NEVER, closes_address=True)
    await sam.texts(f"REPLY {world.reference} hello")
    sam.hears("alerts.not-delivered")


async def test_an_answer_that_only_the_report_says_was_lost_is_told_when_the_report_comes(world: Watched):
    await in_danger(world)
    before = len(world.has_come_to("Sam"))
    (provider_id,) = [
        provider_id
        for provider_id, lane, person in rows(world, OUTBOX, "provider_id", "lane", "person_id")
        if lane == 0 and person
    ]
    lost = Delivery(provider_id, "failed", world.clock(), reason="unreachable", told="Off.")
    await world.service.store.run(note_deliveries, lost)
    await world.settle()
    assert len(world.has_come_to("Sam")) == before + 1
    assert "could not be reached" in world.has_come_to("Sam")[-1].text
