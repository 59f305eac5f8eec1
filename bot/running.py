"""`alongside run`: the service with the channels that the configuration names, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from bot.channels import Channel, Pace, SendFailed
from bot.channels.sms import SmsChannel, SmsSettings
from bot.channels.telegram import TelegramChannel, TelegramSettings
from bot.clock import real_clock
from bot.config import Config, Secrets
from bot.feedback.sweep import Sweep
from bot.service import ANOTHER_ONE, Feedback, InUse, Listener, Service
from bot.sign_off import SignaturesUnreadable, read_signatures, unsigned
from bot.sitting import Voice
from bot.votes.box import ballot_key
from bot.ways_in import SmsWayIn, TelegramWayIn
from bot.web import Late, health, listening_socket, web_server
from flows.words import Words
from storage.database import Database
from storage.leases import Leases

log = logging.getLogger(__name__)
TWILIO_ANSWERS_WITHIN = 0.3  # seconds, mostly: so many sends are under way at once where the pace is to be held


def sms_channels(config: Config, secrets: Secrets) -> dict[str, SmsChannel]:
    """The SMS channels of this configuration by the name of their table, "sms" and "feedback.sms"."""
    parts = {"sms": config.sms, "feedback.sms": config.feedback.sms if config.feedback else None}
    return {
        name: SmsChannel(
            SmsSettings(
                sender=name.replace(".", "-"),
                account_sid=sms.account_sid,
                auth_token=secrets(name, "auth_token"),
                sends_as=sms.sends_as,
                public_url=config.web.public_url or "",
                pace=Pace(sms.parts_per_second, at_once=max(32, round(sms.parts_per_second * TWILIO_ANSWERS_WITHIN))),
                api_url=sms.api_url,
                timeout_seconds=sms.timeout_seconds,
            )
        )
        for name, sms in parts.items()
        if sms is not None
    }


def telegram_channels(config: Config, secrets: Secrets) -> dict[str, TelegramChannel]:
    """The Telegram channels of this configuration by the name of their table, "telegram" and "feedback.telegram"."""
    parts = {"telegram": config.telegram, "feedback.telegram": config.feedback.telegram if config.feedback else None}
    return {
        name: TelegramChannel(
            TelegramSettings(
                sender=name.replace(".", "-"),
                token=secrets(name, "token"),
                webhook_secret=secrets(name, "webhook_secret") or None,
                pace=Pace(telegram.messages_per_second, telegram.seconds_per_chat, at_once=8),
                api_url=telegram.api_url,
            )
        )
        for name, telegram in parts.items()
        if telegram is not None
    }


def _usual(channels: Mapping[str, Channel]) -> list[Channel]:
    """Those that are not for feedback alone."""
    return [channel for name, channel in channels.items() if not name.startswith("feedback.")]


def _apart(channels: Mapping[str, Channel]) -> list[Channel]:
    """Those where everything is feedback."""
    return [channel for name, channel in channels.items() if name.startswith("feedback.")]


def _feedback(config: Config, secrets: Secrets, database: Database, apart: Sequence[Channel]) -> Feedback | None:
    """What the service needs for feedback; what seals is loaded only where it is set up."""
    if config.feedback is None:
        return None
    from bot.feedback.setting_up import feedback_of

    return feedback_of(config, secrets, database, apart)


def _sweep(config: Config, numbers: Sequence[SmsChannel]) -> Sweep | None:
    """What deletes Twilio's records, where feedback is offered: they would tell who wrote."""
    if not numbers or config.feedback is None:
        return None
    return Sweep([number.records for number in numbers], real_clock, config.feedback.sweep_after_hours)


class Running:
    """The running service: channels, webhooks, polling, and a clean end.

    Args:
        config: Checked already.
        secrets: What the channels need.
    """

    def __init__(self, config: Config, secrets: Secrets) -> None:
        self._config = config
        self._stopping = asyncio.Event()
        sms, telegram = sms_channels(config, secrets), telegram_channels(config, secrets)
        database = Database(config.database.url)
        feedback = _feedback(config, secrets, database, [*_apart(sms), *_apart(telegram)])
        if feedback is None:
            sms = {name: each for name, each in sms.items() if name == "sms"}
            telegram = {name: each for name, each in telegram.items() if name == "telegram"}
        self._words = Words.load(config.organisation.words)
        self._service = Service(
            database,
            Voice(
                self._words,
                config.house(),
                config.safeguarding.listener(),
                ballot_key=ballot_key(secrets("votes", "key")),
            ),
            [*_usual(sms), *_usual(telegram)],
            store_threads=1 if database.is_sqlite else config.database.store_threads,
            keep_days=config.database.keep_days,
            feedback=feedback,
            sweep=_sweep(config, list(sms.values())) if feedback is not None else None,
        )
        self._sms = {name: SmsWayIn(each, self._service) for name, each in sms.items()}
        self._telegram = {name: TelegramWayIn(each, self._service) for name, each in telegram.items()}
        self._server = web_server(self._routes(), config.web.listen, config.web.port)

    async def until_stopped(self) -> None:
        """Serve until SIGTERM or SIGINT, then stop within five seconds.

        Raises:
            InUse: Another process works on this SQLite file, or listens on our port.
        """
        gc.freeze()  # words, patterns and libraries stay, and are not looked through for waste again
        gc.enable()
        listening = self._listening()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._stopping.set)
        await self._service.start(self._listeners())
        serving = asyncio.create_task(self._server.serve([listening]))
        registering = asyncio.create_task(self._register_webhooks())
        self._say_what_is_not_signed_off()
        web = self._config.web
        console = f"{web.public_url or f'http://{web.listen}:{web.port}'}/console/"
        log.info("started", extra={"port": web.port, "console": console})
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

    def _routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [health(lambda: not self._stopping.is_set())]
        for number in self._sms.values():
            routes += number.routes()
        for bot in self._telegram.values():
            routes += bot.routes()
        return [*routes, Mount("", Late(("/console",), self._console))]

    def _console(self) -> ASGIApp:
        from bot.console.app import Console  # pages and what they need, once somebody opens one

        return Console(self._service, self._config.web.public_url or "", self._config).app

    def _polls(self, name: str) -> bool:
        feedback = self._config.feedback
        apart = feedback.telegram if feedback is not None else None
        part = self._config.telegram if name == "telegram" else apart
        return part is not None and part.way_in == "polling"

    def _listeners(self) -> list[Listener]:
        bots = self._telegram.items()
        return [Listener(name.replace(".", "-"), way_in.poll) for name, way_in in bots if self._polls(name)]

    async def _register_webhooks(self) -> None:
        for name, way_in in self._telegram.items():
            if self._polls(name):
                continue
            try:
                await way_in.register_webhook(self._config.web.public_url or "")
            except SendFailed as failure:
                log.error("webhook not registered", extra={"sender": name, "reason": failure.reason.value})


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
    if config.feedback is not None:
        from bot.feedback.setting_up import prepare_feedback

        await asyncio.to_thread(prepare_feedback, config.feedback)
    await Running(config, secrets).until_stopped()
