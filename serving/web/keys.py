"""API keys: a file of hashes, scopes and limits. The secret itself is shown once and stands nowhere.

A secret has 256 random bits, so one SHA-256 keeps it: nobody searches 2²⁵⁶ secrets, however fast the hash.
A slow hash, which passwords need because people choose them, would only help to overload the service.
"""

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, RootModel, ValidationError

from recsys.config import Config
from recsys.errors import ConfigError
from recsys.files import write_atomic
from serving.web.rate_limits import Rate
from serving.web.settings import TenantName

SECRET_BYTES = 32
ID_BYTES = 6
EVERY_SCOPE = "*"
METRICS_SCOPE = "metrics"
"""Tells of every tenant, so that it is the operator's: `*` does not open it."""
OWNER_ONLY = 0o600
NOBODY = hashlib.sha256(b"").hexdigest()
"""Compared with where an id is unknown, so that it takes as long as a known one."""
Scope: TypeAlias = Annotated[str, Field(pattern=r"^(\*|[a-z_]{1,40})$")]


class Key(Config):
    """One API key as it is kept. `note` is for its owner; it is shown by `recsys keys list` alone."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    """Public part of the key: names it in the file and to `revoke`."""
    tenant: TenantName
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Hash of the secret part."""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    """Routes that it opens, such as `match`; `*` opens every one of its tenant's, so all but `metrics`."""
    created: date
    expires: date | None = None
    """The first day (UTC) on which it is refused."""
    per_second: Annotated[float, Field(gt=0)] = 50.0
    burst: Annotated[int, Field(ge=1)] = 100
    note: str = ""

    @property
    def rate(self) -> Rate:
        """How often it may ask."""
        return Rate(self.per_second, self.burst)

    def opens(self, scope: str) -> bool:
        """Whether a route of this scope is open to it."""
        return scope in self.scopes or (EVERY_SCOPE in self.scopes and scope != METRICS_SCOPE)

    def expired(self, today: date) -> bool:
        """Whether it is refused on this day."""
        return self.expires is not None and today >= self.expires


class UnreadableError(ConfigError):
    """A file of keys that is not there, or that may not or cannot be read now; what it holds is not known."""


class Keys(RootModel[tuple[Key, ...]]):
    """The content of a file of keys."""


def key_of(secret: str, **facts: object) -> Key:
    """The key that keeps a secret; `facts` are its other fields. Raises ConfigError for a wrong one."""
    try:
        return Key.model_validate({"sha256": hash_of(secret), **facts})
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        raise ConfigError(f"key: {wrong['loc'][0]}: {wrong['msg']}, found {wrong['input']!r}") from error


def fresh(**facts: object) -> tuple[str, Key]:
    """A new key: its text, which is seen this once, and what is kept."""
    key_id, secret = secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    return f"rk_{key_id}_{secret}", key_of(secret, id=key_id, **facts)


def hash_of(secret: str) -> str:
    """Hex SHA-256 of a secret; whatever cannot be encoded is nobody's."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def split(text: str) -> tuple[str, str] | None:
    """The id and the secret of `rk_<id>_<secret>`; None for anything else."""
    start, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    return (key_id, secret) if start == "rk" and key_id and secret else None


def matches(key: Key | None, secret: str) -> bool:
    """Whether this is the key's secret, in the same time for a wrong one, and for no key at all."""
    return hmac.compare_digest(key.sha256 if key else NOBODY, hash_of(secret)) and key is not None


def read_keys(path: Path) -> tuple[Key, ...]:
    """Keys of a file; raises ConfigError if it is broken or holds an id twice, UnreadableError for none.

    The message never repeats what stands in the file.
    """
    try:
        keys = Keys.model_validate_json(path.read_bytes()).root
    except OSError as error:
        raise UnreadableError(
            f"keys {path} cannot be read: {error.strerror}; make one: recsys keys add"
        ) from error
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise ConfigError(f"keys {path} are broken: {where or 'the whole file'}: {wrong['msg']}") from None
    twice = len(keys) - len({key.id for key in keys})
    if twice:
        raise ConfigError(f"keys {path}: expected each id once, found {twice} again")
    return keys


def write_keys(path: Path, keys: Iterable[Key]) -> None:
    """Write a file of keys; readers see the old or the new one.

    A new file is its owner's alone. A file that is there stays whose it was, so that a service can read what
    root has changed.
    """
    write_atomic(path, Keys(tuple(keys)).model_dump_json(indent=1) + "\n", OWNER_ONLY, keep_access=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else changes the files of this folder through `locked` meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def add_key(path: Path, key: Key) -> None:
    """Add a key to a file, which is made if there is none; raises ConfigError if the file is broken."""
    with locked(path):
        write_keys(path, [*(read_keys(path) if path.exists() else ()), key])


def revoke_key(path: Path, key_id: str) -> Key:
    """Remove a key and return it; raises ConfigError if there is none of that id."""
    with locked(path):
        keys = {key.id: key for key in read_keys(path)}
        if key_id not in keys:
            raise ConfigError(f"keys {path}: expected one of the ids {sorted(keys)}, found {key_id!r}")
        write_keys(path, (key for key in keys.values() if key.id != key_id))
        return keys[key_id]
