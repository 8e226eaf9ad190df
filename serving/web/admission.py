"""Shedding: what is too much is refused at once, before a byte of its body is read. The outermost layer.

An admitted request waits for those before it, and what cannot be computed in time is better refused while
its caller can still ask elsewhere. By Little's law the last of n admitted requests waits n times as long as a
call takes, so the number admitted follows that time: many short calls, few long ones.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.web import health, inference_protocol
from serving.web.call import Call, new_request_id
from serving.web.problems import PROBLEM_JSON, Problem, document_of
from serving.web.settings import ServeConfig

LEAST = 2
"""Always admitted: one that is computed and one that is read meanwhile; so the time of a call stays known."""
ALWAYS = frozenset(
    {health.LIVE, health.READY, health.METRICS, inference_protocol.LIVE, inference_protocol.READY}
)
"""Paths that operators need most when there is too much of the rest."""


class Counted(Protocol):
    """What admission counts (`serving.web.metrics.Metrics`)."""

    def shed(self) -> None:
        """A request that was refused."""

    def came(self) -> None:
        """A request that was admitted."""

    def left(self) -> None:
        """An admitted request that is over."""


class Admission:
    """Admits requests, begins their `Call` and puts its id on the answer; refuses what is too much."""

    def __init__(
        self, app: ASGIApp, settings: ServeConfig, counted: Counted, seconds_per_call: Callable[[], float]
    ) -> None:
        self.app, self.settings, self.counted = app, settings, counted
        self.seconds_per_call = seconds_per_call
        self.in_flight = 0

    @property
    def most(self) -> int:
        """Requests admitted at once, as long as calls take what they took of late."""
        wait, each = self.settings.wait_ms / 1_000, self.seconds_per_call()
        # A call of no time lets the fixed limit stand.
        fit = self.settings.in_flight if each <= 0 else int(min(wait / each, self.settings.in_flight))
        return max(fit, LEAST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on; whatever is no request is handed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] in ALWAYS:
            await self._hand_on(scope, receive, send)
        elif self.in_flight >= self.most:
            await self._refuse(send)
        else:
            self.in_flight += 1
            try:
                await self._hand_on(scope, receive, send)
            finally:
                self.in_flight -= 1

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call.begin(scope, self.settings.deadline_ms / 1_000)
        self.counted.came()
        try:
            await self.app(scope, in_time(receive, call), followed(send, call))
        finally:
            self.counted.left()

    async def _refuse(self, send: Send) -> None:
        self.counted.shed()
        problem = Problem(503, "Overloaded", "more requests came than can be answered in time; ask again")
        request_id = new_request_id()
        body = json.dumps(document_of(problem, request_id)).encode()
        headers = [
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"retry-after", b"%d" % self.settings.retry_after_s),
            (b"x-request-id", request_id.encode()),
        ]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def in_time(receive: Receive, call: Call) -> Receive:
    """`receive` until the body is there: raises Problem 408 where it is not by the call's deadline."""
    awaited = True

    async def timed() -> Message:
        nonlocal awaited
        if not awaited:
            return await receive()
        try:
            async with asyncio.timeout(call.deadline - call.started - call.seconds):
                message = await receive()
        except TimeoutError:
            detail = "the body did not come in time"
            raise Problem(408, "Request timeout", detail, {"connection": "close"}) from None
        awaited = message.get("more_body", False)
        return message

    return timed


def followed(send: Send, call: Call) -> Send:
    """`send` that notes what is sent in the call, and puts its id on the answer."""

    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", call.request_id.encode())]
        else:
            call.sent += len(message.get("body", b""))
        await send(message)

    return noting
