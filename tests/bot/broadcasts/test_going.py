"""A broadcast on its way: confirmed once, queued once for each, held back, paused, stopped, and sent again to a few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.broadcasts import going, keeping
from bot.broadcasts.going import queue_some
from bot.broadcasts.keeping import Plan
from bot.channels import Outgoing, Reason, Retry, SendFailed, Sent
from bot.projects.keeping import NotDone
from bot.simulation import World
from storage.broadcasts import RECIPIENT
from storage.desk import INBOX, OUTBOX, PERSON
from storage.outbox import Delivery, note_deliveries
from tests.bot.broadcasts.cast import Bo, broadcast_rows, key_of, spends
from tests.bot.cast import Someone, rows, volunteer

A_MINUTE = timedelta(minutes=1)
TO_BO_AND_KIM = {"who_may": ("Bo", "Kim")}


async def five(world: World) -> list[Someone]:
    return [await volunteer(world, name) for name in ("Ada", "Dee", "Eve", "Flo", "Gus")]


def provider_says(world: World, answers: dict[str, SendFailed]) -> list[str]:
    """Let sends fail by the person's number; the numbers that were tried are noted."""
    handsets, tried = world.handsets["sms"], []
    really = type(handsets).send

    async def send(message: Outgoing) -> Sent:
        tried.append(message.address)
        if message.address in answers:
            raise answers[message.address]
        return await really(handsets, message)

    handsets.send = send
    return tried


# -- once ----------------------------------------------------------------------------------------------


async def test_a_second_click_sends_nothing(world: World):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    number = await bo.sends()
    with pytest.raises(NotDone, match="has been confirmed already, by Bo"):
        await bo.confirms(number)
    assert len(await ada.looks()) == 1


async def test_a_process_that_dies_between_two_stretches_goes_on_with_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    people = await five(world)
    monkeypatch.setattr(going, "AT_ONCE", 2)
    bo = Bo(world)
    number = bo.writes()
    with world.service.database.writing() as connection:
        keeping.confirm(connection, number, "Bo", bo.office, world.clock())
    with world.service.database.writing() as connection:
        [broadcast_id] = connection.execute(select(RECIPIENT.c.broadcast_id).distinct()).scalars()
        queue_some(connection, broadcast_id, bo.office, world.clock(), None)
    assert bo.progress(number).people == {"queued": 2, "waiting": 3}
    await bo.goes_on()
    await bo.goes_on()
    assert [len(await each.looks()) for each in people] == [1, 1, 1, 1, 1]
    assert bo.progress(number).state == "done"


async def test_a_stretch_that_is_rolled_back_is_queued_once(world: World):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    number = bo.writes()
    with world.service.database.writing() as connection:
        keeping.confirm(connection, number, "Bo", bo.office, world.clock())
        [broadcast_id] = connection.execute(select(RECIPIENT.c.broadcast_id)).scalars()
    with world.service.database.writing() as connection:
        queue_some(connection, broadcast_id, bo.office, world.clock(), None)
        connection.rollback()
    await bo.goes_on()
    assert len(await ada.looks()) == 1
    assert broadcast_rows(world, "state") == [("sent",)]


# -- when two must agree -------------------------------------------------------------------------------


async def test_a_large_one_waits_for_a_second_person(world: World):
    people = await five(world)
    spends(world, confirm_above=4)
    bo, kim = Bo(world), Bo(world, "Kim")
    number = bo.writes()
    [said] = await bo.confirms(number, **TO_BO_AND_KIM)
    assert "somebody else says yes too: Kim" in said
    [said] = await bo.confirms(number, **TO_BO_AND_KIM)
    assert rows(world, INBOX, "why", "note") == [("broadcast to confirm", "Broadcast 1 of Bo, to 5 people")]
    assert [len(await each.looks()) for each in people] == [0] * 5
    with pytest.raises(NotDone, match="Sue may not confirm"):
        await Bo(world, "Sue").confirms(number, **TO_BO_AND_KIM)
    await kim.confirms(number, **TO_BO_AND_KIM)
    assert [len(await each.looks()) for each in people] == [1] * 5


async def test_where_there_is_no_second_person_the_number_is_typed_and_two_minutes_are_left_to_undo(world: World):
    people = await five(world)
    spends(world, confirm_above=4)
    bo = Bo(world)
    number = bo.writes()
    with pytest.raises(NotDone, match="--count 5"):
        await bo.confirms(number)
    with pytest.raises(NotDone, match="--count 5"):
        await bo.confirms(number, typed=4)
    await bo.confirms(number, typed=5)
    await world.later(A_MINUTE)
    assert [len(await each.looks()) for each in people] == [0] * 5
    await bo.does(keeping.undo, number)
    await world.later(5 * A_MINUTE)
    assert [len(await each.looks()) for each in people] == [0] * 5
    assert bo.progress(number).state == "draft"
    await bo.confirms(number, typed=5)
    await world.later(3 * A_MINUTE)
    assert [len(await each.looks()) for each in people] == [1] * 5
    with pytest.raises(NotDone, match="has begun"):
        await bo.does(keeping.undo, number)


# -- later ---------------------------------------------------------------------------------------------


async def test_it_goes_at_its_time_and_looks_at_everybody_again_then(world: World):
    ada, cai, eve = [await volunteer(world, name) for name in ("Ada", "Cai", "Eve")]
    bo = Bo(world)
    number = await bo.sends(plan=Plan(begins_at=world.clock() + timedelta(days=1)))
    await cai.texts("STOP")
    await eve.texts("PAUSE")
    await eve.texts("1")
    await world.later(timedelta(hours=23))
    assert await ada.looks() == []
    await world.later(timedelta(hours=2))
    assert [len(await each.looks()) for each in (ada, cai, eve)] == [1, 0, 0]
    assert bo.people(number)["Cai"] == ("left out", "said STOP")
    assert bo.people(number)["Eve"][0] == "left out"


async def test_it_goes_in_waves(world: World):
    people = await five(world)
    bo = Bo(world)
    number = await bo.sends(plan=Plan(waves=2, minutes_between=60))
    assert [len(await each.looks()) for each in people] == [1, 1, 1, 0, 0]
    await world.later(30 * A_MINUTE)
    assert bo.progress(number).people == {"sent": 3, "waiting": 2}
    await world.later(35 * A_MINUTE)
    assert [len(await each.looks()) for each in people] == [0, 0, 0, 1, 1]


async def test_nobody_is_woken(world: World):
    ada = await volunteer(world, "Ada")
    world.clock.forward(timedelta(hours=12))
    bo = Bo(world)
    number = await bo.sends()
    assert bo.progress(number).people == {"waiting": 1}
    await world.later(timedelta(hours=10, minutes=30))
    assert await ada.looks() == []
    await world.later(timedelta(hours=1))
    assert len(await ada.looks()) == 1


async def test_somebody_who_sleeps_holds_up_nobody(world: World, monkeypatch: pytest.MonkeyPatch):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    with world.service.database.writing() as connection:
        all_day = {"quiet_from_minute": 0, "quiet_until_minute": 20 * 60}
        connection.execute(PERSON.update().where(PERSON.c.called == "Ada").values(**all_day))
    monkeypatch.setattr(going, "AT_ONCE", 1)
    await Bo(world).sends()
    assert [len(await each.looks()) for each in (ada, dee)] == [0, 1]


async def test_the_months_money_holds_the_rest_back_and_somebody_is_told(world: World):
    people = await five(world)
    bo = Bo(world)
    tomorrow = Plan(begins_at=world.clock() + timedelta(days=1))
    number = bo.writes(plan=tomorrow)
    used = bo.looks_at(number).parts
    await bo.confirms(number)
    spends(world, pence_per_part=100, monthly_budget_pounds=1000)
    spent = bo.looks_at(number).purse.parts
    spends(world, pence_per_part=100, monthly_budget_pounds=spent + 3)
    assert used == 5
    await world.later(timedelta(days=1, hours=1))
    assert sum([len(await each.looks()) for each in people]) == 3
    assert bo.progress(number).state == "paused"
    assert "£" in (bo.progress(number).why or "")
    assert [why for (why,) in rows(world, INBOX, "why")] == ["broadcast paused"]
    spends(world, pence_per_part=100, monthly_budget_pounds=spent + 5)
    await bo.does(keeping.resume, number)
    assert bo.progress(number).people == {"sent": 5}


# -- pause, resume, stop -------------------------------------------------------------------------------


async def half_way(world: World) -> tuple[Bo, int, list[Someone]]:
    """Two of five have it; the provider has no credit just now, so the others wait for it."""
    people = await five(world)
    no_money = SendFailed(Reason.NO_MONEY, retry=Retry.LATER, after_seconds=3600)
    provider_says(world, dict.fromkeys([each.person.address for each in people[2:]], no_money))
    bo = Bo(world)
    number = await bo.sends()
    assert bo.progress(number).people == {"sent": 2, "queued": 3}
    return bo, number, people


async def test_paused_it_goes_no_further_and_resumed_it_goes_to_the_rest_once(world: World):
    bo, number, people = await half_way(world)
    await bo.does(keeping.pause, number, "Kim")
    assert bo.progress(number).people == {"sent": 2, "waiting": 3}
    assert bo.progress(number).why == "paused by Kim"
    with world.service.database.writing() as connection:  # whoever had just seen that it was due comes too late
        [broadcast_id] = connection.execute(select(RECIPIENT.c.broadcast_id).distinct()).scalars()
        assert queue_some(connection, broadcast_id, bo.office, world.clock(), None).looked_at == 0
    provider_says(world, {})
    await world.later(timedelta(hours=2))
    assert [len(await each.looks()) for each in people] == [1, 1, 0, 0, 0]
    await people[2].texts("STOP")
    await bo.does(keeping.resume, number)
    assert [len(await each.looks()) for each in people] == [0, 0, 0, 1, 1]
    with pytest.raises(NotDone, match="only one that is paused"):
        await bo.does(keeping.resume, number)
    assert bo.people(number)["Eve"] == ("left out", "said STOP")


async def test_what_is_tried_again_after_a_pause_waits_with_the_rest(world: World):
    """The provider answers "later" only after somebody has paused it."""
    ada = await volunteer(world, "Ada")
    bo, handsets = Bo(world), world.handsets["sms"]
    really, number = type(handsets).send, bo.writes()

    async def send(message: Outgoing) -> Sent:
        with world.service.database.writing() as connection:
            keeping.pause(connection, number, "Kim")
        raise SendFailed(Reason.PROVIDER_DOWN, retry=Retry.LATER)

    handsets.send = send
    await bo.confirms(number)
    assert bo.progress(number).people == {"waiting": 1}
    handsets.send = lambda message: really(handsets, message)
    await world.later(timedelta(hours=1))
    assert await ada.looks() == []
    await bo.does(keeping.resume, number)
    assert len(await ada.looks()) == 1


async def test_stopped_it_goes_to_nobody_else_and_says_who_did_not_get_it(world: World):
    bo, number, people = await half_way(world)
    said = await bo.does(keeping.stop, number, "Kim")
    assert said == ["Broadcast 1 is stopped. 3 people did not get it."]
    provider_says(world, {})
    await world.later(timedelta(hours=2))
    assert [len(await each.looks()) for each in people] == [1, 1, 0, 0, 0]
    assert bo.people(number)["Gus"] == ("stopped", "Kim stopped the broadcast")
    with pytest.raises(NotDone, match="has been stopped, by Kim"):
        await bo.does(keeping.stop, number, "Bo")


async def test_a_draft_that_is_stopped_is_gone(world: World):
    await volunteer(world, "Ada")
    bo = Bo(world)
    number = bo.writes()
    await bo.does(keeping.stop, number, "Bo")
    with pytest.raises(NotDone, match="There is no broadcast"):
        bo.looks_at(number)


# -- what became of it ---------------------------------------------------------------------------------


async def test_it_is_sent_again_only_to_those_it_failed_for_and_only_once(world: World):
    people = await five(world)
    ada, dee = (each.person.address for each in people[:2])
    failed = SendFailed(Reason.FILTERED, retry=Retry.NEVER)
    cut_off = SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN)
    provider_says(world, {ada: failed, dee: cut_off})
    bo = Bo(world)
    number = await bo.sends()
    assert bo.progress(number).people == {"sent": 3, "failed": 1, "unknown": 1}
    assert bo.people(number)["Ada"][1] == "The phone network refused this wording. Change it before you send it again."
    provider_says(world, {})
    again = await bo.does(keeping.resend, number, "Bo", bo.office, world.clock())
    with pytest.raises(NotDone, match="Broadcast 2 is that already"):
        await bo.does(keeping.resend, number, "Bo", bo.office, world.clock())
    await bo.confirms(again)
    assert [len(await each.looks()) for each in people] == [1, 0, 1, 1, 1]
    assert set(bo.people(again)) == {"Ada"}


async def test_what_is_sent_again_goes_to_nobody_else_once_those_it_failed_for_are_forgotten(world: World):
    ada, dee = await volunteer(world, "Ada"), await volunteer(world, "Dee")
    provider_says(world, {ada.person.address: SendFailed(Reason.FILTERED, retry=Retry.NEVER)})
    bo = Bo(world)
    number = await bo.sends()
    provider_says(world, {})
    again = await bo.does(keeping.resend, number, "Bo", bo.office, world.clock())
    assert bo.looks_at(again).people == 1
    await ada.texts("FORGET")
    await ada.texts("1")
    await world.later(timedelta(minutes=5))
    assert bo.looks_at(again).people == 0
    assert len(await dee.looks()) == 1


async def test_whoever_it_fails_for_is_shown_under_it_and_does_not_fill_the_inbox(world: World):
    people = await five(world)
    refused = SendFailed(Reason.UNREACHABLE, retry=Retry.NEVER)
    provider_says(world, {each.person.address: refused for each in people[:2]})
    bo = Bo(world)
    number = await bo.sends()
    world.handsets["sms"].send = type(world.handsets["sms"]).send.__get__(world.handsets["sms"])
    with world.service.database.writing() as connection:
        [told] = connection.execute(select(OUTBOX.c.provider_id).where(OUTBOX.c.text.startswith("Hello Gus"))).scalars()
        note_deliveries(
            connection, [Delivery(told, "failed", world.clock(), "unreachable", told="Their phone is off.")]
        )
    assert bo.progress(number).people == {"sent": 2, "failed": 3}
    assert bo.people(number)["Gus"] == ("failed", "Their phone could not be reached; it may be off or out of range.")
    assert rows(world, INBOX, "why") == []


async def test_a_broadcast_that_is_not_over_is_not_sent_again(world: World):
    bo, number, _ = await half_way(world)
    with pytest.raises(NotDone, match="not over yet"):
        await bo.does(keeping.resend, number, "Bo", bo.office, world.clock())


async def test_a_send_that_was_cut_off_is_unknown_and_shown_so(world: World):
    ada = await volunteer(world, "Ada")
    tried = provider_says(world, {ada.person.address: SendFailed(Reason.CUT_OFF, retry=Retry.UNKNOWN)})
    bo = Bo(world)
    number = await bo.sends()
    await world.later(timedelta(days=1))
    assert len(tried) == 1
    assert bo.progress(number).state == "done"
    assert "1  unknown: the line broke, so it may have arrived or not" in "\n".join(bo.progress(number).lines())
    with pytest.raises(NotDone, match="failed for nobody"):
        await bo.does(keeping.resend, number, "Bo", bo.office, world.clock())


async def test_who_was_picked_is_forgotten_with_them(world: World):
    ada = await volunteer(world, "Ada")
    bo = Bo(world)
    number = await bo.sends(picked=frozenset({key_of(world, ada)}))
    await ada.texts("FORGET")
    await ada.texts("1")
    assert bo.people(number) == {}
    assert bo.progress(number).state == "done"
