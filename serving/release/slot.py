"""The slot: the one attribute that says which engine answers, and how another one takes its place."""

from dataclasses import dataclass
from threading import Lock
from time import perf_counter, sleep

from recsys.errors import BundleError
from recsys.release import Release
from serving.engine import Engine
from serving.release.warming import Rest, UnfitError, no_rest, warm


@dataclass(frozen=True)
class Move:
    """A change of engines that took place."""

    before: str
    """Names of the releases."""
    after: str
    seconds: float
    """From the start of opening until the new one served."""


class Slot:
    """Holds the engine that serves. Who reads `engine` once per request answers wholly from one release."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._moving = Lock()

    def move_to(self, release: Release) -> Move | None:
        """Serve another release from now on: opened aside, proven and warmed first. None if it is served.

        What both releases have in common is not opened again. Requests go on meanwhile on the old engine,
        which is freed when the last of them is answered. Raises BundleError if the release cannot be served;
        the old one serves on then.
        """
        with self._moving:
            before, started = self.engine, perf_counter()
            if release.name == before.release.name:
                return None
            # While the new engine is warmed, requests get at least every second turn.
            after = opened(release, before, sleep)
            self.engine = after
            return Move(before.release.name, after.release.name, perf_counter() - started)


def opened(release: Release, before: Engine | None = None, rest: Rest = no_rest) -> Engine:
    """A proven and warm engine; raises BundleError for a release that cannot be served, whatever the cause.

    It takes over from `before` what it has in common with it; `rest` as in `warm`.
    """
    try:
        engine = Engine.open(release, before)
        warm(engine, rest)
    except BundleError:
        raise
    except Exception as error:
        # What a foreign folder makes this code raise must not end what serves.
        raise UnfitError(f"{release.name} cannot be served", error) from error
    return engine
