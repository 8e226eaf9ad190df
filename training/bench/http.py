"""What ranking 100 candidates over HTTP costs: `recsys serve` beside MLflow's server and a bare service.

Ours is asked with ids, for features wait in its snapshot. The peers are sent the features; where their caller
gets those from is not counted. All serve the same trees, and answers are compared before a time counts.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from subprocess import run as run_command
from sys import executable
from tempfile import TemporaryDirectory

import numpy as np
from pydantic import Field

from recsys.config import Config
from recsys.console import Advance
from recsys.errors import BundleError
from recsys.snapshot import Snapshot
from training.bench import http_requests as to
from training.bench.http_load import Load, ask_once, load
from training.bench.http_model import MadeModel, Served, served_model
from training.bench.http_requests import Asked, Ranked, disagreement, made_requests
from training.bench.http_servers import Server, free_port, running
from training.bench.machine import describe_machine
from training.bench.targets import Target

LIBRARIES = ("fastapi", "lightgbm", "mlflow", "onnxruntime", "uvicorn")
OURS, LIGHTGBM, MLFLOW, FIXED = "recsys serve", "FastAPI + LightGBM", "mlflow models serve", "fixed answer"
PROMISED = {MLFLOW: 20.0, LIGHTGBM: 4.0}
ANSWER_BYTES = 6_000
"""Of the fixed answer; about ours."""


class HttpBenchConfig(Config):
    """What is asked, how often, of how many workers."""

    workers: tuple[int, ...] = Field(default=(1, 2), min_length=1)
    candidates: int = Field(default=100, ge=1)
    requests: int = Field(default=300, ge=1)
    """Different ones; they are asked in turn."""
    compared: int = Field(default=50, ge=1)
    """Of these, how many answers are compared before anything is timed."""
    connections: int = Field(default=4, ge=1)
    """Of each worker; all are kept open, and each waits for its answer."""
    rounds: int = Field(default=5, ge=1)
    seconds: float = Field(default=2.0, gt=0)
    """A server's turn in a round; the first round warms up and is not counted."""
    model: MadeModel = MadeModel()
    seed: int = 1


@dataclass(frozen=True)
class Measured:
    """One server with a number of workers, over all rounds."""

    server: str
    workers: int
    requests: int
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """CPU time of all the server's processes, a request: what counts where the machine is shared."""
    generator_cpu_ms: float
    body_bytes: int
    """Of a request, the mean."""
    ours_is_times: float
    """Our requests per second over this one's, the median of the rounds."""
    ours_is_times_cpu: float
    """This one's CPU time a request over ours."""


@dataclass(frozen=True)
class HttpBenchReport:
    """One run."""

    machine: dict[str, str]
    config: HttpBenchConfig
    creators: int
    compared: int
    """Answers that were the same to the bit from every server."""
    measured: list[Measured]


@dataclass(frozen=True)
class Contender:
    """How a server is started, asked and understood."""

    words: Callable[[Served, Snapshot, int, int], list[str]]
    """Of the command: from what is served, the snapshot, the port and the number of workers."""
    ready: str
    request: Callable[[Asked], bytes]
    read: Callable[[bytes, Asked], Ranked] | None = None
    """None for a server that does not rank."""


CONTENDERS: Mapping[str, Contender] = {
    OURS: Contender(
        lambda served, snapshot, port, workers: [
            *("-m", "recsys", "serve", "--open", "--host", "127.0.0.1", "--port", str(port)),
            *("--bundle", str(served.bundle), "--snapshot", str(snapshot.path), "--workers", str(workers)),
        ],
        "/health/ready",
        to.to_ours,
        to.read_ours,
    ),
    LIGHTGBM: Contender(
        lambda served, snapshot, port, workers: [
            *("-m", "uvicorn", "--factory", "training.bench.http_peers.lightgbm_service:create"),
            *("--port", str(port), "--workers", str(workers), "--no-access-log", "--log-level", "warning"),
        ],
        "/health",
        to.to_lightgbm,
        to.read_lightgbm,
    ),
    MLFLOW: Contender(
        lambda served, snapshot, port, workers: [
            *("-m", "mlflow", "models", "serve", "--env-manager", "local", "--host", "127.0.0.1"),
            *("--model-uri", str(served.bundle.parent / "mlflow"), "--port", str(port)),
            *("--workers", str(workers)),
        ],
        "/ping",
        to.to_mlflow,
        to.read_mlflow,
    ),
    FIXED: Contender(
        lambda served, snapshot, port, workers: [
            *("-m", "training.bench.http_peers.fixed_answer", str(port), str(ANSWER_BYTES)),
        ],
        "/",
        to.to_ours,
    ),
}


@dataclass
class _Turns:
    """What was measured of one server so far."""

    loads: list[Load] = field(default_factory=list)
    cpu_seconds: float = 0.0

    @property
    def rates(self) -> list[float]:
        """Requests per second of each round."""
        return [len(each.latencies_ms) / each.seconds for each in self.loads]

    @property
    def requests(self) -> int:
        """Of all rounds."""
        return sum(len(each.latencies_ms) for each in self.loads)


def run(
    snapshot: Snapshot, config: HttpBenchConfig, advance: Advance, booster: Path | None = None
) -> HttpBenchReport:
    """Measure every server on the model given, or a made one; `advance` hears of each of `steps`.

    Raises ConfigError for a server that does not come up or answer, and BundleError if two rank otherwise.
    """
    asked = list(made_requests(snapshot, config.requests, config.candidates, config.seed))
    bodies = {name: [contender.request(each) for each in asked] for name, contender in CONTENDERS.items()}
    measured: list[Measured] = []
    with TemporaryDirectory(prefix="recsys-bench-") as folder, _generator() as generator:
        served = served_model(snapshot, config.model, Path(folder), booster)
        save = ["-m", "training.track.onnx_model", str(served.graph), f"{folder}/mlflow"]
        run_command([executable, *save], check=True, capture_output=True)
        advance(1)
        for workers in config.workers:
            with _servers(served, snapshot, workers, Path(folder)) as servers:
                compare(servers, bodies, asked[: config.compared])
                advance(1)
                turns = _in_turns(generator, servers, bodies, workers, config, advance)
            measured += [_measured(name, workers, turns, bodies[name]) for name in servers]
    return HttpBenchReport(
        describe_machine(*LIBRARIES),
        config,
        len(snapshot.creators),
        min(config.compared, len(asked)),
        measured,
    )


def steps(config: HttpBenchConfig) -> int:
    """How often `run` calls `advance`."""
    return 1 + len(config.workers) * (2 + config.rounds)


def compare(servers: Mapping[str, Server], bodies: Mapping[str, list[bytes]], asked: list[Asked]) -> None:
    """Raises BundleError unless every server that ranks gives the same order and scores, to the bit."""
    answers: dict[str, list[Ranked]] = {}
    for name, server in servers.items():
        read = CONTENDERS[name].read
        if read is not None:
            found = ask_once(server.port, bodies[name][: len(asked)])
            answers[name] = [read(answer, each) for answer, each in zip(found, asked, strict=True)]
    for name, ranked in answers.items():
        if different := disagreement(name, ranked, answers[OURS]):
            raise BundleError(different)


@contextmanager
def _generator() -> Iterator[ProcessPoolExecutor]:
    """One process, and for the whole run the same."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        yield alone


@contextmanager
def _servers(served: Served, snapshot: Snapshot, workers: int, folder: Path) -> Iterator[dict[str, Server]]:
    """All of them at once; whose turn it is not, waits."""
    with ExitStack() as ending:
        servers = {}
        for place, (name, contender) in enumerate(CONTENDERS.items()):
            port = free_port()
            words = contender.words(served, snapshot, port, workers)
            log = folder / f"server_{workers}_{place}.log"
            starting = running(name, words, port, contender.ready, log, BOOSTER=str(served.booster))
            servers[name] = ending.enter_context(starting)
        yield servers


def _in_turns(
    generator: ProcessPoolExecutor,
    servers: Mapping[str, Server],
    bodies: Mapping[str, list[bytes]],
    workers: int,
    config: HttpBenchConfig,
    advance: Advance,
) -> dict[str, _Turns]:
    """Rounds of turns, so that a neighbour on the machine slows all of them alike; the first warms up."""
    turns = {name: _Turns() for name in servers}
    for round_ in range(config.rounds + 1):
        for name, server in servers.items():
            before, first = server.cpu_seconds(), turns[name].requests
            asking = (server.port, bodies[name], config.connections * workers, config.seconds, first)
            found = generator.submit(load, *asking).result()
            if round_:
                turns[name].loads.append(found)
                turns[name].cpu_seconds += server.cpu_seconds() - before
        advance(1)
    return turns


def _measured(name: str, workers: int, turns: Mapping[str, _Turns], bodies: list[bytes]) -> Measured:
    own, ours = turns[name], turns[OURS]
    latencies = np.concatenate([each.latencies_ms for each in own.loads])
    cpu_ms = 1000 * own.cpu_seconds / own.requests
    return Measured(
        server=name,
        workers=workers,
        requests=own.requests,
        requests_per_second=own.requests / sum(each.seconds for each in own.loads),
        p50_ms=float(np.quantile(latencies, 0.5)),
        p99_ms=float(np.quantile(latencies, 0.99)),
        cpu_ms=cpu_ms,
        generator_cpu_ms=float(np.mean([each.cpu_ms for each in own.loads])),
        body_bytes=round(np.mean([len(body) for body in bodies])),
        ours_is_times=float(np.median(np.array(ours.rates) / np.array(own.rates))),
        ours_is_times_cpu=cpu_ms / (1000 * ours.cpu_seconds / ours.requests),
    )


def targets(report: HttpBenchReport) -> list[Target]:
    """How the service keeps its promises, for each number of workers."""
    return [
        Target(
            f"workers {each.workers}: at least {PROMISED[each.server]:g} times the requests of {each.server}",
            each.ours_is_times,
            each.ours_is_times >= PROMISED[each.server],
        )
        for each in report.measured
        if each.server in PROMISED
    ]
