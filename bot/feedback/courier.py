"""Answers that must leave no trace: sent past the outbox, and tried again from memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bot.channels import Channel, Incoming, Outgoing, Retry, SendFailed, Sent, TakesOut

Who: TypeAlias = tuple[str, str]  # the sender that was written to, and the address that wrote
TRIES_AFTER_SECONDS = (2.0, 5.0, 15.0, 60.0, 180.0, 300.0)
STOPS_WITHIN_SECONDS = 1.0


class Courier:
    """Sends past the outbox and tries again from memory; what a stop or a crash finds unsent is lost.

    Args:
        channels: By the name of the sender.
    """

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._under_way: dict[asyncio.Task[None], Who] = {}

    def send(self, message: Incoming, answers: Sequence[Outgoing], shown: list[str] | None = None) -> None:
        """Send these in order, to whoever wrote, after what is still on its way to them.

        Args:
            message: What they wrote.
            answers: What they get.
            shown: The numbers of what arrived are added to it.
        """
        channel = self._channels.get(message.sender)
        if channel is None:
            return
        who = message.sender, message.address
        task = asyncio.create_task(self._send_all(channel, answers, self._before(who), shown))
        self._under_way[task] = who
        task.add_done_callback(lambda done: self._under_way.pop(done, None))

    def _before(self, who: Who) -> list[asyncio.Task[None]]:
        return [task for task, whose in self._under_way.items() if whose == who]

    async def _send_all(
        self,
        channel: Channel,
        answers: Sequence[Outgoing],
        before: list[asyncio.Task[None]],
        shown: list[str] | None,
    ) -> None:
        if before:
            await asyncio.wait(before)
        for answer in answers:
            sent = await _sent(channel, answer)
            if sent is None:
                return
            if shown is not None:
                shown.append(sent.provider_id)

    async def settle_with(self, message: Incoming) -> None:
        """Wait until what is on its way to whoever wrote has gone out."""
        if before := self._before((message.sender, message.address)):
            await asyncio.wait(before)

    async def take_out(self, message: Incoming, shown: Sequence[str]) -> bool:
        """Take messages out of a chat again; False where that cannot be done, or not with all of them."""
        channel = self._channels.get(message.sender)
        if not isinstance(channel, TakesOut):
            return False
        gone = True
        for number in shown:
            try:
                await channel.delete(message.address, number)
            except SendFailed:
                gone = False
        return gone

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def stop(self) -> None:
        """Give what is under way a moment, then let it go."""
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=STOPS_WITHIN_SECONDS)
        for task in list(self._under_way):
            task.cancel()


async def _sent(channel: Channel, answer: Outgoing) -> Sent | None:
    """What went out, if it did. One that was cut off is sent once more: twice is better than a code never seen."""
    for pause in (*TRIES_AFTER_SECONDS, None):
        try:
            return await channel.send(answer)
        except SendFailed as failure:
            if failure.retry is Retry.NEVER or pause is None:
                return None  # not even logged: few cannot be written to, and the time would tell the rest
            await asyncio.sleep(max(pause, failure.after_seconds or 0.0))
    return None
