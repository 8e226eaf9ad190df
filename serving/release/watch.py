"""Watching a release folder: when its pointer changes, the slot moves to what it names, or says why not."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import TypeAlias

from recsys.errors import BundleError
from serving.engine import Engine
from serving.release.pointer import POINTER, Pointer
from serving.release.slot import Move, Slot, opened

logger = logging.getLogger(__name__)
Seen: TypeAlias = tuple[int, int, int] | None
Told: TypeAlias = Callable[[Move | BundleError], None]
"""Told of each release that was moved to, and of each that was refused."""
TRIES = 3


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
        """Move the slot if the pointer has changed. A refused release is not tried again until then."""
        seen = _state_of(self.folder / POINTER)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            move = self.slot.move_to(Pointer.read(self.folder).release.below(self.folder))
        except BundleError as error:
            self.refused = error
            logger.warning("release refused, %s serves on: %s", self.slot.engine.release.name, error)
            self._tell(error)
        else:
            self.refused = None
            if move:
                logger.info("moved from %s to %s in %.2f s", move.before, move.after, move.seconds)
                self._tell(move)

    def _watch(self) -> None:
        while not self._stopping.wait(self.every_s):
            self.look()

    def _tell(self, what: Move | BundleError) -> None:
        if self.told:
            self.told(what)


def _state_of(path: Path) -> Seen:
    """What changes whenever the file is replaced; None where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
