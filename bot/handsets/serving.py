"""`alongside try`: the whole service with a lived-in charity, its console and its phones, on this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.console.app import Console
from bot.console.visit import EVERYBODY
from bot.handsets.room import HERE, HandsetRoom
from bot.handsets.trying import Trying
from bot.simulation import HARBOUR_HOUSE, World, feedback_in
from bot.web import WebServer, listening_socket, web_server

LOOPBACK = "127.0.0.1"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def visit(port: int) -> int:
    """Serve until Ctrl-C; 0."""
    with _folder() as folder, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_visit(folder, port, _say))
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where that can be, which is faster and leaves nothing on a disk."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    with tempfile.TemporaryDirectory(dir=MEMORY if in_memory else None, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def _visit(folder: Path, port: int, say: Callable[[str], None]) -> None:
    stopping = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    listening = free_socket(port)
    port = listening.getsockname()[1]
    feedback = await asyncio.to_thread(feedback_in, folder / "feedback")
    async with World(folder / "try.sqlite3", HARBOUR_HOUSE, feedback=feedback) as world:
        trying = Trying(world)
        server = server_of(console_of(trying), port)
        serving = asyncio.create_task(server.serve([listening]))
        while not (server.started or serving.done()):  # noqa: ASYNC110 - whoever is quick finds it open; it has no event
            await asyncio.sleep(0.01)
        say("Open this in a browser on this machine; it is good once, and signs you in as Bo, who coordinates there:")
        say(f"  http://{LOOPBACK}:{port}/console/come-in/{trying.code}")
        building = asyncio.create_task(trying.build())
        stopped = asyncio.create_task(stopping.wait())
        await _watch(trying, building, stopped, say)
        await stopped
        building.cancel()
        server.should_exit = True
        await asyncio.gather(serving, world.service.rest())
        with contextlib.suppress(asyncio.CancelledError):
            await building


async def _watch(
    trying: Trying, building: asyncio.Task[None], stopped: asyncio.Task[bool], say: Callable[[str], None]
) -> None:
    """Say when it stands; what breaks on the way there is raised."""
    await asyncio.wait({building, stopped}, return_when="FIRST_COMPLETED")
    if building.done():
        building.result()
        now = trying.world.clock()
        say(f"It is {now:%A %d %B, %H:%M} there, and a day's work waits. Nothing leaves this machine.")
        say("Ctrl-C ends it, and nothing is kept. Without a browser: alongside try --terminal")


def server_of(console: Console, port: int) -> WebServer:
    """The server with the console, whose first page are the phones."""
    return web_server(_routes(console), LOOPBACK, port)


def console_of(trying: Trying) -> Console:
    """The console, with one room more; to be made where the world lives."""
    room = HandsetRoom(trying, asyncio.get_running_loop())
    console = Console(trying.world.service, rooms=[room.pages()], second_step=False)
    ours = jinja2.FileSystemLoader(HERE / "templates")
    console.templates.loader = jinja2.ChoiceLoader([loader for loader in (console.templates.loader, ours) if loader])
    console.menu = (("/handsets", "Handsets", EVERYBODY), *console.menu)
    for handsets in trying.world.handsets.values():
        handsets.on_news = console.live.has_changed
    return console


def _routes(console: Console) -> list[BaseRoute]:
    return [Route("/", _to_the_phones), Route("/handsets", _to_the_phones), Mount("", console.app)]


def _to_the_phones(_request: Request) -> Response:
    return RedirectResponse("/console/handsets", 303)


def free_socket(port: int) -> socket.socket:
    """The port that is asked for, or another where it is taken."""
    try:
        return listening_socket(LOOPBACK, port)
    except OSError:
        return listening_socket(LOOPBACK, 0)
