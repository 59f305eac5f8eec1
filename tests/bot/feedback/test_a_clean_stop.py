"""A clean stop while somebody is being answered: the code is nowhere else, so the receipt goes out first."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels import Outgoing, Reason, Retry, SendFailed, Sent
from bot.channels.handset import Handsets
from bot.simulation import HARBOUR_HOUSE, World, feedback_in

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
LONGEST_STOP = 5.0  # seconds


class Slow(Handsets):
    """Handsets that are reached after a moment, and not at all once the line is closed."""

    is_closed = False

    async def send(self, message: Outgoing) -> Sent:
        await asyncio.sleep(0.3)
        if self.is_closed:
            raise SendFailed(Reason.PROVIDER_DOWN, retry=Retry.NEVER)
        return await super().send(message)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
async def slow(database, tmp_path) -> World:
    """A world whose every line is slow; the test stops it."""
    feedback = feedback_in(tmp_path / "feedback")
    world = World(database, HARBOUR_HOUSE, feedback=feedback)
    for handsets in (*world.handsets.values(), *feedback.apart):
        handsets.__class__ = Slow
    await world.service.start()
    return world


@only_sqlite
@pytest.mark.parametrize("apart", [False, True])
async def test_receipts_on_their_way_arrive_and_then_every_line_is_closed(slow: World, apart: bool):
    ada = await slow.add("Ada")
    handsets = slow.apart["feedback-sms"] if apart else slow.handsets["sms"]
    typed = handsets.typed(ada.address, "FEEDBACK the heating is off", slow.clock())
    await slow.service.inbound.take([typed], typed.sender)
    started = time.monotonic()
    await slow.service.rest()
    await slow.service.stop()
    assert time.monotonic() - started < LONGEST_STOP
    assert "sealed" in handsets.bubbles[ada.address][0].text
    assert all(each.is_closed for each in (*slow.handsets.values(), *slow.apart.values()))


@only_sqlite
async def test_what_cannot_be_sent_does_not_keep_the_service_from_stopping(slow: World, monkeypatch):
    async def never(message: Outgoing) -> Sent:
        await asyncio.sleep(3600)
        return Sent("never")

    monkeypatch.setattr(slow.handsets["sms"], "send", never)
    ada = await slow.add("Ada")
    for words in ("FEEDBACK the heating is off", "hello"):
        typed = slow.handsets["sms"].typed(ada.address, words, slow.clock())
        await slow.service.inbound.take([typed], typed.sender)
    started = time.monotonic()
    await slow.service.stop()
    assert time.monotonic() - started < LONGEST_STOP
    assert slow.handsets["sms"].is_closed
