"""Work in a process of its own, whose memory and imports are its own.

Imports as little as it can: what such a process holds is to be what its work needs.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from recsys.errors import ConfigError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def run_apart(name: str, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What a function of a module returns in a new process that is spawned.

    Raises ConfigError, which calls the work by its name, if the system ends the process, as it does for want
    of memory.
    """
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            return alone.submit(work, *given, **named).result()
    except BrokenProcessPool as error:
        raise ConfigError(f"{name} was ended by the system: out of memory?") from error
