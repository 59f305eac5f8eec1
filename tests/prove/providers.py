"""Both providers for a fault run: slow enough to be cut off in the middle of a send, and delivering again.

They are the stand-ins of the other tests; what is added here happens at the real providers too.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.standins.telegram import TelegramStandIn
from tests.standins.twilio import Twilio

SLOWEST_SECONDS = 0.15  # before a message is accepted, and again before that is told


class SlowTwilio(Twilio):
    """A Twilio that takes its time over every message.

    Attributes:
        never_heard: Sends whose sender died before they were accepted.
    """

    never_heard = 0
    dice = random.Random()

    async def _plainly(self, request: Request) -> Response:
        if request.method == "GET":
            return await super()._plainly(request)
        await request.body()
        await asyncio.sleep(self.dice.uniform(0, SLOWEST_SECONDS))
        if self.dice.random() < 0.5 and await request.is_disconnected():
            self.never_heard += 1
            return Response(status_code=500)
        answer = await super()._plainly(request)
        await asyncio.sleep(self.dice.uniform(0, SLOWEST_SECONDS))
        return answer


class SlowTelegram(TelegramStandIn):
    """A Telegram that takes its time over every message, and can deliver an update once more.

    Attributes:
        arrived: Every update by its id, confirmed or not.
        never_heard: Sends whose sender died before they were accepted.
    """

    def __init__(self, dice: random.Random) -> None:
        super().__init__(limits=None)
        self.dice = dice
        self.arrived: dict[int, dict[str, Any]] = {}
        self.never_heard = 0

    def update(self, content: dict[str, Any]) -> int:
        update_id = super().update(content)
        self.arrived[update_id] = {"update_id": update_id} | content
        return update_id

    def deliver_again(self, update_id: int) -> None:
        """Into the open poll, although it has been confirmed."""
        with self._arriving:
            self.state.waiting[update_id] = self.arrived[update_id]
        self._soon(self.news.set)

    async def _serve(self, request: Request) -> Response:
        if request.path_params["method"].lower() != "sendmessage":
            return await super()._serve(request)
        await request.body()
        await asyncio.sleep(self.dice.uniform(0, SLOWEST_SECONDS))
        if self.dice.random() < 0.5 and await request.is_disconnected():
            self.never_heard += 1
            return Response(status_code=500)
        answer = await super()._serve(request)
        await asyncio.sleep(self.dice.uniform(0, SLOWEST_SECONDS))
        return answer
