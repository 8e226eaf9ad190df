"""The service: what every route asks, and how a request becomes a tenant and an engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from serving.engine import Engine
from serving.release.slot import Slot
from serving.web.call import call_of
from serving.web.metrics import Metrics
from serving.web.running import Runner
from serving.web.settings import ServeConfig
from serving.web.tenants import Gate, Tenant

RELEASE = "x-release"
"""Header of every answer of an engine: which release it is of."""


@dataclass
class Service:
    """One worker's parts; `create_app` makes an app of them."""

    slots: Mapping[str, Slot]
    """By tenant."""
    gate: Gate
    settings: ServeConfig
    runner: Runner
    metrics: Metrics
    draining: bool = False
    """Set while the worker ends: it answers still, and is not ready for more."""

    @property
    def ready(self) -> bool:
        """Whether more requests may be sent here: every slot holds an engine that was proven."""
        return bool(self.slots) and not self.draining

    def admit(self, scope: Scope, headers: Headers, name: str) -> Tenant:
        """Who asks; raises Refused where the gate does not let them ask for `name`."""
        tenant = self.gate.admit(headers, name)
        call_of(scope).tenant = tenant.name
        return tenant

    def engine_of(self, scope: Scope, tenant: Tenant) -> Engine:
        """The tenant's engine now. Asked for once per request, so that an answer is wholly of one release."""
        engine = self.slots[tenant.name].engine
        call_of(scope).release = engine.release.name
        return engine
