"""Asks a service for more than it can give, as a process of its own, and tells what became of it.

`python flood.py <settings as JSON>` prints JSON. An open loop sends by the clock, whatever comes back, as
many independent callers would; a closed one (`rate` 0) sends when an answer has come. It does without an HTTP
library: asking must cost less than refusing.
"""

import asyncio
import json
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from time import perf_counter

import uvloop

TICK_S = 0.002
LIVE = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
LIVE_EVERY_S = 0.02
LEAVE_S = 3.0
"""Answers that take longer after the last request count as never come."""


@dataclass
class Flood:
    """What is sent, and what became of it."""

    port: int
    body: str
    key: str
    seconds: float
    rate: float = 0.0
    """A second; 0 for a closed loop."""
    callers: int = 4
    """Of a closed loop."""
    path: str = "/v1/match"
    free: deque = field(default_factory=deque)
    """Connections that wait for a request."""
    answers: list = field(default_factory=list)
    """(status, seconds) of each request; status 0 where the connection broke."""
    live: list = field(default_factory=list)
    sent: int = 0

    @property
    def request(self):
        """Its bytes."""
        body = self.body.encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {self.key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def told(self):
        """Counts of statuses, and times in seconds: median, 99th percentile, longest."""
        return {
            "sent": self.sent,
            "statuses": Counter(status for status, _ in self.answers),
            "good": quantiles([seconds for status, seconds in self.answers if status == 200]),
            "refused": quantiles([seconds for status, seconds in self.answers if status != 200]),
            "live": quantiles([seconds for _, seconds in self.live]),
            "live_statuses": Counter(status for status, _ in self.live),
        }


def quantiles(seconds):
    """Median, 99th percentile and longest; of nothing: nothing."""
    ordered = sorted(seconds)
    return [ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in (0.5, 0.99, 1) if ordered]


class Connection(asyncio.Protocol):
    """A kept-alive connection with one request on it at a time."""

    def __init__(self, done):
        self.done = done
        self.received, self.since, self.transport = b"", None, None

    def connection_made(self, transport):
        self.transport = transport

    def ask(self, request, due):
        """Send; the time counts from when it was due."""
        self.since, self.received = due, b""
        self.transport.write(request)

    def data_received(self, data):
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if found and len(body) >= length_of(head):
            self._end(int(head[9:12]))

    def connection_lost(self, error):
        if self.since is not None:
            self._end(0)

    def _end(self, status):
        seconds, self.since = perf_counter() - self.since, None
        self.done(self, status, seconds)


def length_of(head):
    """Bytes of the body that a head announces."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def connected(flood, done):
    """A connection; `done` is told of each answer."""
    make = asyncio.get_running_loop().create_connection
    _, connection = await make(lambda: Connection(done), "127.0.0.1", flood.port)
    return connection


async def ask_by_the_clock(flood):
    """So many requests a second, each on a free connection or a new one."""
    request, opening, started = flood.request, set(), perf_counter()

    def done(connection, status, seconds):
        flood.answers.append((status, seconds))
        if status:
            flood.free.append(connection)

    async def on_a_new_one(due):
        (await connected(flood, done)).ask(request, due)

    while (passed := perf_counter() - started) < flood.seconds:
        while flood.sent < passed * flood.rate:
            due = started + flood.sent / flood.rate
            flood.sent += 1
            if flood.free:
                flood.free.popleft().ask(request, due)
            else:
                opening.add(asyncio.create_task(on_a_new_one(due)))
        await asyncio.sleep(TICK_S)


async def ask_in_turn(flood):
    """Each caller asks again when it has been answered."""
    request, over = flood.request, perf_counter() + flood.seconds

    def done(connection, status, seconds):
        flood.answers.append((status, seconds))
        if status and perf_counter() < over:
            flood.sent += 1
            connection.ask(request, perf_counter())

    for _ in range(flood.callers):
        flood.sent += 1
        (await connected(flood, done)).ask(request, perf_counter())
    await asyncio.sleep(flood.seconds)


async def ask_whether_alive(flood):
    """Every now and then, on a connection of its own."""
    over, answered = perf_counter() + flood.seconds, asyncio.Event()

    def done(connection, status, seconds):
        flood.live.append((status, seconds))
        answered.set()

    connection = await connected(flood, done)
    while perf_counter() < over:
        answered.clear()
        connection.ask(LIVE, perf_counter())
        await asyncio.wait_for(answered.wait(), LEAVE_S)
        await asyncio.sleep(LIVE_EVERY_S)


async def run(flood):
    """Everything at once; then what is still on its way is waited for."""
    asking = ask_by_the_clock(flood) if flood.rate else ask_in_turn(flood)
    await asyncio.gather(asking, ask_whether_alive(flood))
    over = perf_counter() + LEAVE_S
    while len(flood.answers) < flood.sent and perf_counter() < over:
        await asyncio.sleep(TICK_S)


def main():
    """As the first argument says."""
    flood = Flood(**json.loads(sys.argv[1]))
    uvloop.run(run(flood))
    sys.stdout.write(json.dumps(flood.told()))


if __name__ == "__main__":
    main()
