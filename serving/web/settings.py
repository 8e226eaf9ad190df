"""Settings of the service: `configs/serving.yaml`, complete, and strict about keys it does not know."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from recsys.config import Config

SETTINGS = Path("configs/serving.yaml")
"""Where settings are unless `--config` says so."""
TenantName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""Names a marketplace. It stands in logs and metrics, so it must not be a person's name."""


class TenantConfig(Config):
    """One marketplace. Tenants share a process and its limits, and nothing that is answered."""

    releases: Path
    """Folder that its releases are published into (`recsys publish`)."""


class ServeConfig(Config):
    """The service. Limits hold for each worker; ms and s are milliseconds and seconds."""

    host: str
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65_535)]
    """0 picks a free one."""
    workers: Annotated[int, Field(ge=1, le=256)]
    """Processes that share the socket: one a core."""
    keys: Path | None
    """File of API keys (`recsys keys add`); null only behind `--open`."""
    tenants: Annotated[dict[TenantName, TenantConfig], Field(min_length=1)]
    metrics_open: bool
    """Whether `/metrics` answers without a key of the scope `metrics`."""
    most_body_bytes: Annotated[int, Field(ge=1_000)]
    """Longer bodies are answered 413."""
    deadline_ms: Annotated[int, Field(ge=10)]
    """What could not begin to be computed by then is answered 504; 408 where the body is not there yet."""
    in_flight: Annotated[int, Field(ge=1)]
    """Requests admitted at once; the others are answered 503 before their body is read."""
    wait_ms: Annotated[int, Field(ge=1)]
    """Fewer are admitted where the last of them would wait longer than this, as calls take long of late."""
    retry_after_s: Annotated[int, Field(ge=1)]
    """What a refused caller is asked to wait."""
    connections: Annotated[int, Field(ge=1)]
    """Open at once, if the limit of open files allows them. Above it, who waits longest is closed."""
    head_s: Annotated[float, Field(gt=0)]
    """A connection whose request's head is not there by then is closed."""
    keep_alive_s: Annotated[int, Field(ge=0)]
    """Idle connections are closed after it; longer than that of a load balancer in front."""
    drain_s: Annotated[float, Field(gt=0)]
    """After SIGTERM, the time that admitted requests have to end."""
    poll_s: Annotated[float, Field(gt=0)]
    """How often a tenant's folder is looked at for another release."""
    traces: str | None
    """OTLP/HTTP endpoint of spans; null where OTEL_EXPORTER_OTLP_ENDPOINT is not set either: none."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.wait_ms >= self.deadline_ms:
            raise ValueError(f"expected wait_ms below deadline_ms {self.deadline_ms}, found {self.wait_ms}")
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
