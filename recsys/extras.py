"""Modules that need an extra of this project, imported when they are asked for."""

from importlib import import_module
from types import ModuleType

from recsys.errors import ConfigError

PACKAGES = frozenset({"recsys", "features", "training", "serving"})
"""A module of these that is missing is a fault of this project, not a library to install."""


def imported(module: str, who: str, extra: str) -> ModuleType:
    """A module by name, for what few ask for and what takes long to import.

    Raises ConfigError that says who needs which library, and which extra to install, if one is missing.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in PACKAGES:
            raise
        raise ConfigError(f"{who} needs the library {missing}: install creator-recsys[{extra}]") from error
