"""What the figures of a benchmark depend on besides the code."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version


def describe_machine(*libraries: str) -> dict[str, str]:
    """The machine, its cores, Python, and the version of each library, by the name it is installed by."""
    described = {
        "machine": platform.machine(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
    }
    return described | {name: _version(name) for name in libraries}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
