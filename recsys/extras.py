"""Modules that need an extra of this project, imported when they are asked for."""

from importlib import import_module
from types import ModuleType

from recsys.errors import ConfigError


def imported(module: str, what: str, extra: str) -> ModuleType:
    """A module by name; raises ConfigError that says what needs it, and which extra to install, if it cannot.

    For what few ask for and what takes long to import, as `recsys.cli` does with its commands.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigError(f"{what}: install creator-recsys[{extra}] ({error})") from error
