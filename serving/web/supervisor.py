"""The supervisor: workers on one listening socket, replaced when they die, or one after another on SIGHUP.

uvicorn has one too. It starts a worker that dies while importing again and again, waits for a hanging one for
ever, ends with 0 though nothing was served, and leaves its workers alone when it is killed.
"""

import logging
import pkgutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic

LOG = logging.getLogger(__name__)
STARTING_S = 120.0
"""A worker that does not serve by then is killed."""
MARGIN_S = 5.0
"""A worker that drains longer than it may by this is killed."""
PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
"""Before another worker is started in a dead one's place: twice as long after each that dies at its start."""
TRIES = 5
"""As many workers that die at their start while none serves end the service."""
TICK_S = 0.2
READY = b"ready"
# A child is spawned, not forked: threads of the parent's libraries do not exist in a fork, and a restarted
# worker imports the code that lies on disk by then.
SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Job:
    """What a worker does: a function by name, so that the parent need not import what serves."""

    target: str
    """`module:function` of (argument, listener, line). It serves on the listener, sends `READY` down the line
    once it does, and ends when the line's other end is gone."""
    argument: object

    def __call__(self, listener: socket.socket, line: Connection) -> None:
        """Do it, in the worker's process."""
        pkgutil.resolve_name(self.target)(self.argument, listener, line)


@dataclass(eq=False)
class Worker:
    """A process that serves, and the line on which it says that it does."""

    process: SpawnProcess
    line: Connection
    started: float = field(default_factory=monotonic)
    ready: bool = False

    @classmethod
    def start(cls, job: Job, listener: socket.socket) -> "Worker":
        """Spawn a process that does the job."""
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(target=job, args=(listener, theirs), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    def hear(self) -> None:
        """Take in what the worker has said."""
        try:
            while not self.ready and self.line.poll():
                self.ready = self.line.recv_bytes() == READY
        except (EOFError, OSError):
            return  # It has ended: its process says how.

    def close(self) -> int | None:
        """Forget a process that has ended; its exit code."""
        self.process.join()
        code = self.process.exitcode
        self.line.close()
        self.process.close()
        return code


class Supervisor:
    """Keeps so many workers serving until SIGTERM or SIGINT; a second one waits for nothing any more."""

    def __init__(
        self,
        job: Job,
        listener: socket.socket,
        count: int,
        drain_s: float,
        buried: Callable[[int], None] | None = None,
    ) -> None:
        """`drain_s` is what a worker may take to end; `buried` is told the id of each process that has."""
        self.job, self.listener, self.count, self.drain_s = job, listener, count, drain_s
        self.buried = buried
        self.workers: list[Worker] = []
        self._signals: list[int] = []
        self._failed_starts = 0
        self._next_start = 0.0
        self._has_served = False

    def run(self) -> int:
        """Serve until told to stop. The exit code: 0, or 1 where workers cannot start."""
        with _signals_into(self._signals) as woken:
            while not self._stops and not self._gives_up:
                self._refill()
                self._wait(woken)
                if signal.SIGHUP in self._signals:
                    self._signals[:] = [one for one in self._signals if one != signal.SIGHUP]
                    self._replace_all(woken)
            # Nobody connects any more to what nobody will accept.
            self.listener.close()
            self._retire(list(self.workers), woken)
        return 1 if self._gives_up else 0

    @property
    def _stops(self) -> bool:
        return signal.SIGTERM in self._signals or signal.SIGINT in self._signals

    @property
    def _gives_up(self) -> bool:
        return self._failed_starts >= (TRIES if self._has_served else 1) and not self._serving

    @property
    def _serving(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.ready]

    def _refill(self) -> None:
        while len(self.workers) < self.count and monotonic() >= self._next_start:
            self.workers.append(Worker.start(self.job, self.listener))

    def _replace_all(self, woken: socket.socket) -> None:
        """A worker retires once the one in its place serves; where that cannot, the old ones serve on."""
        LOG.info("replacing %d workers", len(self.workers))
        for old in list(self.workers):
            new = Worker.start(self.job, self.listener)
            self.workers.append(new)
            self._until(woken, partial(self._is_decided, new))
            if not new.ready:
                LOG.warning("the others are not replaced: a new worker did not serve")
                return
            self._retire([old], woken)

    def _is_decided(self, new: Worker) -> bool:
        return new.ready or new not in self.workers or self._stops

    def _retire(self, workers: list[Worker], woken: socket.socket) -> None:
        """End workers once they have answered what they took; kill those that do not end."""
        for worker in workers:
            if worker in self.workers:
                worker.process.terminate()
        over = monotonic() + self.drain_s + MARGIN_S
        told = len(self._signals)
        self._until(
            woken,
            lambda: not set(workers) & set(self.workers) or monotonic() > over or len(self._signals) > told,
        )
        for worker in set(workers) & set(self.workers):
            LOG.warning("worker %s is killed: it did not end", worker.process.pid)
            worker.process.kill()

    def _until(self, woken: socket.socket, reached: Callable[[], bool]) -> None:
        while not reached():
            self._wait(woken, TICK_S)

    def _wait(self, woken: socket.socket, seconds: float | None = None) -> None:
        """Until a signal has come, a worker is ready or has ended, or time is up."""
        starting = [worker for worker in self.workers if not worker.ready]
        pending = starting or len(self.workers) < self.count
        sentinels = [worker.process.sentinel for worker in self.workers]
        timeout = seconds if seconds is not None or not pending else TICK_S
        if woken in wait([woken, *sentinels, *(one.line for one in starting)], timeout):
            woken.recv(4096)
        for worker in starting:
            self._look_at_start(worker)
        for worker in [one for one in self.workers if not one.process.is_alive()]:
            self._bury(worker)

    def _look_at_start(self, worker: Worker) -> None:
        worker.hear()
        if worker.ready:
            LOG.info("worker %s serves after %.1f s", worker.process.pid, monotonic() - worker.started)
            self._failed_starts, self._has_served = 0, True
        elif monotonic() > worker.started + STARTING_S:
            worker.process.kill()

    def _bury(self, worker: Worker) -> None:
        self.workers.remove(worker)
        pid, code = worker.process.pid or 0, worker.close()
        if self.buried:
            self.buried(pid)
        if self._stops or (worker.ready and code == 0):
            LOG.info("worker %s ended", pid)
            return
        LOG.warning("worker %s %s with exit code %s", pid, "died" if worker.ready else "did not start", code)
        self._failed_starts += not worker.ready
        pause = min(PAUSE_S * 2**self._failed_starts, LONGEST_PAUSE_S)
        self._next_start = monotonic() + pause


@contextmanager
def _signals_into(found: list[int]) -> Iterator[socket.socket]:
    """Collect signals; the yielded socket can be read from once one has come."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    caught = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {one: signal.signal(one, lambda number, _frame: found.append(number)) for one in caught}
    former = signal.set_wakeup_fd(theirs.fileno())
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(former)
        for one, handler in before.items():
            signal.signal(one, handler)
        ours.close()
        theirs.close()
