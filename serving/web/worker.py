"""A worker: every tenant's engine, proven and warm, the app on them, and what follows the release folders."""

import logging
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from recsys.errors import BundleError, RecsysError
from recsys.release import Release
from serving.engine import Engine
from serving.release.slot import Move, Slot, opened
from serving.release.warming import UnfitError
from serving.release.watch import Told, Watcher, open_current
from serving.web.access_log import log_as_json
from serving.web.app import create_app
from serving.web.metrics import Metrics
from serving.web.playground.routes import playground_routes
from serving.web.running import Runner
from serving.web.server import run_uvicorn
from serving.web.service import Service
from serving.web.tenants import Gate
from serving.web.tracing import tracer_of
from serving.web.worker_settings import WorkerSettings

LOG = logging.getLogger(__name__)
SWITCH_S = 0.0005
"""How long a thread may hold the interpreter: requests do not wait for what is opened beside them."""


def serve(worker: WorkerSettings, listener: socket.socket, line: Connection) -> None:
    """Serve until SIGTERM or SIGINT; the process ends with 0 then, and otherwise if it cannot serve."""
    for caught in (signal.SIGTERM, signal.SIGINT):
        signal.signal(caught, _leave)
    sys.setswitchinterval(SWITCH_S)
    log_as_json()
    try:
        with service_of(worker) as service:
            more = playground_routes(service) if worker.playground else ()
            app = create_app(service, more, tracer_of(worker.settings))
            drain = partial(setattr, service, "draining", True)
            run_uvicorn(app, worker.settings, listener, line, drain)
    except RecsysError as error:
        # Whoever operates it is told what to do, not where it was found, nor what is in a release.
        LOG.error("%s", error.told if isinstance(error, UnfitError) else error)  # noqa: TRY400  as it says above
        sys.exit(error.exit_code)
    finally:
        listener.close()
        # prometheus_client leaves its files open until the process ends.
        warnings.simplefilter("ignore", ResourceWarning)


def _leave(_signal: int, _frame: object) -> NoReturn:
    """While there is nothing to answer yet, and once everything is answered."""
    sys.exit(0)


@contextmanager
def service_of(worker: WorkerSettings) -> Iterator[Service]:
    """What the app asks, for as long as the block runs.

    Raises BundleError for a release that cannot be served, and ConfigError where nobody could be let in.
    """
    settings = worker.settings
    slots = {
        name: Slot(_engine(tenant.releases, worker.release)) for name, tenant in settings.tenants.items()
    }
    metrics = Metrics(lambda: {name: slot.engine.release.name for name, slot in slots.items()})
    gate = (Gate.without_keys if worker.open_to_all else Gate.of)(settings, metrics)
    with ExitStack() as ending:
        runner = Runner(metrics.timed)
        ending.callback(runner.close)
        for name, slot in slots.items() if worker.release is None else ():
            watcher = Watcher(settings.tenants[name].releases, slot, settings.poll_s, _counted_by(metrics))
            watcher.start()
            ending.callback(watcher.stop)
        yield Service(slots, gate, settings, runner, metrics)


def _engine(folder: Path, release: Release | None) -> Engine:
    return open_current(folder) if release is None else opened(release)


def _counted_by(metrics: Metrics) -> Told:
    def told(what: Move | BundleError) -> None:
        metrics.swapped(isinstance(what, Move))

    return told
