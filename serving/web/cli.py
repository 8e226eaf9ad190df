"""`recsys serve`: the service, from its settings."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from prometheus_client.multiprocess import mark_process_dead

from recsys.config import parse
from recsys.errors import ConfigError
from recsys.release import Release
from serving.release.pointer import Pointer
from serving.web.access_log import log_as_json
from serving.web.metrics import SHARED_FOLDER
from serving.web.playground import page
from serving.web.settings import SETTINGS, ServeConfig
from serving.web.supervisor import Heard, Job, Patience, Supervisor, unheard
from serving.web.worker_settings import WorkerSettings

LOG = logging.getLogger(__name__)
WORKER = "serving.web.worker:serve"
"""By name: what answers is imported in the workers alone."""
WAITING = 2_048
"""Connections that the system holds until a worker takes them."""


def serve(  # noqa: PLR0913, PLR0917  # one parameter for each option
    config: Annotated[Path, typer.Option(help="Settings as YAML.")] = SETTINGS,
    releases: Annotated[Path | None, typer.Option(help="Folder of `recsys publish` to follow.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Serve this bundle of creators for briefs.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="On this snapshot, whatever is published.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="0 picks a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that share the socket.")] = None,
    keys: Annotated[Path | None, typer.Option(help="File of API keys (recsys keys).")] = None,
    open_to_all: Annotated[bool, typer.Option("--open", help="Without keys, on this machine alone.")] = False,
    playground: Annotated[bool, typer.Option("--playground", help="Add a page, at /playground.")] = False,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a.b=value.")] = None,
) -> None:
    """Answer requests until SIGTERM or SIGINT, which end it with 0 once everything is answered.

    SIGHUP replaces the workers one after another. What is left out is as the settings say.
    Examples: recsys serve --releases demo/releases --open --playground
    · recsys serve --workers 2 --keys keys.json · recsys serve --snapshot S --bundle B --open
    """
    loaded = ServeConfig.load(config, settings or ())
    given = {"host": host, "port": port, "workers": workers, "keys": keys}
    chosen = changed(loaded, releases, {name: value for name, value in given.items() if value is not None})
    release = by_path(bundle, snapshot)
    check(chosen, release)
    log_as_json()
    code = run(WorkerSettings(chosen, release, open_to_all, playground))
    raise typer.Exit(code)


def changed(settings: ServeConfig, releases: Path | None, given: dict[str, Any]) -> ServeConfig:
    """Settings with what the options say; raises ConfigError for what they cannot be."""
    values = settings.model_dump() | given
    if releases is not None:
        values["tenants"] = {_only_tenant(settings, "--releases"): {"releases": releases}}
    return parse(ServeConfig, values, source="recsys serve")


def by_path(bundle: Path | None, snapshot: Path | None) -> Release | None:
    """A release that is served as it is; None where folders are followed."""
    if snapshot is None:
        if bundle is not None:
            raise ConfigError("--bundle needs the --snapshot that it ranks")
        return None
    return Release(snapshot=snapshot, match=bundle)


def check(settings: ServeConfig, release: Release | None) -> None:
    """Raises what each worker would raise soon, once and in time."""
    if release is not None:
        _only_tenant(settings, "--snapshot")
        return
    for tenant in settings.tenants.values():
        Pointer.read(tenant.releases)


def _only_tenant(settings: ServeConfig, option: str) -> str:
    if len(settings.tenants) > 1:
        raise ConfigError(f"{option} serves one tenant, the settings have {sorted(settings.tenants)}")
    return next(iter(settings.tenants))


def run(worker: WorkerSettings) -> int:
    """Supervise the workers until told to stop; the exit code."""
    settings = worker.settings
    with listening(settings.host, settings.port) as listener, counted_together(settings.workers) as folder:
        buried = partial(mark_process_dead, path=folder) if folder else unheard
        heard = Heard(partial(announce, listener, worker.playground), buried)
        job, patience = Job(WORKER, worker), Patience(settings.drain_s)
        return Supervisor(job, listener, settings.workers, patience, heard).run()


def announce(listener: socket.socket, playground: bool) -> None:
    """Log where the service is, and its page if it has one."""
    host, port = listener.getsockname()[:2]
    LOG.info("listening on %s port %d", host, port)
    if playground:
        LOG.info("playground at http://%s:%d%s", f"[{host}]" if ":" in host else host, port, page.PATH)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket; raises ConfigError where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as error:
        raise ConfigError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    with listener:
        yield listener


@contextmanager
def counted_together(workers: int) -> Iterator[str | None]:
    """A folder in which several workers add up what they count; None for one worker, which needs none."""
    if workers == 1:
        yield None
        return
    with TemporaryDirectory(prefix="recsys-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        yield folder
