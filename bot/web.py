"""Where the providers' webhooks come in. Answers are empty and always the same; words go out by themselves."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeAlias

import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import Refused
from storage.store import StoreClosed

LARGEST_BODY = 1024 * 1024

Take: TypeAlias = Callable[[bytes, Request], Awaitable[None]]
"""What a channel does with a webhook's body: returns after the commit, or raises `Refused`."""


def webhook(path: str, take: Take, answer: str, media_type: str) -> Route:
    """A webhook: "ok" only after the commit, 403 for a forgery, 503 (deliver again) when we can't keep it now."""

    async def receive(request: Request) -> Response:
        try:
            await take(await _body(request), request)
        except Refused as refusal:
            return PlainTextResponse("", refusal.status)
        except (OperationalError, StoreClosed):
            return PlainTextResponse("", 503, {"Retry-After": "5"})
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        return Response(answer, media_type=media_type)

    return Route(path, receive, methods=["POST"])


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise Refused(413, "the body is too large")
        chunks.append(chunk)
    return b"".join(chunks)


def health(is_well: Callable[[], bool]) -> Route:
    """`/healthz`: 200 when messages can be taken in, 503 otherwise."""

    async def answer(_request: Request) -> Response:
        return PlainTextResponse("ok", 200) if is_well() else PlainTextResponse("stopping", 503)

    return Route("/healthz", answer)


class WebServer(uvicorn.Server):
    """The HTTP server, inside the service's own event loop; signals are the service's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def listening_socket(listen: str, port: int) -> socket.socket:
    """The server's address, taken but not yet listened on: uvicorn, refused it, would end the process without a word.

    Raises:
        OSError: It is taken, or not ours.
    """
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle on: 40 ms an answer.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind((listen, port))
    return taken


class Late:
    """An application that is built when its first page is asked for: what it needs is not loaded before.

    Args:
        paths: What the paths that belong to it begin with; every other is answered with 404.
        build: Builds it, once.
    """

    def __init__(self, paths: tuple[str, ...], build: Callable[[], ASGIApp]) -> None:
        self._paths = paths
        self._build = build
        self._app: ASGIApp | None = None
        self._building = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not scope["path"].startswith(self._paths):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        async with self._building:
            if self._app is None:
                self._app = await asyncio.to_thread(self._build)
        await self._app(scope, receive, send)


def web_server(routes: Sequence[BaseRoute], listen: str, port: int) -> WebServer:
    """A server that writes no access log: its sizes and times could give somebody away."""
    app = Starlette(routes=routes)
    return WebServer(
        uvicorn.Config(
            app,
            host=listen,
            port=port,
            http="httptools",
            ws="websockets-sansio",
            ws_ping_interval=15,
            ws_ping_timeout=15,
            ws_max_size=4096,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=3,
            backlog=2048,
        )
    )
