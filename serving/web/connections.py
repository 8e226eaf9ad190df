"""Connections: who sends no request in time is hung up on, and nobody can take all there are.

uvicorn waits for ever for the first request of a connection, and for one that has begun to come.
"""

import resource
from asyncio import TimerHandle, Transport
from dataclasses import dataclass, field
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

RESERVE = 64
"""Open files that are left for a worker's own: keys, pointers, and the folders of two releases."""


def most_connections(wanted: int) -> int:
    """As many connections as are wanted, or as many as this process may have open beside its own files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if files == resource.RLIM_INFINITY else max(1, min(wanted, files - RESERVE))


@dataclass
class Room:
    """For how many connections there is room, and which of them are not being answered, the longest first."""

    most: int
    strangers: "dict[Connection, None]" = field(default_factory=dict)
    """They have not asked anything yet."""
    idle: "dict[Connection, None]" = field(default_factory=dict)
    """They have been answered, and may ask again."""

    def take(self, new: "Connection", count: int) -> None:
        """Let in one of so many; where there are too many, close one that waits: strangers first."""
        self.strangers[new] = None
        if count > self.most:
            others = self.strangers if len(self.strangers) > 1 else self.idle or self.strangers
            longest = next(iter(others))
            self.leave(longest)
            # What it does not read must not keep it open.
            longest.transport.abort()

    def leave(self, one: "Connection") -> None:
        """It is being answered, or gone."""
        self.strangers.pop(one, None)
        self.idle.pop(one, None)


class Connection(HttpToolsProtocol):
    """A connection of HTTP/1.1 on which a request's head comes within `head_s` seconds of its first byte.

    So does the first request. One whose answer did not wait for its body has as long for the rest of it.
    """

    head_s: ClassVar[float]
    room: ClassVar[Room]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._timer: TimerHandle | None = None
        self._in_message = False

    @property
    def _waits(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """It has `head_s` for its first request."""
        super().connection_made(transport)
        self._end_in(self.head_s)
        self.room.take(self, len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stay()
        self.room.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A part of a request, for which uvicorn has stopped its own clock."""
        super().data_received(data)
        if self._waits and self._timer is None and not self.transport.is_closing():
            self._end_in(self.head_s if self._in_message else self.timeout_keep_alive)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._stay()
        self._in_message = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """From here on the app has its deadlines."""
        self._stay()
        self.room.leave(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._stay()
        self._in_message = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It may ask again, until uvicorn's clock says that it is over."""
        super().on_response_complete()
        if self._waits and not self.transport.is_closing():
            self.room.idle[self] = None

    def _end_in(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stay(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def connections_of(head_s: float, most: int) -> type[Connection]:
    """The connections of one worker: at most so many, each with so many seconds for a request's head."""

    class Bounded(Connection):
        pass

    Bounded.head_s, Bounded.room = head_s, Room(most_connections(most))
    return Bounded
