"""Fetching updates from Telegram: nothing is lost, nothing comes twice, and no outage ends it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.channels import Incoming, Reason, Retry, SendFailed
from tests.bot.telegram.cast import ADA, BO, DEE, NOW, PRIVATE, Inbox, opened, polled, polling, settings_for, told
from tests.standins.telegram import Fault, TelegramStandIn


async def test_a_text_arrives_with_all_that_the_bot_needs(telegram, channel):
    telegram.text(ADA, "2 tired no call")
    [message] = await polled(telegram, channel)
    update_id = telegram.state.next_update_id - 1
    assert message == Incoming(
        channel="telegram",
        sender="main",
        address=str(ADA),
        message_id=str(update_id),
        received_at=NOW,
        kind="text",
        text="2 tired no call",
        offset=update_id + 1,
        chat_message_id="2",
    )


async def test_messages_arrive_in_order_and_in_one_commit_a_poll(telegram, channel):
    for number in range(30):
        telegram.text((ADA, BO, DEE)[number % 3], f"message {number}")
    commits: list[int] = []
    inbox = Inbox()
    inbox.before_commit = lambda: commits.append(1)
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) == 30)
    assert inbox.texts == [f"message {number}" for number in range(30)]
    assert len(commits) == 1


async def test_telegram_hears_that_an_update_arrived_only_after_the_commit(telegram, channel):
    telegram.text(ADA, "hello")
    still_waiting: list[int] = []
    inbox = Inbox()
    inbox.before_commit = lambda: still_waiting.append(len(telegram.state.waiting))
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
    assert still_waiting == [1]
    first, second = telegram.calls("getUpdates")[:2]
    assert "offset" not in first.parameters
    assert second.parameters["offset"] == str(inbox.offset)


async def test_an_update_whose_commit_failed_is_delivered_again(telegram, channel, caplog):
    telegram.text(ADA, PRIVATE)
    inbox = Inbox()
    inbox.failures = 2
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages)
    assert inbox.texts == [PRIVATE]
    assert caplog.text.count("was not stored: RuntimeError") == 2
    assert PRIVATE not in caplog.text


async def test_polling_goes_on_where_the_last_commit_left_it(telegram, channel):
    inbox = Inbox()
    telegram.text(ADA, "before the restart")
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.messages)
    telegram.text(ADA, "after it")
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) == 2)
    assert inbox.texts == ["before the restart", "after it"]


async def test_nothing_is_lost_or_kept_twice_when_polling_is_cancelled_again_and_again(telegram, channel):
    inbox = Inbox()
    for number in range(40):
        telegram.text(ADA, str(number))
        async with polling(channel, inbox):
            await asyncio.sleep(number % 5 / 1000)
    async with polling(channel, inbox):
        await telegram.until(lambda: len(inbox.messages) >= 40)
    assert inbox.texts == [str(number) for number in range(40)]


async def test_a_waiting_poll_ends_at_once_when_it_is_cancelled(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox) as task:
        await telegram.until(lambda: telegram.calls("getUpdates"))
        started = time.monotonic()
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
    assert time.monotonic() - started < 0.5


async def test_an_idle_bot_asks_telegram_once_and_waits(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: telegram.calls("getUpdates"))
        telegram.text(ADA, "hello")
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 2)
        telegram.text(ADA, "hello again")
        await telegram.until(lambda: len(inbox.messages) == 2)
    assert len(telegram.calls("getUpdates")) <= 3
    assert telegram.calls("getUpdates")[0].parameters["timeout"] == "20"


async def test_polling_does_not_spin_when_empty_answers_come_at_once(telegram):
    telegram.holds_polls_open = False
    settings = replace(settings_for(telegram), first_pause_seconds=0.2)
    async with opened(settings) as channel, polling(channel, Inbox()):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 5)
    times = [call.at for call in telegram.calls("getUpdates")]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.19


async def test_polling_does_not_spin_when_telegram_does_not_hear_the_offset(telegram, monkeypatch):
    monkeypatch.setattr(telegram, "_confirm", lambda offset: None)
    telegram.text(ADA, "hello")
    settings = replace(settings_for(telegram), first_pause_seconds=0.2)
    async with opened(settings) as channel, polling(channel, Inbox()):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 5)
    times = [call.at for call in telegram.calls("getUpdates")][1:]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.19


async def test_an_id_that_starts_again_lower_after_a_quiet_week_is_still_taken(telegram, channel):
    inbox = Inbox()
    async with polling(channel, inbox):
        telegram.text(ADA, "before")
        await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
        telegram.start_ids_again(117_314_199)
        telegram.text(ADA, "a week later")
        await telegram.until(lambda: len(inbox.messages) == 2)
        telegram.text(ADA, "and on")
        await telegram.until(lambda: len(inbox.messages) == 3)
    assert inbox.texts == ["before", "a week later", "and on"]
    assert inbox.offset == 117_314_201


@pytest.mark.parametrize("fault", ["500", "502-html", "not-json", "no-result", "cut-before-accepting", "403"])
async def test_polling_outlives_an_answer_that_is_none(telegram, channel, fault: Fault):
    telegram.fail_next(fault, method="getUpdates", times=3)
    telegram.text(ADA, "still here")
    assert [message.text for message in await polled(telegram, channel)] == ["still here"]


async def test_polling_outlives_an_outage_and_its_pauses_grow(telegram, caplog):
    settings = replace(settings_for(telegram), first_pause_seconds=0.01, longest_pause_seconds=0.2)
    telegram.fail_next("500", method="getUpdates", times=6)
    async with opened(settings) as channel:
        telegram.text(ADA, "still here")
        await polled(telegram, channel)
    gaps = [later.at - earlier.at for earlier, later in pairwise(telegram.calls("getUpdates"))]
    assert gaps[0] > 0.0049
    assert gaps[5] > 0.099
    assert settings.pause_seconds(10_000) <= 0.2
    assert caplog.text.count("polling failed") == 6


async def test_polling_waits_until_a_dead_telegram_is_back():
    with TelegramStandIn() as telegram:
        pass
    async with opened(settings_for(telegram)) as channel:
        inbox = Inbox()
        async with polling(channel, inbox):
            await asyncio.sleep(0.05)
            with telegram:
                telegram.text(ADA, "you are back")
                await telegram.until(lambda: inbox.messages)


async def test_polling_waits_as_long_as_telegram_asks_it_to(telegram, channel, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("bot.channels.telegram.asyncio.sleep", sleeper(slept))
    telegram.fail_next("429", method="getUpdates")
    telegram.text(ADA, "hello")
    inbox = Inbox()
    async with polling(channel, inbox):
        while not inbox.messages:
            await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0.005)
    assert 1 < slept[0] < 1.5


def sleeper(slept: list[float]) -> Callable[[float], Any]:
    yield_once = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await yield_once(0)

    return sleep


async def test_a_second_poller_or_a_webhook_is_logged_and_waited_out(telegram, channel, caplog):
    await channel.set_webhook("http://127.0.0.1:9/hook")
    telegram.text(ADA, "hello")
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: len(telegram.calls("getUpdates")) == 3)
        assert inbox.messages == []
        await channel.remove_webhook()
        await telegram.until(lambda: inbox.messages)
    times = [call.at for call in telegram.calls("getUpdates")]
    assert times[1] - times[0] > 0.045
    assert "another process polls this bot, or a webhook is set" in caplog.text
    assert caplog.records[0].levelno == logging.ERROR


async def test_polling_with_a_wrong_token_ends_and_says_that_it_is_ours_to_mend(telegram):
    async with opened(replace(settings_for(telegram), token="1:wrong")) as channel:
        with pytest.raises(SendFailed) as caught:
            await asyncio.wait_for(channel.poll(Inbox().take), 5)
    assert told(caught.value)[:3] == (Reason.WRONG_CREDENTIALS, Retry.LATER, True)


async def test_an_update_that_nobody_can_read_does_not_hold_up_the_queue(telegram, channel, caplog):
    telegram.update({"message": {"text": PRIVATE, "chat": 5}})
    telegram.update({"message": PRIVATE})
    telegram.text(ADA, "I come after them")
    inbox = Inbox()
    with caplog.at_level(logging.DEBUG):
        async with polling(channel, inbox):
            await telegram.until(lambda: inbox.messages and not telegram.state.waiting)
    assert inbox.texts == ["I come after them"]
    assert channel.unreadable == 2
    assert "could not be read" in caplog.text
    assert PRIVATE not in caplog.text


async def test_an_unreadable_update_alone_still_moves_the_offset(telegram, channel):
    update_id = telegram.update({"message": 7})
    inbox = Inbox()
    async with polling(channel, inbox):
        await telegram.until(lambda: inbox.offset == update_id + 1)
    assert inbox.messages == []


async def test_words_beside_something_unreadable_are_heard(telegram, channel):
    telegram.text(ADA, "I want to die", entities=[{"type": "brand new"}])
    [message] = await polled(telegram, channel)
    assert (message.kind, message.text, message.address) == ("text", "I want to die", str(ADA))
    assert channel.unreadable == 1
