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
from math import inf
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic

LOG = logging.getLogger(__name__)
LONGEST_PAUSE_S = 30.0
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


@dataclass(frozen=True)
class Patience:
    """How long workers are waited for, in seconds."""

    drain: float
    """That a worker may take to end."""
    margin: float = 5.0
    """One that takes longer than it may by this is killed."""
    starting: float = 120.0
    """One that does not serve by then is killed."""
    pause: float = 0.5
    """Before another is started in a dead one's place: twice as long after each that dies at its start."""


def unheard(*_: object) -> None:
    """For whom it may not concern."""


@dataclass(frozen=True)
class Heard:
    """Who hears what became of workers."""

    served: Callable[[], None] = unheard
    """The first of all serves."""
    buried: Callable[[int], None] = unheard
    """The process with this id has ended."""


@dataclass(eq=False)
class Worker:
    """A process that serves, and the line on which it says that it does."""

    process: SpawnProcess
    line: Connection
    started: float = field(default_factory=monotonic)
    ready: bool = False
    ends_by: float | None = None
    """Killed where it has not ended by then; None while it may stay."""

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

    def retire(self, seconds: float) -> None:
        """End, within so many seconds, once it has answered what it took."""
        if self.ends_by is None:
            self.ends_by = monotonic() + seconds
            self.process.terminate()

    def kill(self) -> None:
        """End at once."""
        LOG.warning("worker %s is killed: it did not end", self.process.pid)
        self.ends_by = inf
        self.process.kill()

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
        self, job: Job, listener: socket.socket, count: int, patience: Patience, heard: Heard | None = None
    ) -> None:
        self.job, self.listener, self.count, self.patience = job, listener, count, patience
        self.heard = heard or Heard()
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
                if signal.SIGHUP not in self._signals:
                    self._wait(woken)
                    continue
                # However many have come, workers are replaced once.
                while signal.SIGHUP in self._signals:
                    self._signals.remove(signal.SIGHUP)
                self._replace_all(woken)
            # Nobody connects any more to what nobody will accept.
            self.listener.close()
            self._end_all(woken)
        return 1 if self._gives_up else 0

    @property
    def _stops(self) -> bool:
        return self._told_to_stop > 0

    @property
    def _told_to_stop(self) -> int:
        return sum(one != signal.SIGHUP for one in self._signals)

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
            # One that has died meanwhile is not one to replace: another is started where it was.
            if old in self.workers and not self._stops and not self._replace(old, woken):
                LOG.warning("the others are not replaced: a new worker did not serve")
                return

    def _replace(self, old: Worker, woken: socket.socket) -> bool:
        """Whether another worker serves, and the old one has ended; or all of them are told to stop."""
        new = Worker.start(self.job, self.listener)
        self.workers.append(new)
        self._until(woken, lambda: new.ready or new not in self.workers or self._stops)
        if new.ready and old in self.workers:
            old.retire(self._ending_s)
            self._until(woken, lambda: old not in self.workers or self._stops)
        return new.ready or self._stops

    @property
    def _ending_s(self) -> float:
        return self.patience.drain + self.patience.margin

    def _end_all(self, woken: socket.socket) -> None:
        """End workers once they have answered what they took, or at once when told to stop again."""
        for worker in self.workers:
            worker.retire(self._ending_s)
        self._until(woken, lambda: not self.workers or self._told_to_stop > 1)
        for worker in self.workers:
            worker.kill()
        self._until(woken, lambda: not self.workers)

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
        for worker in self.workers:
            if worker.ends_by is not None and monotonic() > worker.ends_by:
                worker.kill()
        for worker in [one for one in self.workers if not one.process.is_alive()]:
            self._bury(worker)

    def _look_at_start(self, worker: Worker) -> None:
        worker.hear()
        if worker.ready:
            LOG.info("worker %s serves after %.1f s", worker.process.pid, monotonic() - worker.started)
            if not self._has_served:
                self.heard.served()
            self._failed_starts, self._has_served = 0, True
        elif monotonic() > worker.started + self.patience.starting:
            worker.process.kill()

    def _bury(self, worker: Worker) -> None:
        self.workers.remove(worker)
        pid, code = worker.process.pid or 0, worker.close()
        self.heard.buried(pid)
        if self._stops or worker.ends_by is not None or (worker.ready and code == 0):
            LOG.info("worker %s ended", pid)
            return
        LOG.warning("worker %s %s with exit code %s", pid, "died" if worker.ready else "did not start", code)
        self._failed_starts += not worker.ready
        pause = min(self.patience.pause * 2**self._failed_starts, LONGEST_PAUSE_S)
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
