"""A server that gives everyone the same answer: what the load generator can do at most.

`python -m training.bench.http_peers.fixed_answer PORT BYTES`
"""

import asyncio
import re
import sys

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class FixedAnswer(asyncio.Protocol):
    """Answers as soon as a request is whole."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.received = answer, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Read a request, which nobody sends before the last answer."""
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self.received = b""
            self.transport.write(self.answer)  # type: ignore[attr-defined]  # asyncio types it as its base


async def serve(port: int, size: int) -> None:
    """Listen until the process ends."""
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (size, b"x" * size)
    server = await asyncio.get_running_loop().create_server(lambda: FixedAnswer(answer), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
