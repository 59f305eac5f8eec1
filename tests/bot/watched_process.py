"""The real program with somebody to tell: Sam is always on call and Bo is the deputy, both by SMS; and their Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.house import House
from storage.database import Database
from tests.prove.process import PUBLIC_URL, SAM_WATCHES, RealBot, free_port, house_of, write_config
from tests.standins.twilio import Twilio

PATH = "/sms/sms"


async def until(happened: Callable[[], object], seconds: float = 60) -> None:
    """Wait for it."""
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.01)


@dataclass
class Watched:
    """The program (not started yet), its database, and Twilio."""

    bot: RealBot
    database: Database
    twilio: Twilio

    @property
    def house(self) -> House:
        """Who is told."""
        return house_of(self.bot.config)

    async def start(self) -> None:
        """`alongside run`, until it is well."""
        self.bot.start()
        await asyncio.to_thread(self.bot.wait_until_well)

    async def says(self, number: str, words: str) -> datetime:
        """Post somebody's text; when the program said that it is kept."""
        sid = self.twilio.keep(number, self.twilio.numbers[0], words, sender="", direction="inbound").sid
        body, signature = self.twilio.signed(PUBLIC_URL + PATH, self.twilio.webhook_fields(number, "", words, sid))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(self.bot.url + PATH, content=body, headers=headers)
        assert answer.status_code == 200
        return datetime.now(UTC)


@asynccontextmanager
async def watched_process(database_url: str, folder: Path, parts_per_second: int) -> AsyncIterator[Watched]:
    """The program on this database, with a configuration in which somebody watches; stopped in the end."""
    database, port = Database(database_url), free_port()
    async with Twilio(public_url=PUBLIC_URL, webhook_path=PATH, segments_per_second=10_000) as twilio:
        config = write_config(
            folder / "config.toml",
            port,
            "sqlite:///of-no-use.sqlite3",
            twilio=f'account_sid = "{twilio.account_sid}"\nsends_as = "{twilio.numbers[0]}"\n'
            f'api_url = "{twilio.url}"\nparts_per_second = {parts_per_second}',
            safeguarding=SAM_WATCHES,
        )
        settings = {"ALONGSIDE_SMS__AUTH_TOKEN": twilio.auth_token, "ALONGSIDE_DATABASE__URL": database_url}
        bot = RealBot(config, port, settings, folder / "log.txt")
        yield Watched(bot, database, twilio)
        if bot.is_running:
            await asyncio.to_thread(bot.terminate)
    database.close()
