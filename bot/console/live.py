"""Telling open pages that something has changed, so that each looks again; what changed, they ask as always.

One WebSocket a page and one look at the database a second for all of them together, and none while no page is open.
A page is only told "changed": whoever is signed out meanwhile learns nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.console.visit import SIGNED_OUT_AFTER
from storage import accounts
from storage.newest import newest

if TYPE_CHECKING:
    from bot.service import Service

LOOK_EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 2.0  # for a page to take a word; one that is gone for good, or too slow, comes back by itself
MOST_OPEN = 500


class Live:
    """The open pages of one process.

    Args:
        service: Whose database is looked at.
        cookie: What the cookie is called that says who somebody is.
    """

    def __init__(self, service: Service, cookie: str) -> None:
        self._service = service
        self._cookie = cookie
        self._open: dict[WebSocket, str] = {}
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._at_once = asyncio.Event()
        self._letting_go: set[asyncio.Task[None]] = set()

    def has_changed(self) -> None:
        """Look now; from any thread."""
        if self._loop is not None and self._watch is not None:
            self._loop.call_soon_threadsafe(self._at_once.set)

    async def listen(self, socket: WebSocket) -> None:
        """One page, from when it is opened until it is closed."""
        token = socket.cookies.get(self._cookie, "")
        origin = urlsplit(socket.headers.get("origin", "")).netloc
        if origin != socket.headers.get("host") or len(self._open) >= MOST_OPEN or not await self._is_good(token):
            await socket.close(4401)
            return
        await socket.accept()
        self._open[socket] = token
        self._loop = asyncio.get_running_loop()
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_looking())
        try:
            while True:
                await socket.receive_text()  # a page has nothing to say; this waits for its end
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            self._open.pop(socket, None)

    async def _is_good(self, token: str) -> bool:
        return bool(token) and bool(await asyncio.to_thread(self._signed_in, [token]))

    def _signed_in(self, tokens: Collection[str]) -> set[str]:
        """Of these tokens, as hashes, those whose sessions are good: one look for all of them."""
        since = self._service.clock() - SIGNED_OUT_AFTER
        with self._service.database.reading() as connection:
            return accounts.signed_in_of(connection, [accounts.hashed(each) for each in tokens], since, since)

    async def _keep_looking(self) -> None:
        seen = await asyncio.to_thread(self._newest)
        while self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._at_once.wait(), LOOK_EVERY_SECONDS)
            was_told = self._at_once.is_set()
            self._at_once.clear()
            now = await asyncio.to_thread(self._newest)
            if now != seen or was_told:
                seen = now
                await self._tell()
                await asyncio.sleep(LOOK_EVERY_SECONDS / 4)  # a busy minute is not a redraw for every message

    async def _tell(self) -> None:
        """Each open page at the same time: one that takes nothing holds up nobody, and is let go."""
        pages = dict(self._open)
        good = await asyncio.to_thread(self._signed_in, set(pages.values()))
        told = (self._tell_one(socket, is_good=accounts.hashed(token) in good) for socket, token in pages.items())
        await asyncio.gather(*told)

    async def _tell_one(self, socket: WebSocket, *, is_good: bool) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if is_good:
                    await socket.send_text("changed")
                else:
                    self._open.pop(socket, None)
                    await socket.send_text("signed out")
                    await socket.close(4401)
        except TimeoutError:
            self._open.pop(socket, None)
            going = asyncio.create_task(_let_go(socket))
            self._letting_go.add(going)
            going.add_done_callback(self._letting_go.discard)
        except (WebSocketDisconnect, RuntimeError):
            pass

    def _newest(self) -> tuple[int, ...]:
        with self._service.database.reading() as connection:
            return newest(connection)


async def _let_go(socket: WebSocket) -> None:
    """Close a page's socket, if it takes even that; a page that is still there opens another."""
    with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await socket.close(1013)
