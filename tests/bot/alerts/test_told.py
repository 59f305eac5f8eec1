"""Somebody is in danger: a person is told, and the next if they are silent."""

from __future__ import annotations

import itertools
from datetime import timedelta

from bot import alerts
from bot.house import House
from bot.sitting import Sitting
from storage.alerts import ALERT
from storage.database import Database
from storage.desk import INBOX, Desk
from tests.bot.alerts.cast import NEVER, acknowledged, in_danger, news_of, night
from tests.bot.cast import Someone, rows, volunteer
from tests.bot.watched import HIT, IN_DANGER, MONDAY_AT_TEN, STAFF, Watched

NUMBERS = itertools.count(1)


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


# -- told, and the next when nobody answers ---------------------------------------------------------------


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


async def test_who_waits_hears_once_that_nobody_has_answered_yet(world: Watched):
    ada = await in_danger(world)
    await world.passes(minutes=19)
    await ada.looks()
    ada.hears_nothing()
    await world.passes(minutes=1)
    await ada.looks()
    ada.hears("alerts.nobody-yet")
    await world.passes(hours=5)
    await ada.looks()
    ada.hears_nothing()


async def test_where_it_may_not_be_safe_or_nobody_is_on_call_that_is_not_said(world: Watched):
    ada = await in_danger(world, HIT)
    await world.passes(hours=2)
    await ada.looks()
    ada.hears_nothing()
    await night(world)
    eve = await in_danger(world, name="Eve")
    await world.passes(hours=2)
    await eve.looks()
    eve.hears_nothing()


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


# -- more danger ------------------------------------------------------------------------------------------


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
