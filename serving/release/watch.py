"""Watching a release folder: when its pointer changes, the slot moves to what it names, or says why not."""

import errno
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TypeAlias

from recsys.errors import BundleError
from serving.engine import Engine
from serving.release.pointer import POINTER, Pointer
from serving.release.slot import Move, Slot, opened
from serving.release.warming import UnfitError

logger = logging.getLogger(__name__)
Seen: TypeAlias = tuple[int, int, int] | None
Told: TypeAlias = Callable[[Move | BundleError], None]
"""Told of each release that was moved to, and of each that was refused."""
TRIES = 3
PASSING = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR, errno.EIO, errno.ESTALE}
"""What the system may have said for want of something, not of the release: it is tried again."""
LONGEST_PAUSE_S = 60.0
"""Before that; each pause is twice as long as the one before."""


def open_current(folder: Path) -> Engine:
    """The engine of the release that a folder serves; raises BundleError if it cannot be served.

    A release that is replaced and removed while it is being opened is not waited for: the next one is opened.
    """
    for _ in range(TRIES):
        release = Pointer.read(folder).release
        try:
            return opened(release.below(folder))
        except BundleError:
            if Pointer.read(folder).release == release:
                raise
    raise BundleError(f"{folder}: the served release changed {TRIES} times while it was being opened")


class Watcher:
    """Looks at a release folder's pointer now and then, on a thread of its own."""

    def __init__(self, folder: Path, slot: Slot, every_s: float = 1.0, told: Told | None = None) -> None:
        self.folder, self.slot, self.every_s, self.told = folder, slot, every_s, told
        self.refused: BundleError | None = None
        """Why the release that the pointer names is not served; None where it is."""
        self._seen: Seen = None
        self._pause_s = every_s
        self._again_at: float | None = None
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name=f"watch {folder.name}", daemon=True)

    def start(self) -> None:
        """Look every `every_s` seconds until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; waits for a move that has begun."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Move the slot if the pointer has changed.

        A refused release is not tried again until then, but for an error that may pass: then with pauses.
        """
        seen = _state_of(self.folder / POINTER)
        due = self._again_at is not None and monotonic() >= self._again_at
        if seen == self._seen and not due:
            return
        self._pause_s = self._pause_s if seen == self._seen else self.every_s
        self._seen, self._again_at = seen, None
        self._follow()

    def _follow(self) -> None:
        asked = POINTER
        try:
            release = Pointer.read(self.folder).release
            asked = release.name
            move = self.slot.move_to(release.below(self.folder))
        except BundleError as error:
            self._refuse(asked, error)
        else:
            self.refused = None
            if move:
                logger.info("moved from %s to %s in %.2f s", move.before, move.after, move.seconds)
                self._tell(move)

    def _refuse(self, asked: str, error: BundleError) -> None:
        self.refused = error
        kind = error.told if isinstance(error, UnfitError) else type(error).__name__
        logger.warning("%s refused, %s serves on: %s", asked, self.slot.engine.release.name, kind)
        if _may_pass(error):
            self._try_again()
        self._tell(error)

    def _try_again(self) -> None:
        self._again_at = monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _watch(self) -> None:
        while not self._stopping.wait(self.every_s):
            try:
                self.look()
            except Exception:
                # Whatever it is, the next release must be seen.
                logger.exception("%s was not followed", POINTER)
                self._try_again()

    def _tell(self, what: Move | BundleError) -> None:
        if self.told:
            self.told(what)


def _may_pass(error: BaseException) -> bool:
    return any(
        isinstance(cause, MemoryError) or (isinstance(cause, OSError) and cause.errno in PASSING)
        for cause in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _state_of(path: Path) -> Seen:
    """What changes whenever the file is replaced; None where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
