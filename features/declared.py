"""A function as a declaration: its name, its docstring and its parameters are what others read of it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Declared:
    """Something with a name and a meaning that is made of columns: base of features and creators' numbers."""

    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def meaning(self) -> str:
        """The function's docstring, on one line."""
        return " ".join((self.function.__doc__ or "").split())

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(inspect.signature(self.function).parameters)
