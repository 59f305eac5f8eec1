"""Taking a message out of a Telegram chat, as far as Telegram lets a bot, against a Telegram that refuses the rest.

Ada writes. Bo reads.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels import Outgoing, Reason, Retry, SendFailed
from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_api import DELETABLE_SECONDS

ADA, BO = 7_700_900_001, 7_700_900_002


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as running:
        yield running


@pytest.fixture
async def channel(telegram: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(TelegramSettings("main", telegram.token, api_url=telegram.url, answer_seconds=5))
    yield opened
    await opened.close()


async def refused(channel: TelegramChannel, address: str, message_id: str) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.delete(address, message_id)
    return caught.value


async def test_what_somebody_wrote_is_taken_out_once(telegram, channel):
    message_id = telegram.text(ADA, "my private words")
    await channel.delete(str(ADA), str(message_id))
    assert telegram.state.written == {}
    failed = await refused(channel, str(ADA), str(message_id))
    assert (failed.reason, failed.retry, failed.closes_address) == (Reason.REFUSED, Retry.NEVER, False)


async def test_what_the_bot_wrote_is_taken_out(telegram, channel):
    telegram.knows(ADA)
    sent = await channel.send(Outgoing(1, str(ADA), "Your code: …"))
    await channel.delete(str(ADA), sent.provider_id)
    assert telegram.sent_to(ADA)[0].deleted


async def test_after_48_hours_it_stays(telegram, channel):
    telegram.knows(BO)
    written = telegram.text(ADA, "my private words")
    sent = await channel.send(Outgoing(1, str(BO), "Hello"))
    telegram.state.written[ADA, written] -= DELETABLE_SECONDS
    telegram.sent_to(BO)[0].at -= DELETABLE_SECONDS
    assert (await refused(channel, str(ADA), str(written))).reason is Reason.REFUSED
    assert (await refused(channel, str(BO), sent.provider_id)).reason is Reason.REFUSED
    assert not telegram.sent_to(BO)[0].deleted


async def test_nobody_elses_message_is_taken_out(telegram, channel):
    telegram.knows(BO)
    message_id = telegram.text(ADA, "my private words")
    assert (await refused(channel, str(BO), str(message_id))).reason is Reason.REFUSED
    assert telegram.state.written


@pytest.mark.parametrize(("address", "message_id"), [("@somebody", "1"), ("77", "one"), ("77", "-1"), ("", "")])
async def test_only_numbers_go_to_telegram(telegram, channel, address, message_id):
    assert (await refused(channel, address, message_id)).reason is Reason.NO_SUCH_ADDRESS
    assert telegram.calls("deleteMessage") == []


@pytest.mark.parametrize("fault", ["429", "500", "cut-before-accepting", "401"])
async def test_what_goes_wrong_is_told_by_the_catalogue(telegram, channel, fault, caplog):
    message_id = telegram.text(ADA, "my private words")
    telegram.fail_next(fault, method="deleteMessage")
    failed = await refused(channel, str(ADA), str(message_id))
    assert failed.reason in (Reason.TOO_FAST, Reason.CUT_OFF, Reason.WRONG_CREDENTIALS)
    assert str(ADA) not in str(failed) + caplog.text
    await channel.delete(str(ADA), str(message_id))
