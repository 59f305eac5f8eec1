"""Sending to Telegram: letter for letter, and whatever goes wrong is told by the catalogue."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.channels import Button, Outgoing, Pace, Reason
from bot.channels.telegram import TelegramChannel
from tests.bot.telegram.cast import ADA, FAULTS, LATER, NEVER, NOW, UNKNOWN, failure, opened, settings_for, to_ada, told
from tests.standins.telegram import Fault, Limits, TelegramStandIn


async def test_a_message_goes_out_letter_for_letter(telegram, channel):
    telegram.knows(ADA)
    text = "<b>not bold</b> *nor* _this_ & [x](y) 🙂\n“Dw i’n iawn”"
    sent = await channel.send(to_ada(text))
    [received] = telegram.sent_to(ADA)
    assert received.text == text
    assert sent.provider_id == str(received.message_id)
    assert sent.parts == channel.units(to_ada()) == 1
    assert "parse_mode" not in telegram.calls("sendMessage")[0].parameters
    assert "reply_markup" not in telegram.calls("sendMessage")[0].parameters


@pytest.mark.parametrize("fault", FAULTS)
async def test_everything_that_goes_wrong_is_told_by_the_catalogue(telegram, channel, fault: Fault):
    telegram.knows(ADA)
    telegram.fail_next(fault)
    assert told(await failure(channel, to_ada())) == FAULTS[fault]
    assert len(telegram.calls("sendMessage")) == 1
    assert len(telegram.sent_to(ADA)) == ("after" in fault)
    await channel.send(to_ada("the next one"))


@pytest.mark.parametrize("fault", ["timeout-before-accepting", "timeout-after-accepting"])
async def test_a_send_without_an_answer_is_cut_off_and_not_repeated(telegram, fault: Fault):
    telegram.knows(ADA)
    telegram.fail_next(fault)
    async with opened(replace(settings_for(telegram), answer_seconds=0.2)) as channel:
        assert told(await failure(channel, to_ada()))[:2] == (Reason.CUT_OFF, UNKNOWN)
    assert len(telegram.calls("sendMessage")) == 1


async def test_a_send_that_never_left_may_be_tried_later(telegram):
    with TelegramStandIn() as dead:
        pass
    async with opened(settings_for(dead)) as channel:
        failed = await failure(channel, to_ada())
    assert told(failed) == (Reason.PROVIDER_DOWN, LATER, False, False, None)
    assert failed.code == "ConnectError"


async def test_a_send_waits_for_its_place_behind_others(telegram):
    telegram.knows(ADA)
    telegram.fail_next("timeout-before-accepting")
    settings = replace(settings_for(telegram), answer_seconds=0.2, pace=Pace(30, at_once=1))
    async with opened(settings) as channel:
        first, second = await asyncio.gather(*(channel.send(to_ada()) for _ in range(2)), return_exceptions=True)
    assert told(first)[:2] == (Reason.CUT_OFF, UNKNOWN)
    assert second.provider_id


async def test_sends_that_were_cancelled_leave_room_for_others(telegram, channel):
    telegram.knows(ADA)
    for turns in range(60):
        sends = [asyncio.create_task(channel.send(to_ada())) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for send in sends:
            send.cancel()
        await asyncio.gather(*sends, return_exceptions=True)
    assert (await asyncio.wait_for(channel.send(to_ada()), 2)).provider_id


async def test_a_send_after_closing_never_left(telegram):
    channel = TelegramChannel(settings_for(telegram))
    await channel.close()
    await channel.close()
    assert told(await failure(channel, to_ada()))[:2] == (Reason.PROVIDER_DOWN, LATER)


async def test_blocked_and_deleted_people_close_their_address(telegram, channel):
    telegram.knows(ADA)
    telegram.block(ADA)
    assert told(await failure(channel, to_ada())) == (Reason.BLOCKED, NEVER, False, True, None)
    telegram.unblock(ADA)
    telegram.delete_account(ADA)
    assert told(await failure(channel, to_ada())) == (Reason.BLOCKED, NEVER, False, True, None)


async def test_somebody_who_never_wrote_cannot_be_written_to(telegram, channel):
    assert told(await failure(channel, to_ada())) == (Reason.NO_SUCH_ADDRESS, NEVER, False, True, None)


@pytest.mark.parametrize("address", ["@a_public_channel", "", "+447700900001", "１００１"])
async def test_an_address_that_is_no_chat_is_not_tried(telegram, channel, address: str):
    failed = await failure(channel, Outgoing(1, address, "hello"))
    assert told(failed) == (Reason.NO_SUCH_ADDRESS, NEVER, False, True, None)
    assert telegram.calls("sendMessage") == []


async def test_a_message_may_be_4096_utf_16_units_long_and_no_longer(telegram, channel):
    telegram.knows(ADA)
    await channel.send(to_ada("🙂" * 2048))
    assert told(await failure(channel, to_ada("🙂" * 2048 + "!"))) == (
        Reason.TOO_LONG,
        NEVER,
        False,
        False,
        None,
    )
    assert len(telegram.calls("sendMessage")) == 1


async def test_an_empty_message_or_an_oversized_button_is_refused(telegram, channel):
    telegram.knows(ADA)
    too_big = ((Button("Yes", "x" * 65),),)
    for message in (to_ada(" \n"), to_ada(buttons=too_big)):
        assert told(await failure(channel, message))[:2] == (Reason.REFUSED, NEVER)


async def test_telegram_s_pace_is_passed_on_with_its_wait(telegram, channel):
    telegram.knows(ADA)
    telegram.limits = Limits(overall=30, per_chat=1, burst_per_chat=2)
    await channel.send(to_ada())
    await channel.send(to_ada())
    failed = await failure(channel, to_ada())
    assert (failed.reason, failed.retry) == (Reason.TOO_FAST, LATER)
    assert 1 <= failed.after_seconds <= 2


async def test_no_more_sends_are_under_way_together_than_the_pace_allows(telegram):
    people = range(2000, 2012)
    for person in people:
        telegram.knows(person)
    telegram.fail_next("timeout-before-accepting", times=12)
    async with opened(replace(settings_for(telegram), pace=Pace(30, at_once=3), answer_seconds=5)) as channel:
        sends = [asyncio.create_task(channel.send(Outgoing(1, str(person), "hi"))) for person in people]
        await telegram.until(lambda: len(telegram.calls("sendMessage")) >= 3)
        await asyncio.sleep(0.05)
        assert len(telegram.calls("sendMessage")) == 3
        for send in sends:
            send.cancel()
        await asyncio.gather(*sends, return_exceptions=True)


async def test_nothing_can_be_looked_up_afterwards(telegram, channel):
    assert channel.can_list is False
    assert await channel.find_sent(to_ada(), NOW) is None
    assert telegram.state.calls == []


@pytest.mark.parametrize("fault", ["400", "500", "429", "cut-before-accepting"])
async def test_a_spinner_that_cannot_be_stopped_troubles_nobody(telegram, channel, fault: Fault, caplog):
    telegram.fail_next(fault, method="answerCallbackQuery")
    with caplog.at_level(logging.INFO):
        await channel.answer_button("12345")
    assert "spinner was not stopped" in caplog.text
    assert "12345" not in caplog.text
