"""A real Chromium for the console, in the sizes that people have; pictures of every page are left in a folder."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, async_playwright

from bot.simulation import HARBOUR_HOUSE, World
from tests.bot.console.cast import Browser, Served, open_console

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PICTURES = Path(os.environ.get("ALONGSIDE_PICTURES", tempfile.gettempdir())) / "alongside-pages"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def world(new_sqlite_url: Callable[[], str]) -> AsyncIterator[World]:
    path = Path(new_sqlite_url().removeprefix("sqlite:///"))
    async with World(path, HARBOUR_HOUSE) as world:
        yield world


@pytest.fixture
async def console(world: World) -> AsyncIterator[Served]:
    async with open_console(world) as served:
        yield served


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    assert CHROMIUM is not None, "Chromium is not here: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


Opens = Callable[..., Awaitable["Tab"]]


class Tab:
    """One page in Chromium, and what must hold for each."""

    def __init__(self, page: Page, url: str, complaints: list[str]) -> None:
        self.page = page
        self.url = url
        self._complaints = complaints

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self.url}/console{path}")

    async def is_well(self, name: str) -> None:
        """It fits, axe finds nothing, nothing was refused by the policy; a picture of it is kept under this name."""
        await self.page.wait_for_load_state()  # a click may be on its way to another page
        width = self.page.viewport_size["width"]
        wider = await self.page.evaluate("document.documentElement.scrollWidth")
        PICTURES.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        assert wider <= width, f"{name} is {wider} wide on {width}"
        found = await Axe().run(self.page)
        assert found.violations_count == 0, f"{name} on {width}: {found.generate_report()}"
        small = await self.page.evaluate(
            """[...document.querySelectorAll('button, .button, input:not([type=hidden]), select')]
            .filter(each => each.offsetParent && each.type !== 'checkbox' && each.type !== 'radio')
            .filter(each => each.getBoundingClientRect().height < 43.5).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert small == [], f"{name}: too small to touch"
        assert self._complaints == [], name


@pytest.fixture
async def tabs(chromium: Chromium, console: Served) -> AsyncIterator[Opens]:
    """Opens a tab: `tab = await tabs(bo, PHONE)`; with `javascript=False`, one that knows none."""
    contexts: list[BrowserContext] = []

    async def opens(
        whose: Browser | None = None, size: dict[str, int] | None = None, *, javascript: bool = True
    ) -> Tab:
        context = await chromium.new_context(viewport=size or DESK, java_script_enabled=javascript)
        contexts.append(context)
        if whose is not None:
            name = console.console.cookie
            await context.add_cookies([{"name": name, "value": whose.token, "url": console.url, "httpOnly": True}])
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if re.search("Content Security|Refused", line.text) else None,
        )
        return Tab(page, console.url, complaints)

    yield opens
    for context in contexts:
        await context.close()
    await asyncio.sleep(0)
