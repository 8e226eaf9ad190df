"""What `recsys serve` is asked to serve, and to whom; light, so that a supervisor can hold it."""

from dataclasses import dataclass

from recsys.release import Release
from serving.web.settings import ServeConfig


@dataclass(frozen=True)
class WorkerSettings:
    """Pickled on its way to each worker."""

    settings: ServeConfig
    release: Release | None = None
    """Served as it is, to the one tenant; else what each tenant's folder says, now and later."""
    open_to_all: bool = False
    """Without keys, on this machine alone."""
    playground: bool = False
