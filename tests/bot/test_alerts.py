"""Somebody is in danger: a person is told, the next if they are silent, and nothing is claimed that is not so."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import alerts
from bot.channels import Reason, Retry, SendFailed
from bot.channels.segments import count
from bot.house import House
from bot.sitting import Sitting
from bot.telling import LONGEST_RULE, _named
from flows.words import Words
from storage.alerts import ALERT, alerts_for_review
from storage.database import Database
from storage.desk import INBOX, OUTBOX, PERSON, Desk
from storage.outbox import Delivery, note_deliveries
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.watched import HIT, HOUSE, IN_DANGER, MONDAY_AT_TEN, STAFF, Watched

NEVER = SendFailed(Reason.OPTED_OUT, retry=Retry.NEVER, closes_address=True)
NUMBERS = itertools.count(1)
AT_NIGHT = MONDAY_AT_TEN + timedelta(hours=12)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[Watched]:
    async with Watched(database, HOUSE, MONDAY_AT_TEN) as world:
        yield world


@pytest.fixture(autouse=True)
def nothing_breaks(caplog: pytest.LogCaptureFixture):
    """What breaks while an alert is seen to is only logged, so that nothing else is held up."""
    yield
    assert "alert broke" not in caplog.text


async def night(world: Watched) -> None:
    world.clock.forward(AT_NIGHT - world.clock())


async def in_danger(world: Watched, words: str = IN_DANGER, name: str = "Ada", channel: str = "sms") -> Someone:
    ada = await volunteer(world, name, channel)
    await ada.texts(words)
    return ada


async def news_of(world: Watched, name: str) -> Someone:
    someone = world.staff(name)
    await someone.looks()
    return someone


async def acknowledged(world: Watched, name: str = "Sam") -> Someone:
    someone = world.staff(name)
    await someone.texts(f"ACK {world.reference}")
    return someone


# -- told, and the next when nobody answers ------------------------------------------------------------


async def test_whoever_is_on_call_is_told_at_once_and_the_volunteer_that_it_is_being_tried(world: Watched):
    ada = await in_danger(world)
    ada.hears("safety.suicide_selfharm", "alerts.trying")
    (await news_of(world, "Sam")).hears("alerts.alert")
    assert [world.has_come_to(name) for name in ("Bo", "Kim", "Lou")] == [[], [], []]
    assert (world.alert().state, world.alert().topic) == ("raised", "suicide_selfharm")


async def test_an_alert_is_one_text_message_and_names_nobody(world: Watched):
    ada = await in_danger(world)
    (bubble,) = world.has_come_to("Sam")
    assert bubble.parts == 1
    assert str(world.reference) in bubble.text
    for secret in ("Ada", ada.person.address[3:], IN_DANGER):
        assert secret not in bubble.text


async def test_an_alert_that_nobody_acknowledges_goes_to_the_deputy_then_to_lead_and_manager_each_once(world: Watched):
    await in_danger(world)
    await world.passes(minutes=9)
    assert world.has_come_to("Bo") == []
    await world.passes(minutes=1)
    (await news_of(world, "Bo")).hears("alerts.alert")
    assert (world.has_come_to("Kim"), world.has_come_to("Lou")) == ([], [])
    await world.passes(minutes=10)
    for name in ("Kim", "Lou"):
        (await news_of(world, name)).hears("alerts.alert")
    await world.passes(minutes=59)
    assert [len(world.has_come_to(name)) for name in STAFF] == [1, 1, 1, 1]


async def test_then_everybody_is_told_once_more_each_hour_until_somebody_acknowledges(world: Watched):
    await in_danger(world)
    await world.passes(minutes=20)
    await world.passes(hours=2)
    assert [len(world.has_come_to(name)) for name in STAFF] == [3, 3, 3, 3]
    (await news_of(world, "Lou")).hears("alerts.still")
    await acknowledged(world, "Kim")
    before = [len(world.has_come_to(name)) for name in STAFF]
    await world.passes(hours=3)
    assert [len(world.has_come_to(name)) for name in STAFF] == before
    assert world.alert().state == "acknowledged"


async def test_a_service_that_slept_tells_everybody_once_not_once_for_each_hour(world: Watched):
    await in_danger(world)
    await world.passes(minutes=20)
    world.clock.forward(timedelta(hours=7))
    await world.settle()
    assert [len(world.has_come_to(name)) for name in STAFF] == [2, 2, 2, 2]


async def test_in_a_gap_lead_and_deputy_are_told_at_once_and_the_volunteer_when_somebody_may_see_it(world: Watched):
    ada = await volunteer(world, "Ada")
    await night(world)
    await ada.texts(IN_DANGER)
    ada.hears("alerts.nobody-until")
    assert "until 9am Tuesday" in ada.shown[-1].text
    assert [len(world.has_come_to(name)) for name in STAFF] == [0, 1, 1, 0]
    assert ("nobody is on call", None) in world.record()
    await world.passes(minutes=10)
    assert [len(world.has_come_to(name)) for name in STAFF] == [0, 1, 1, 1]


async def test_a_shift_that_begins_while_nobody_has_acknowledged_is_told_next(world: Watched):
    ada = await volunteer(world, "Ada")
    world.clock.forward(timedelta(hours=22, minutes=55))
    await ada.texts(IN_DANGER)
    assert [len(world.has_come_to(name)) for name in STAFF] == [0, 1, 1, 0]
    await world.passes(minutes=10)
    assert [len(world.has_come_to(name)) for name in STAFF] == [1, 1, 1, 0]
    await world.passes(minutes=10)
    assert [len(world.has_come_to(name)) for name in STAFF] == [1, 1, 1, 1]


async def test_a_coordinator_who_is_in_danger_is_not_told_of_it_the_next_is_at_once(world: Watched):
    sam = world.staff("Sam")
    await sam.texts(IN_DANGER)
    sam.hears("safety.suicide_selfharm")
    (await news_of(world, "Bo")).hears("alerts.alert")
    await world.passes(hours=3)
    assert not any("ALERT" in bubble.text or "STILL" in bubble.text for bubble in world.has_come_to("Sam"))
    assert any("STILL" in bubble.text for bubble in world.has_come_to("Lou"))


async def test_where_a_coordinator_is_in_danger_and_all_alerts_fail_it_waits_an_hour_too(world: Watched):
    for handset in world.handsets.values():
        handset.fails_with = NEVER
    await world.staff("Sam").texts(IN_DANGER)
    assert sorted(who for what, who in world.record() if what == "told") == ["Bo", "Kim", "Lou"]


async def test_nobody_until_is_said_in_welsh_and_by_the_volunteers_own_clock(world: Watched):
    dee = await volunteer(world, "Dee", "telegram", "cy")
    await night(world)
    await dee.texts(IN_DANGER)
    dee.hears("alerts.nobody-until")
    assert "tan 9yb dydd Mawrth" in dee.shown[-1].text


async def test_where_an_alert_cannot_be_sent_the_next_is_told_at_once(world: Watched):
    ada = await volunteer(world, "Ada", "telegram")
    world.handsets["sms"].fails_with = NEVER
    await ada.texts(IN_DANGER)
    (await news_of(world, "Bo")).hears("alerts.alert")
    assert ("failed", "Sam") in world.record()
    assert world.clock() == MONDAY_AT_TEN


async def test_where_all_alerts_fail_it_waits_an_hour_instead_of_running_wild(world: Watched):
    ada = await volunteer(world, "Ada")
    for handset in world.handsets.values():
        handset.fails_with = NEVER
    await ada.texts(IN_DANGER)
    told = [who for what, who in world.record() if what == "told"]
    assert sorted(told) == sorted(STAFF)
    await world.passes(minutes=59)
    assert len([who for what, who in world.record() if what == "told"]) == 4


async def test_an_alert_after_stop_goes_out_and_is_answered(world: Watched):
    cai = await volunteer(world, "Cai")
    await cai.texts("STOP")
    await cai.texts(IN_DANGER)
    cai.hears("safety.suicide_selfharm")
    (await news_of(world, "Sam")).hears("alerts.alert")
    await acknowledged(world)
    await cai.looks()
    cai.hears("alerts.told")


async def test_where_nobody_watches_it_says_so_and_the_words_wait_in_the_inbox(database: Database):
    async with Watched(database, House(name="Harbour House"), MONDAY_AT_TEN) as world:
        ada = await in_danger(world)
        ada.hears("safety.suicide_selfharm", "alerts.nobody-watches")
        assert rows(world, INBOX, "why") == [("danger: suicide_selfharm",)]
        assert world.record() == []


# -- more danger ---------------------------------------------------------------------------------------


async def test_more_danger_before_anybody_acknowledged_is_told_again_in_the_same_alert(world: Watched):
    ada = await in_danger(world)
    await ada.texts("i am going to end it tonight")
    assert rows(world, ALERT, "state") == [("raised",)]
    assert [bubble.text[:5] for bubble in world.has_come_to("Sam")] == ["ALERT", "AGAIN"]
    await world.passes(minutes=10)
    assert len(world.has_come_to("Bo")) == 1


async def test_more_danger_after_it_was_acknowledged_must_be_acknowledged_again_or_the_next_is_told(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await world.passes(hours=1)
    await ada.texts("i am going to end it tonight")
    await sam.looks()
    sam.hears("alerts.again")
    await world.passes(minutes=10)
    (await news_of(world, "Bo")).hears("alerts.alert")


async def test_whatever_the_one_who_has_it_sends_acknowledges_more_danger(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await ada.texts("i am going to end it tonight")
    await sam.texts(f"READ {world.reference}")
    sam.hears("alerts.read")
    await ada.looks()
    ada.does_not_hear("alerts.told")
    await world.passes(hours=1)
    assert world.has_come_to("Bo") == []


async def test_more_words_that_are_no_danger_can_be_read_by_the_one_who_has_it(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    await ada.texts("my sister is on her way")
    ada.hears("safety.more", "alerts.has-it")
    await sam.looks()
    sam.hears("alerts.more")
    await sam.texts(f"READ {world.reference}")
    assert "my sister is on her way" in sam.shown[-1].text


async def test_where_the_one_who_has_it_can_no_longer_be_reached_the_next_is_told(world: Watched):
    ada = await in_danger(world, channel="telegram")
    await acknowledged(world)
    world.handsets["sms"].fails_with = NEVER
    await ada.texts("my sister is on her way")
    (await news_of(world, "Bo")).hears("alerts.alert")
    assert world.alert().state == "raised"


async def test_going_back_over_the_answer_is_told_and_closes_nothing(world: Watched):
    ada = await in_danger(world)
    with_sitting(world, ada, lambda sitting: alerts.went_back(sitting, ("Other#1",)))
    assert len(world.has_come_to("Sam")) == 1
    with_sitting(world, ada, lambda sitting: alerts.went_back(sitting, ("RaiseAlert#1",)))
    await world.settle()
    (await news_of(world, "Sam")).hears("alerts.went-back")
    assert world.alert().state == "raised"


# -- acknowledged --------------------------------------------------------------------------------------


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


# -- READ ----------------------------------------------------------------------------------------------


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


# -- abuse, and a phone that is not safe ---------------------------------------------------------------


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


# -- our answer did not arrive -------------------------------------------------------------------------


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


# -- taken over ----------------------------------------------------------------------------------------


async def test_a_coordinator_who_takes_over_writes_with_them_and_the_bot_is_silent(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await ada.looks()
    await sam.texts(f"TAKE {world.reference}")
    sam.hears("alerts.took")
    await ada.looks()
    ada.hears("alerts.takes-over")
    await ada.texts("who is there")
    ada.hears_nothing()
    await sam.looks()
    assert sam.shown[-1].text == f"{world.reference}: who is there"
    await sam.texts(f"REPLY {world.reference} it is Sam, I am here")
    await ada.looks()
    assert ada.shown[-1].text == "Sam: it is Sam, I am here"
    await sam.texts(f"READ {world.reference}")
    assert "who is there" not in sam.shown[-1].text


async def test_a_reply_takes_over_so_that_what_comes_back_reaches_the_coordinator(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"reply {world.reference}: hello")
    await ada.texts("hi sam")
    await sam.looks()
    assert sam.shown[-1].text.endswith(": hi sam")


async def test_a_reply_without_words_is_asked_for_them(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"REPLY {world.reference}")
    sam.hears("alerts.reply-empty")


async def test_a_reply_goes_where_they_last_wrote_from(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    telegram = await world.add("Ada's other phone", "telegram")
    with world.service.database.writing() as connection:
        (person_id,) = [its_id for its_id, called in rows(world, PERSON, "id", "called") if called == "Ada"]
        desk = Desk(connection, world.clock())
        desk.fetch_people([person_id])
        desk.add_address("telegram", "telegram", telegram.address, desk.person(person_id))
        desk.put_away()
    other = Someone(world, telegram)
    await other.texts(IN_DANGER)
    await sam.texts(f"REPLY {world.reference} hello")
    await other.looks()
    assert other.shown[-1].text == "Sam: hello"
    await ada.looks()
    assert "Sam: hello" not in [bubble.text for bubble in ada.shown]


async def test_danger_is_answered_and_told_even_while_somebody_has_taken_over(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await ada.texts("i am going to end it tonight")
    assert ada.shown
    await sam.looks()
    sam.hears("alerts.again")


async def test_given_back_the_bot_answers_again_and_says_so(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"GIVE {world.reference}")
    sam.hears("alerts.not-taken")
    await sam.texts(f"TAKE {world.reference}")
    await sam.texts(f"GIVE BACK {world.reference}")
    sam.hears("alerts.given-back")
    await ada.looks()
    ada.hears("alerts.computer-again")
    await ada.texts("EXIT")
    await ada.texts("MENU")
    ada.hears("menu.choice")
    assert world.alert().state == "acknowledged"


async def test_a_day_of_silence_gives_it_back_tells_them_outside_their_quiet_hours_and_leaves_a_note(world: Watched):
    ada = await in_danger(world)
    await night(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await ada.looks()
    await world.later(timedelta(hours=23))
    assert rows(world, PERSON, "taken_over_at") != [(None,)] * 2
    await world.later(timedelta(hours=1))
    assert all(taken is None for (taken,) in rows(world, PERSON, "taken_over_by"))
    assert ("taken over, then a day of silence", "Sam") in rows(world, INBOX, "why", "note")
    await ada.looks()
    ada.hears_nothing()
    await world.later(timedelta(hours=12))
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert world.alert().state == "acknowledged"


async def test_another_coordinator_can_take_it_and_the_first_is_told(world: Watched):
    await in_danger(world)
    await acknowledged(world)
    bo = world.staff("Bo")
    await bo.texts(f"TAKE {world.reference}")
    bo.hears("alerts.took")
    (await news_of(world, "Sam")).hears("alerts.stand-down")
    assert world.alert().has_it == "Bo"
    await bo.texts(f"READ {world.reference}")
    bo.hears("alerts.read")


# -- closed by a person --------------------------------------------------------------------------------


async def test_an_alert_is_closed_by_a_person_with_a_reason_which_is_kept(world: Watched):
    await in_danger(world)
    sam, reference = await acknowledged(world), world.reference
    await sam.texts(f"CLOSE {reference}")
    sam.hears("alerts.close-why")
    await sam.texts(f"CLOSE {reference} rang her, her sister is there")
    sam.hears("alerts.closed")
    assert world.alert().state == "closed"
    assert ("closed", "Sam", "rang her, her sister is there") in world.record("what", "who", "note")
    await sam.texts(f"READ {reference}")
    sam.hears("alerts.no-such")


async def test_nothing_is_closed_by_a_machine_however_long_it_waits(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await world.later(timedelta(days=40), step=timedelta(hours=12))
    assert world.alert().state == "acknowledged"
    await sam.texts(f"CLOSE {world.reference} done")
    assert world.alert().state == "closed"


async def test_closing_gives_the_conversation_back(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"TAKE {world.reference}")
    await sam.texts(f"CLOSE {world.reference} she is with the crisis team")
    await ada.looks()
    ada.hears("alerts.computer-again")
    assert all(taken is None for (taken,) in rows(world, PERSON, "taken_over_by"))


async def test_danger_after_an_alert_was_closed_is_a_new_alert(world: Watched):
    ada = await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"CLOSE {world.reference} done")
    await ada.texts(IN_DANGER)
    await sam.looks()
    sam.hears("alerts.alert")
    assert len(rows(world, ALERT, "id")) == 2


# -- the record ----------------------------------------------------------------------------------------


async def test_the_record_tells_the_whole_story_in_order(world: Watched):
    await in_danger(world)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    await sam.texts(f"CLOSE {world.reference} rang")
    assert [each for each in world.record() if each[0] not in ("sent", "answered")] == [
        ("raised", "them"),
        ("told", "Sam"),
        ("acknowledged", "Sam"),
        ("told who has it", "them"),
        ("read", "Sam"),
        ("closed", "Sam"),
    ]
    assert sorted(who for what, who in world.record() if what == "sent") == ["Sam", "them", "them"]
    with world.service.database.reading() as connection:
        ((alert, events),) = alerts_for_review(connection)
    assert alert.reference == world.reference
    assert events[0].message_id == alert.message_id is not None


async def test_a_person_on_a_shared_phone_is_named_with_the_other(world: Watched):
    ada = await volunteer(world, "Eve")
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([ada.person.address], [])
        address = desk.address("sms", ada.person.address)
        desk.add_holder(address, desk.add_person(called="Jo"))
        desk.put_away()
    await ada.texts(IN_DANGER)
    sam = await acknowledged(world)
    await sam.texts(f"READ {world.reference}")
    assert "Eve / Jo" in sam.shown[-1].text


@pytest.mark.parametrize(
    "topic", ["suicide_selfharm", "overdose_drugs", "domestic_abuse", "third_party_risk", "homeless_now", "x"]
)
@pytest.mark.parametrize("key", ["alert", "again", "still"])
def test_every_alert_in_english_is_one_part(topic: str, key: str):
    words = Words.load()
    values = {
        "reference": 9999,
        "tier": _named(words, "en", "tier", "act"),
        "topic": _named(words, "en", "topic", topic),
        "rule": "x" * LONGEST_RULE,
        "when": "12:45pm Wednesday",
    }
    said = words.sentence("en", f"alerts.{key}", values, short=True)
    assert (count(said).parts, count(said).encoding) == (1, "GSM-7"), len(said)


def with_sitting(world: Watched, someone: Someone, do) -> None:
    """Do something in a turn of theirs."""
    with world.service.database.writing() as connection:
        desk = Desk(connection, world.clock())
        desk.fetch([someone.person.address], [])
        address = desk.address(someone.person.channel, someone.person.address)
        message_id = desk.add_message(
            "sms", f"x{next(NUMBERS)}", person_id=None, address_id=address.id, kind="text", text="more"
        )
        do(Sitting(desk, desk.holders(address)[0], address, world.service.voice, message_id=message_id))
        desk.put_away()
