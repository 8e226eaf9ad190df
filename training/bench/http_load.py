"""A closed loop of requests over HTTP/1.1: each connection asks again as soon as it is answered.

Requests are bytes made beforehand, and of an answer only its length is read: what the generator itself costs
is small, and is measured (`Load.cpu_ms`). It runs in a process of its own.
"""

import selectors
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter, process_time

from recsys.errors import ConfigError

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
BUFFER = 1 << 20
PATIENCE_S = 30.0
"""The longest wait for any answer."""


@dataclass(frozen=True)
class Load:
    """One turn of one server."""

    seconds: float
    """From the first request to the last answer."""
    latencies_ms: list[float]
    """Of each answered request."""
    cpu_ms: float
    """Of the generator, a request."""


@dataclass
class _Connection:
    """One open connection and the answer that it waits for."""

    socket: socket.socket
    received: bytearray
    asked_at: float = 0.0
    ends_at: int = 0
    """Bytes of the whole answer; 0 while that is not known."""


def load(port: int, requests: Sequence[bytes], connections: int, seconds: float, first: int) -> Load:
    """Ask for so long, the requests in turn, beginning with `first`.

    Raises ConfigError for an answer other than 200, and where none comes.
    """
    with selectors.DefaultSelector() as waiting:
        opened = [_opened(port, waiting) for _ in range(min(connections, len(requests)))]
        try:
            return _ask(
                waiting, opened, (requests[number % len(requests)] for number in count(first)), seconds
            )
        finally:
            for each in opened:
                each.socket.close()


def ask_once(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """The bodies of the answers to each request, one after the other; raises as `load` does."""
    with selectors.DefaultSelector() as waiting:
        connection = _opened(port, waiting)
        with connection.socket:
            return [_answer(connection, request) for request in requests]


def _answer(connection: _Connection, request: bytes) -> bytes:
    _send(connection, request)
    while not _complete(connection):
        pass
    return bytes(connection.received[connection.received.index(END_OF_HEAD) + len(END_OF_HEAD) :])


def _opened(port: int, waiting: selectors.BaseSelector) -> _Connection:
    opened = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    connection = _Connection(opened, bytearray())
    waiting.register(opened, selectors.EVENT_READ, connection)
    return connection


def _ask(
    waiting: selectors.BaseSelector, connections: list[_Connection], requests: Iterator[bytes], seconds: float
) -> Load:
    latencies: list[float] = []
    cpu, started, busy = process_time(), perf_counter(), len(connections)
    for connection in connections:
        _send(connection, next(requests))
    while busy:
        ready = waiting.select(PATIENCE_S)
        if not ready:
            raise ConfigError(f"expected an answer within {PATIENCE_S:g} s, found none")
        for key, _ in ready:
            if not _complete(key.data):
                continue
            now = perf_counter()
            latencies.append(1000 * (now - key.data.asked_at))
            if now - started < seconds:
                _send(key.data, next(requests))
            else:
                busy -= 1
    return Load(perf_counter() - started, latencies, 1000 * (process_time() - cpu) / len(latencies))


def _send(connection: _Connection, request: bytes) -> None:
    connection.received.clear()
    connection.ends_at, connection.asked_at = 0, perf_counter()
    connection.socket.sendall(request)


def _complete(connection: _Connection) -> bool:
    """Read what is there; whether the answer is whole."""
    more = connection.socket.recv(BUFFER)
    connection.received += more
    if not connection.ends_at and END_OF_HEAD in connection.received:
        connection.ends_at = _length(bytes(connection.received))
    if not more:
        raise ConfigError(f"the server closed a connection after {bytes(connection.received)[:200]!r}")
    return 0 < connection.ends_at <= len(connection.received)


def _length(received: bytes) -> int:
    """Bytes of the answer whose head is here."""
    head, _, _ = received.partition(END_OF_HEAD)
    line, *fields = head.lower().split(b"\r\n")
    lengths = [int(field.removeprefix(LENGTH)) for field in fields if field.startswith(LENGTH)]
    if b" 200 " not in line + b" " or not lengths:
        raise ConfigError(f"expected status 200 and a length, found {received[:400]!r}")
    return len(head) + len(END_OF_HEAD) + lengths[0]
