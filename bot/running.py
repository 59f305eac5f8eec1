"""`alongside run`: the service with the channels that the configuration names, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket

from starlette.routing import Route

from bot.channels import Pace, SendFailed
from bot.channels.sms import SmsChannel, SmsSettings
from bot.channels.telegram import TelegramChannel, TelegramSettings
from bot.config import Config, Secrets
from bot.service import ANOTHER_ONE, InUse, Listener, Service
from bot.sign_off import SignaturesUnreadable, read_signatures, unsigned
from bot.sitting import Voice
from bot.ways_in import SmsWayIn, TelegramWayIn
from bot.web import health, listening_socket, web_server
from flows.words import Words
from storage.database import Database
from storage.leases import Leases

log = logging.getLogger(__name__)


def sms_channel(config: Config, secrets: Secrets) -> SmsChannel | None:
    """The SMS channel of this configuration, if it has one."""
    sms = config.sms
    if sms is None:
        return None
    return SmsChannel(
        SmsSettings(
            sender="sms",
            account_sid=sms.account_sid,
            auth_token=secrets.twilio_auth_token,
            sends_as=sms.sends_as,
            public_url=config.web.public_url or "",
            pace=Pace(sms.parts_per_second, at_once=32),
            api_url=sms.api_url,
            timeout_seconds=sms.timeout_seconds,
        )
    )


def telegram_channel(config: Config, secrets: Secrets) -> TelegramChannel | None:
    """The Telegram channel of this configuration, if it has one."""
    telegram = config.telegram
    if telegram is None:
        return None
    return TelegramChannel(
        TelegramSettings(
            sender="telegram",
            token=secrets.telegram_token,
            webhook_secret=secrets.telegram_webhook_secret or None,
            pace=Pace(telegram.messages_per_second, telegram.seconds_per_chat, at_once=8),
            api_url=telegram.api_url,
        )
    )


class Running:
    """The running service: channels, webhooks, polling, and a clean end.

    Args:
        config: Checked already.
        secrets: What the channels need.
    """

    def __init__(self, config: Config, secrets: Secrets) -> None:
        self._config = config
        self._stopping = asyncio.Event()
        sms, telegram = sms_channel(config, secrets), telegram_channel(config, secrets)
        database = Database(config.database.url)
        self._words = Words.load(config.organisation.words)
        self._service = Service(
            database,
            Voice(self._words, config.house(), config.safeguarding.listener()),
            [channel for channel in (sms, telegram) if channel is not None],
            store_threads=1 if database.is_sqlite else config.database.store_threads,
            keep_days=config.database.keep_days,
        )
        self._sms = SmsWayIn(sms, self._service) if sms is not None else None
        self._telegram = TelegramWayIn(telegram, self._service) if telegram is not None else None
        self._server = web_server(self._routes(), config.web.listen, config.web.port)

    async def until_stopped(self) -> None:
        """Serve until SIGTERM or SIGINT, then stop within five seconds.

        Raises:
            InUse: Another process works on this SQLite file, or listens on our port.
        """
        listening = self._listening()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stopping.set)
        await self._service.start(self._listeners())
        serving = asyncio.create_task(self._server.serve([listening]))
        registering = asyncio.create_task(self._register_webhook())
        self._say_what_is_not_signed_off()
        log.info("started", extra={"port": self._config.web.port})
        await asyncio.wait({asyncio.create_task(self._stopping.wait()), serving}, return_when="FIRST_COMPLETED")
        registering.cancel()
        self._server.should_exit = True
        await asyncio.gather(serving, self._service.rest())  # at once: the five seconds are for both
        await self._service.stop()
        log.info("stopped")

    def stop(self) -> None:
        """Have `until_stopped` come to its end."""
        self._stopping.set()

    def _say_what_is_not_signed_off(self) -> None:
        try:
            signatures = read_signatures(self._config.safeguarding.signed_off)
        except SignaturesUnreadable:
            signatures = {}
        if waiting := unsigned(self._words, signatures):
            log.warning("wording about danger not signed off, see alongside check", extra={"count": len(waiting)})

    def _listening(self) -> socket.socket:
        web = self._config.web
        try:
            return listening_socket(web.listen, web.port)
        except OSError as fault:
            why = f"{web.listen} port {web.port} cannot be listened on: {fault.strerror}."
            raise InUse(f"{why} Is another program using it? [web] listen and port choose another.") from None

    def _routes(self) -> list[Route]:
        routes = [health(lambda: not self._stopping.is_set())]
        for way_in in (self._sms, self._telegram):
            if way_in is not None:
                routes += way_in.routes()
        return routes

    def _polls(self) -> bool:
        return self._config.telegram is not None and self._config.telegram.way_in == "polling"

    def _listeners(self) -> list[Listener]:
        return [Listener("telegram", self._telegram.poll)] if self._telegram is not None and self._polls() else []

    async def _register_webhook(self) -> None:
        if self._telegram is None or self._polls():
            return
        try:
            await self._telegram.register_webhook(self._config.web.public_url or "")
        except SendFailed as failure:
            log.error("webhook not registered", extra={"sender": "telegram", "reason": failure.reason.value})


async def run(config: Config, secrets: Secrets) -> None:
    """Serve until told to stop.

    Raises:
        DatabaseBehind: On PostgreSQL, when `alongside migrate` has to be run first.
        InUse: Another process works on this SQLite file, or listens on our port.
    """
    database = Database(config.database.url)
    if database.is_sqlite:
        leases = Leases(database)
        if not leases.take("service"):  # the tables must not change under whoever works on them
            raise InUse(ANOTHER_ONE)
        await asyncio.to_thread(database.migrate)
        leases.release()
    else:
        await asyncio.to_thread(database.require_up_to_date)
    database.close()
    await Running(config, secrets).until_stopped()
