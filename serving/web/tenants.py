"""Who asks: an API key decides which tenant's releases answer, what may be asked, and how often."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path
from typing import Protocol, Self

from recsys.errors import ConfigError
from serving.web.keys import Key, UnreadableError, matches, read_keys, split
from serving.web.problems import Refused
from serving.web.rate_limits import RateLimits
from serving.web.settings import ServeConfig

LOG = logging.getLogger(__name__)
CHALLENGE = {"www-authenticate": "Bearer"}
Version = tuple[int, int, int, int]


class Counted(Protocol):
    """What the gate counts (`serving.web.metrics.Metrics`)."""

    def limited(self, tenant: str) -> None:
        """A request above its key's rate."""

    def keys_broken(self) -> None:
        """A file of keys that could not be read, so that the former keys stay."""


@dataclass(frozen=True)
class Tenant:
    """The marketplace on whose behalf a request is answered."""

    name: str


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


@dataclass
class Keyring:
    """Keys of a file, read again when it changes, so that a key is revoked without a restart."""

    path: Path
    keys: Mapping[str, Key]
    version: Version | None
    """Of the file that was read last, whether or not it was a good one."""
    trouble: str = ""
    """Why the file cannot be read now; empty where it can."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises ConfigError for a missing or broken file: nobody could ask."""
        version = version_of(path)
        return cls(path, {key.id: key for key in read_keys(path)}, version)

    def changed(self) -> bool:
        """Whether the file is another one now; if so, it has been read.

        Raises ConfigError, once, if it is broken or cannot be read; the former keys stay. A broken one is
        read again when it changes, one that could not be read each time: a key may have been revoked in it.
        """
        version = version_of(self.path)
        if version != self.version:
            try:
                return self._read(version)
            except UnreadableError as error:
                if str(error) == self.trouble:
                    return False
                self.trouble = str(error)
                raise
        self.trouble = ""
        return False

    def _read(self, version: Version | None) -> bool:
        try:
            self.keys = {key.id: key for key in read_keys(self.path)}
        except UnreadableError:
            raise
        except ConfigError:
            self.version, self.trouble = version, ""
            raise
        self.version, self.trouble = version, ""
        return True


def version_of(path: Path) -> Version | None:
    """Differs for another content of a file and for other rights to it; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  for each request: a third of the time of Path.stat
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


@dataclass
class Gate:
    """Lets requests in. Asked by the event loop alone."""

    tenants: frozenset[str]
    """Those that are served here."""
    keyring: Keyring | None
    """None: open, for whoever reaches it."""
    limits: RateLimits
    counted: Counted
    metrics_open: bool = False
    day: Callable[[], date] = field(default=today)

    @classmethod
    def of(cls, settings: ServeConfig, counted: Counted) -> Self:
        """The gate of a service with keys; raises ConfigError for no file of them, or a broken one."""
        if settings.keys is None:
            raise ConfigError("expected a file of keys (recsys keys add), or --open on a loopback host")
        keyring = Keyring.open(settings.keys)
        limits = RateLimits(settings.workers)
        return cls(frozenset(settings.tenants), keyring, limits, counted, settings.metrics_open)

    @classmethod
    def without_keys(cls, settings: ServeConfig, counted: Counted) -> Self:
        """A gate without keys, to try things out on one's own machine.

        Raises ConfigError for a host that others reach, and for several tenants: only a key tells them apart.
        """
        if not settings.loopback:
            raise ConfigError(f"--open: expected a loopback host such as 127.0.0.1, found {settings.host}")
        if len(settings.tenants) > 1:
            raise ConfigError(f"--open: expected one tenant, found {sorted(settings.tenants)}")
        return cls(frozenset(settings.tenants), None, RateLimits(), counted, metrics_open=True)

    def admit(self, headers: Mapping[str, str], scope: str) -> Tenant:
        """The tenant of a request with these headers (names in lower case) to a route of this scope.

        Raises Refused: 401 for a key that is missing, garbled, unknown, wrong, revoked or expired, which the
        answer does not tell apart; 403 for one without the scope; 429 for one that asks too often.
        """
        if self.keyring is None:
            return Tenant(next(iter(self.tenants)))
        key = self._opening(self.keyring, headers, (scope,))
        self._limit(key, take=1, again=1)
        return Tenant(key.tenant)

    def admit_all(self, headers: Mapping[str, str], scopes: Sequence[str]) -> None:
        """Let in the parts of a request that `admit` let in, each as a request to a route of its scope.

        All of them or none; the request itself counted as the first. Raises Refused as `admit`, and 422 for
        more parts than the key may ever ask at once.
        """
        if self.keyring is None:
            return
        key = self._opening(self.keyring, headers, scopes)
        most, count = self.limits.most(key.rate), len(scopes)
        if count > most:
            raise Refused(422, "Batch too large", f"the key may ask at most {most} at once, found {count}")
        self._limit(key, take=count - 1, again=count)

    def _opening(self, keyring: Keyring, headers: Mapping[str, str], scopes: Sequence[str]) -> Key:
        """The key of a request, which opens all of these."""
        self._reread(keyring)
        key = self._known(keyring, headers.get("authorization", ""))
        for scope in scopes:
            if not key.opens(scope):
                raise Refused(403, "Scope missing", f"the key does not open {scope}")
        return key

    def _reread(self, keyring: Keyring) -> None:
        try:
            if keyring.changed():
                self.limits.keep(keyring.keys)
                LOG.info("keys were read again: %d", len(keyring.keys))
        except ConfigError as error:
            LOG.error("%s; the former keys stay", error)  # noqa: TRY400  a broken file has no traceback to show
            self.counted.keys_broken()

    def _known(self, keyring: Keyring, authorization: str) -> Key:
        scheme, _, credentials = authorization.partition(" ")
        key_id, secret = split(credentials.strip()) or ("", "")
        key = keyring.keys.get(key_id)
        fits = matches(key, secret) and scheme.lower() == "bearer"
        if key is None or not fits or key.tenant not in self.tenants or key.expired(self.day()):
            raise Refused(401, "Key refused", "expected Authorization: Bearer and a valid API key", CHALLENGE)
        return key

    def _limit(self, key: Key, take: int, again: int) -> None:
        """Take so many tokens; who lacks them is told when there are as many as asking again takes."""
        if self.limits.take(key.id, key.rate, take) > 0:
            self.counted.limited(key.tenant)
            detail = f"the key may ask {key.per_second:g} times a second"
            seconds = self.limits.wait(key.id, key.rate, again)
            raise Refused(429, "Too many requests", detail, {"retry-after": str(ceil(seconds))})
