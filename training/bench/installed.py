"""Peers are optional (extra `bench`): asking for one that is not there says what to install."""

from importlib import import_module
from types import ModuleType

from recsys.errors import ConfigError


def installed(module: str) -> ModuleType:
    """The module; raises ConfigError that says what to install if a peer is not there."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed: install creator-recsys[bench]") from error
