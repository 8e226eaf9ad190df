"""Servers in processes of their own: started, waited for, measured, ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from recsys.errors import ConfigError

PATIENCE_S = 120.0
"""For a server to be ready; MLflow imports much."""
ENDING_S = 20.0
TICKS = os.sysconf("SC_CLK_TCK")
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """CPU time of the process and of all below it that live still."""
        return sum(_ticks(pid) for pid in _family(self.process.pid)) / TICKS


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    name: str, words: Sequence[str], port: int, ready: str, log: Path, **more: str
) -> Iterator[Server]:
    """`python WORDS` until the block ends, ready once GET `ready` gives 200; `more` is its environment.

    Raises ConfigError with the end of its output if it does not come up.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *words],
            stdout=output,
            stderr=output,
            env=_environment(more),
            start_new_session=True,
        )
    try:
        _wait(name, process, port, ready, log)
        yield Server(name, port, process)
    finally:
        _end(process)


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    # MLflow calls uvicorn by its name, which need not be on the path of who calls us.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, **QUIET, "PATH": path, **more}


def _wait(name: str, process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while not _answers(port, ready):
        if process.poll() is not None or time.monotonic() > until:
            raise ConfigError(f"{name} did not come up: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server and all that it started to end; make them, where they do not."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    """User and system time; fields 14 and 15, counted behind the name, which may hold anything."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
