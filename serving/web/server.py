"""uvicorn on a listening socket that workers share, ending without closing a connection under its caller."""

import asyncio
import socket
from collections.abc import Callable
from math import ceil
from multiprocessing.connection import Connection

import uvicorn
from starlette.types import ASGIApp

from serving.web.connections import connections_of
from serving.web.settings import ServeConfig
from serving.web.supervisor import READY

NOTICE_S = 1.0
"""While draining, whoever uses a connection again within this time is told to take another one."""
LOOK_S = 0.02
CLOSE = (b"connection", b"close")


def run_uvicorn(
    app: ASGIApp,
    settings: ServeConfig,
    listener: socket.socket,
    line: Connection,
    drain: Callable[[], None],
) -> None:
    """Serve until SIGTERM, SIGINT or the end of the supervisor; `drain` is called when that begins."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=connections_of(settings.head_s, settings.connections),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=ceil(settings.drain_s),
    )
    Server(config, line, drain).run([listener])


class Server(uvicorn.Server):
    """Says when it serves. When it ends, it tells callers to leave before it closes their connections."""

    def __init__(self, config: uvicorn.Config, line: Connection, drain: Callable[[], None]) -> None:
        super().__init__(config)
        self.line, self.drain = line, drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, and tell the supervisor; whatever comes from there is that it is gone."""
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self.line.fileno(), self._end)
        self.line.send_bytes(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more; answer what comes on open connections with `Connection: close`; then end.

        A connection that is closed while its next request is on the way fails that request, and HTTP/1.1 has
        no other way to say that there should be none.
        """
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.line.fileno())
        self.drain()
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, CLOSE]
        over = loop.time() + NOTICE_S
        while self.server_state.connections and loop.time() < over:
            await asyncio.sleep(LOOK_S)
        await super().shutdown(sockets)

    def _end(self) -> None:
        self.should_exit = True
