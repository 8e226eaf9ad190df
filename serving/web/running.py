"""Engine calls, one after the other: long ones on a thread of their own, so that the event loop is free."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Literal, TypeVar

from starlette.types import Receive

from serving.web.call import Call
from serving.web.problems import Problem

Result = TypeVar("Result")
SHORT_S = 0.005
"""Calls that usually take less are done on the event loop, which a hop to the thread would hold up as long.

*Measured* on calls of .6 ms, two threads that want the interpreter take half as much CPU time again as one.
"""
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
        self.seconds: dict[str, float] = {}
        """By name, smoothed over the latest calls."""
        self.seconds_per_call = 0.0
        """Of all, smoothed over the latest calls; 0 before the first."""

    async def run(self, name: str, work: Callable[[], Result], call: Call, receive: Receive) -> Result:
        """What the work returns or raises. `receive` is the request's, whose body has been read.

        Raises Problem: 504 if the call's deadline passed while it waited, 499 if its caller left meanwhile;
        the work is not begun then.
        """
        self.waiting += 1
        try:
            await self._take_turn(receive)
            try:
                # What else came in meanwhile is admitted or refused before this is computed.
                await asyncio.sleep(0)
                return await self._compute(name, work, call)
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
            raise Problem(499, "Caller left") from None
        finally:
            watch.cancel()

    async def _compute(self, name: str, work: Callable[[], Result], call: Call) -> Result:
        if time.monotonic() > call.deadline:
            raise Problem(504, "Deadline passed", "the request waited too long and was not computed")
        if self.seconds.get(name, inf) < SHORT_S:
            return self._timed(name, work)
        return await asyncio.get_running_loop().run_in_executor(self.pool, self._timed, name, work)

    def _timed(self, name: str, work: Callable[[], Result]) -> Result:
        began = time.monotonic()
        try:
            return work()
        finally:
            seconds = time.monotonic() - began
            self.seconds[name] = smoothed(self.seconds.get(name, 0.0), seconds)
            self.seconds_per_call = smoothed(self.seconds_per_call, seconds)
            self.timed(name, seconds)

    def close(self) -> None:
        """End the thread after the call that it is in."""
        self.pool.shutdown(cancel_futures=True)


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
