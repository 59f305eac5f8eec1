"""The phones served on loopback, in a world with Ada and Dee in it and no weeks behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.handsets.serving import LOOPBACK, console_of, server_of
from bot.handsets.trying import Trying
from bot.simulation import HARBOUR_HOUSE, World
from bot.web import listening_socket
from tests.bot.console.cast import Browser


@dataclass
class Phones:
    """What `alongside try` serves."""

    trying: Trying
    url: str

    @property
    def world(self) -> World:
        return self.trying.world

    def browser(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self.world, self.url, httpx.AsyncClient(follow_redirects=True, timeout=60, trust_env=False))

    async def visitor(self) -> Browser:
        """A newcomer who has opened the address that the terminal printed."""
        browser = self.browser()
        await browser.opens(f"/come-in/{self.trying.code}")
        browser.token = browser.client.cookies["alongside"]
        return browser


@contextlib.asynccontextmanager
async def served(world: World) -> AsyncIterator[Phones]:
    """The console and the phones of a world."""
    trying = Trying(world)
    trying.is_ready = True
    listening = listening_socket(LOOPBACK, 0)
    port = listening.getsockname()[1]
    server = server_of(console_of(trying), port)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    yield Phones(trying, f"http://{LOOPBACK}:{port}")
    server.should_exit = True
    await serving


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path / "try.sqlite3", HARBOUR_HOUSE) as world:
        await world.add("Ada", "sms")
        await world.add("Dee", "telegram", "cy")
        yield world


@pytest.fixture
async def phones(world: World) -> AsyncIterator[Phones]:
    async with served(world) as phones:
        yield phones
