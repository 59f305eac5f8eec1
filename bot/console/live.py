"""Telling open pages that something has changed, so that each looks again; what changed, they ask as always.

One WebSocket a page and one look at the database a second for all of them together, and none while no page is open.
A page is only told "changed": whoever is signed out meanwhile learns nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.console.visit import SIGNED_OUT_AFTER
from storage import accounts
from storage.newest import newest

if TYPE_CHECKING:
    from bot.service import Service

LOOK_EVERY_SECONDS = 1.0
MOST_OPEN = 500


class Live:
    """The open pages of one process.

    Args:
        service: Whose database is looked at.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._open: dict[WebSocket, str] = {}
        self._watch: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._at_once = asyncio.Event()

    def has_changed(self) -> None:
        """Look now; from any thread."""
        if self._loop is not None and self._watch is not None:
            self._loop.call_soon_threadsafe(self._at_once.set)

    async def listen(self, socket: WebSocket) -> None:
        """One page, from when it is opened until it is closed."""
        token = next((socket.cookies[name] for name in ("__Host-alongside", "alongside") if name in socket.cookies), "")
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
        return bool(token) and await asyncio.to_thread(self._session_is_good, token)

    def _session_is_good(self, token: str) -> bool:
        with self._service.database.reading() as connection:
            return accounts.session_with(connection, token, self._service.clock() - SIGNED_OUT_AFTER) is not None

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
        for socket, token in list(self._open.items()):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                if await self._is_good(token):
                    await socket.send_text("changed")
                else:
                    self._open.pop(socket, None)
                    await socket.send_text("signed out")
                    await socket.close(4401)

    def _newest(self) -> tuple[int, ...]:
        with self._service.database.reading() as connection:
            return newest(connection)
