"""Engine calls, one after the other, on a thread of their own, so that the event loop is free to answer.

Calls that cannot take long are made on the event loop: a hop to the thread and back would hold it up as long.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

from starlette.types import Receive

from serving.web.call import Call
from serving.web.problems import Problem

Result = TypeVar("Result")
CALLER_LEFT = 499
"""No status of HTTP, but the usual one in logs (nginx)."""
LATEST = 0.1
"""Weight of the latest call in the smoothed time of a call."""
MOST_TIMES = 5.0
"""A call counts as at most so many times the smoothed time: one slow call does not make the service shed."""


class Runner:
    """First come, first served; `Admission` bounds how many wait.

    Scoring leaves nothing to gain from a second thread: it is bound by the processor, and holds the
    interpreter's lock for much of the time.
    """

    def __init__(self, timed: Callable[[str, float], None]) -> None:
        """`timed` is told each call's name and seconds, on whichever thread it was."""
        self.timed = timed
        self.pool = ThreadPoolExecutor(1, "engine")
        self.turn = asyncio.Lock()
        """Held by the call that is computed; those that wait for it stand in line."""
        self.waiting = 0
        self.seconds_per_call = 0.0
        """Smoothed over the latest calls; 0 before the first."""

    async def run(
        self, name: str, work: Callable[[], Result], call: Call, receive: Receive, short: bool = False
    ) -> Result:
        """What the work returns or raises. `receive` is the request's, whose body has been read.

        `short` work is done on the event loop: it must not take longer than the loop may stand still. Raises
        Problem: 504 if the call's deadline passed while it waited, 499 if its caller left meanwhile; the work
        is not begun then.
        """
        self.waiting += 1
        try:
            await self._take_turn(receive)
            try:
                # What else came in meanwhile is admitted or refused before this is computed.
                await asyncio.sleep(0)
                _check_time(call)
                return self._timed(name, work) if short else await self._on_thread(name, work)
            finally:
                self.turn.release()
        finally:
            self.waiting -= 1

    async def _take_turn(self, receive: Receive) -> None:
        if not self.turn.locked():
            await self.turn.acquire()
            return
        turn = asyncio.create_task(self.turn.acquire())
        watch = asyncio.create_task(_cancel_if_gone(turn, receive))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.turn.release()
            if not watch.done():
                raise
            raise caller_left() from None
        finally:
            watch.cancel()

    async def _on_thread(self, name: str, work: Callable[[], Result]) -> Result:
        computed = asyncio.get_running_loop().run_in_executor(self.pool, self._timed, name, work)
        try:
            return await asyncio.shield(computed)
        except asyncio.CancelledError:
            # What has begun goes on: its turn is over when it is.
            await asyncio.wait([computed])
            raise

    def _timed(self, name: str, work: Callable[[], Result]) -> Result:
        began = time.monotonic()
        try:
            return work()
        finally:
            seconds = time.monotonic() - began
            self.seconds_per_call = smoothed(self.seconds_per_call, seconds)
            self.timed(name, seconds)

    def close(self) -> None:
        """End the thread after the call that it is in."""
        self.pool.shutdown(cancel_futures=True)


def caller_left() -> Problem:
    """Nobody waits for the answer any more; only logs and metrics hear of it."""
    return Problem(CALLER_LEFT, "Caller left")


def _check_time(call: Call) -> None:
    if time.monotonic() > call.deadline:
        raise Problem(504, "Deadline passed", "the request waited too long and was not computed")


def smoothed(usual: float, latest: float) -> float:
    """The usual time of a call after another one; `usual` is 0 before the first."""
    if not usual:
        return latest
    return usual + LATEST * (min(latest, MOST_TIMES * usual) - usual)


async def _cancel_if_gone(turn: asyncio.Task[Literal[True]], receive: Receive) -> None:
    """Give up a turn that nobody waits for any more; work that has begun is finished."""
    while (await receive())["type"] != "http.disconnect":
        pass
    turn.cancel()
