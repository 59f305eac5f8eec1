"""A Telegram of our own: real HTTP, the real library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import TelegramChannel, TelegramSettings
from tests.bot.telegram.cast import NOW, SECRET, opened, settings_for
from tests.standins.telegram import TelegramStandIn


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as telegram:
        yield telegram


@pytest.fixture
def telegram(server: TelegramStandIn) -> TelegramStandIn:
    server.reset()
    server.limits = None
    server.holds_polls_open = True
    return server


@pytest.fixture
async def channel(telegram: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    async with opened(settings_for(telegram)) as channel:
        yield channel


@pytest.fixture
def channel_alone() -> TelegramChannel:
    return TelegramChannel(TelegramSettings("main", "1:t", webhook_secret=SECRET), now=lambda: NOW)
