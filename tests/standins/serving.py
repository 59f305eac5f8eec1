"""Serve a Starlette application on a loopback port, in the running event loop, with connections that can be cut."""

import asyncio
import socket
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState


class Serving:
    """`async with Serving(app) as server`; a handler cuts its own connection by `request.state.connection.abort()`.

    Without uvicorn's own server around it: that one takes over the process's signals and needs 0.1 s to stop.
    """

    def __init__(self, app: Starlette, port: int = 0) -> None:
        self.app = app
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Serving":
        # Named as TCP, or asyncio leaves Nagle on: 40 ms an answer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="off", ws="none")
        config.load()
        self._state = ServerState()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Cuttable(config=config, server_state=self._state, app_state={}), sock=listening
        )
        return self

    async def stop(self) -> None:
        """From now on connections are refused, and the open ones are cut; may be called twice."""
        self._server.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


class _Cuttable(HttpToolsProtocol):
    """Uvicorn's protocol, with the connection within reach of whoever wants to cut it."""

    def __init__(self, **built: object) -> None:
        super().__init__(**built)
        self.access_log = False

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["connection"] = self.transport
