"""One request on its way: what logs, metrics and traces may know of it, and by when it has to begin."""

import os
import time
from dataclasses import dataclass, field
from itertools import count

from starlette.types import Scope

from serving.web.problems import REQUEST_ID

CALL = "call"
"""Where it stands: `scope["state"][CALL]`, so `request.state.call`."""
OTHER = "other"
"""The label of whatever is not one of a known few."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PROCESS = os.urandom(6).hex()
NUMBERS = count()


@dataclass(slots=True)
class Call:
    """Facts of one request, each from a bounded set, or made or counted here: none is what a caller wrote.

    The app fills in `tenant` and `release` as it learns them.
    """

    scope: Scope
    deadline: float
    """On the monotonic clock: by then it has to begin to be computed."""
    request_id: str
    started: float = field(default_factory=time.monotonic)
    status: int = 0
    """0 until the answer begins."""
    sent: int = 0
    """Bytes of the answer's body."""
    tenant: str | None = None
    release: str | None = None

    @classmethod
    def begin(cls, scope: Scope, deadline_s: float) -> "Call":
        """The call of a request that has just come; stands in the scope's state from now on."""
        call = cls(scope, time.monotonic() + deadline_s, new_request_id())
        state = scope.setdefault("state", {})
        state[CALL], state[REQUEST_ID] = call, call.request_id
        return call

    @property
    def method(self) -> str:
        """One of `METHODS`, or `other`."""
        method = self.scope["method"]
        return method if method in METHODS else OTHER

    @property
    def route(self) -> str:
        """Template of the route that was found, such as `/v1/match`, or `other`; never the path itself."""
        template = getattr(self.scope.get("route"), "path", None)
        return template if isinstance(template, str) and template else OTHER

    @property
    def seconds(self) -> float:
        """Since it came."""
        return time.monotonic() - self.started


def new_request_id() -> str:
    """An id that no other request has. Never a caller's: people put names and addresses into theirs."""
    return f"{PROCESS}-{next(NUMBERS):x}"


def call_of(scope: Scope) -> Call:
    """The call of a request behind `Admission`."""
    call: Call = scope["state"][CALL]
    return call
