"""How messages come in from each provider: their webhooks and polls, handed on to be committed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import Route

from bot.channels import REASONS, Incoming, SendFailed
from bot.channels.sms import EMPTY_ANSWER, SmsChannel
from bot.channels.telegram import TelegramChannel
from bot.service import Service
from bot.web import webhook
from storage.offsets import read_offset
from storage.outbox import Delivery, note_deliveries


class SmsWayIn:
    """What Twilio calls: a text has come, and what became of one of ours."""

    def __init__(self, channel: SmsChannel, service: Service) -> None:
        self._channel = channel
        self._service = service

    def routes(self) -> list[Route]:
        """The webhooks."""
        return [
            webhook(self._channel.webhook_path, self._take_message, EMPTY_ANSWER, "text/xml"),
            webhook(self._channel.status_path, self._take_status, "", "text/plain"),
        ]

    async def _take_message(self, body: bytes, request: Request) -> None:
        signature = request.headers.get("X-Twilio-Signature")
        message = self._channel.decode_webhook(body, signature, self._service.clock())
        if message is not None:
            await self._service.inbound.take([message], self._channel.sender)

    async def _take_status(self, body: bytes, request: Request) -> None:
        report = self._channel.decode_status(body, request.headers.get("X-Twilio-Signature"))
        if report is None:
            return
        delivery = Delivery(
            provider_id=report.provider_id,
            state=report.state,
            at=self._service.clock(),
            reason=report.reason,
            closes_address=report.reason if report.closes_address else None,
            told=REASONS[report.reason] if report.reason else None,
        )
        await self._service.store.run(note_deliveries, delivery, by=report.provider_id)


class TelegramWayIn:
    """Telegram's webhook, or our polling: the offset moves in the commit that stored the updates."""

    def __init__(self, channel: TelegramChannel, service: Service) -> None:
        self._channel = channel
        self._service = service
        self._answering: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The webhook."""
        return [webhook(self._channel.webhook_path, self._take_update, "", "text/plain")]

    async def register_webhook(self, public_url: str) -> None:
        """Have Telegram call us from now on; raises `SendFailed`."""
        await self._channel.set_webhook(f"{public_url}{self._channel.webhook_path}")

    async def poll(self) -> None:
        """Fetch updates until cancelled."""
        with contextlib.suppress(SendFailed):  # polling itself tells what is wrong, and goes on trying
            await self._channel.remove_webhook()  # nothing can be polled while an earlier one is set
        with self._service.database.reading() as connection:
            offset = read_offset(connection, self._channel.sender)
        await self._channel.poll(self._take, offset)

    async def _take_update(self, body: bytes, request: Request) -> None:
        message = self._channel.decode_webhook(body, request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if message is not None:
            await self._take([message], None)

    async def _take(self, messages: Sequence[Incoming], next_offset: int | None) -> None:
        await self._service.inbound.take(messages, self._channel.sender, next_offset)
        for message in messages:
            if message.question_id is not None:
                task = asyncio.create_task(self._channel.answer_button(message.question_id))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
