"""Blocks of creators in worker processes; the results come in order, whatever the number of workers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")
AHEAD = 2
"""Calls that wait for each worker, so that none is idle and no more results than needed are held."""


class Workers:
    """Processes for independent calls; with one worker everything happens in this process.

    Close it with `with`: what was not begun by then is dropped.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        # Forked children of a process with threads may hang: start them afresh.
        self._pool = ProcessPoolExecutor(count, get_context("spawn")) if count > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, work: Callable[..., Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """`work(*call)` of every call, in order; `work` is a function of a module."""
        if self._pool is None:
            yield from (work(*call) for call in calls)
            return
        waiting: deque[Future[Result]] = deque()
        for call in calls:
            waiting.append(self._pool.submit(work, *call))
            if len(waiting) > AHEAD * self.count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
