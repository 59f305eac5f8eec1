"""Open pages are told that something has changed, and nothing else; the database is looked at once for all."""

import asyncio
import contextlib

import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.console import live
from storage import accounts
from tests.bot.cast import volunteer
from tests.bot.console.cast import Browser, Served


def page_of(browser: Browser, origin: str = "") -> connect:
    cookie = "; ".join(f"{each.name}={each.value}" for each in browser.client.cookies.jar)
    address = browser.url.replace("http", "ws") + "/console/live"
    return connect(address, origin=origin or browser.url, additional_headers={"Cookie": cookie}, proxy=None)


async def hears(page: ClientConnection, within: float = 5) -> str | None:
    """What it is told next; None: nothing."""
    with contextlib.suppress(TimeoutError):
        return str(await asyncio.wait_for(page.recv(), within))
    return None


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY_SECONDS", 0.05)


async def test_every_open_page_hears_that_somebody_wrote(console: Served) -> None:
    bo = await console.signed_in("Bo")
    async with page_of(bo) as one, page_of(bo) as other:
        await asyncio.sleep(0.2)
        await volunteer(console.world, "Ada")
        assert [await hears(one), await hears(other)] == ["changed", "changed"]


async def test_a_page_hears_nothing_while_nothing_happens(console: Served) -> None:
    bo = await console.signed_in("Bo")
    async with page_of(bo) as page:
        assert await hears(page, 0.5) is None


async def test_a_page_that_takes_nothing_holds_up_no_other_and_is_let_go(
    console: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE_SECONDS", 0.5)
    taken, slow_ones = WebSocket.send_text, []

    async def send_text(socket: WebSocket, text: str) -> None:
        if not slow_ones:
            slow_ones.append(socket)
        if socket in slow_ones:
            await asyncio.Event().wait()
        await taken(socket, text)

    monkeypatch.setattr(WebSocket, "send_text", send_text)
    bo = await console.signed_in("Bo")
    async with page_of(bo) as slow, page_of(bo) as other, page_of(bo) as third:
        await asyncio.sleep(0.2)
        await volunteer(console.world, "Ada")
        assert [await hears(other, 0.4), await hears(third, 0.4)] == ["changed", "changed"]
        with pytest.raises(ConnectionClosed):  # it was let go, so that it can come back
            await asyncio.wait_for(slow.recv(), 5)
        await volunteer(console.world, "Cai")
        assert await hears(other) == "changed"


async def test_thirty_open_pages_are_one_look_at_the_database(console: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    monkeypatch.setattr(live, "newest", lambda connection: looks.append(1) or (0,))
    bo = await console.signed_in("Bo")
    async with contextlib.AsyncExitStack() as open_pages:
        for _ in range(30):
            await open_pages.enter_async_context(page_of(bo))
        looks.clear()
        await asyncio.sleep(0.5)
        assert 0 < len(looks) <= 12
    await asyncio.sleep(0.2)
    looks.clear()
    await asyncio.sleep(0.2)
    assert looks == []  # nobody is there


@pytest.mark.parametrize("who", ["nobody", "from elsewhere"])
async def test_nobody_listens_who_may_not(console: Served, who: str) -> None:
    browser = console.browser() if who == "nobody" else await console.signed_in("Bo")
    with pytest.raises(InvalidStatus):
        async with page_of(browser, "https://elsewhere.example" if who == "from elsewhere" else ""):
            pass


async def test_a_page_ends_when_its_browser_is_signed_out_elsewhere(console: Served) -> None:
    bo = await console.signed_in("Bo")
    async with page_of(bo) as page:
        with console.world.service.database.writing() as connection:
            accounts.end_sessions(connection, bo.account_id)
        await volunteer(console.world, "Ada")
        assert await hears(page) == "signed out"
        with pytest.raises(ConnectionClosed):
            await page.recv()


async def test_signing_out_in_one_tab_ends_the_pages_of_the_other(console: Served) -> None:
    bo, kim = await console.signed_in("Bo"), await console.signed_in("Kim")
    async with page_of(bo) as other_tab, page_of(kim) as colleague:
        await asyncio.sleep(0.2)
        await bo.sends("/sign-out")
        assert await hears(other_tab) == "signed out"
        with pytest.raises(ConnectionClosed):
            await other_tab.recv()
        assert await hears(colleague) == "changed"
