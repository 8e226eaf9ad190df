"""Two releases of the small world: another snapshot, another model, the same bundles of items."""

import http.client
import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from features.snapshot import build_snapshot
from recsys.bundle import Bundle
from recsys.policy import read_policies
from recsys.tables import read_tables
from serving.release.publish import publish
from tests.serving.made_match import contents_of, grown

HERE = Path(__file__).parent
CONFIGS = HERE.parents[2] / "configs"
# Nothing is refused as too much, so that whatever fails does so because of a swap or a restart.
SETTINGS = {"port": 0, "poll_s": 0.02, "deadline_ms": 60_000, "wait_ms": 50_000}
PATIENCE_S = 60


@pytest.fixture(scope="session")
def other_snapshot(snapshot, tmp_path_factory):
    """The same world, a fortnight earlier."""
    tables = read_tables(snapshot.path.parent / "tables")
    policies, before = read_policies(CONFIGS / "policies"), snapshot.facts.as_of - timedelta(days=14)
    return build_snapshot(tables, before, policies).write(tmp_path_factory.mktemp("earlier"))


@pytest.fixture(scope="session")
def other_bundle(matrix, tmp_path_factory):
    """Another model that ranks creators, and nothing else."""
    contents = contents_of({"rank": grown(matrix, seed=9)}, matrix)
    return Bundle.write(tmp_path_factory.mktemp("other"), *contents)


@pytest.fixture(scope="session")
def first(release):
    """A release of everything but lists and a challenger."""
    return release.model_copy(update={"challenger": None, "lists": ()})


@pytest.fixture(scope="session")
def second(first, other_snapshot, other_bundle):
    """One that has nothing of the first's but its products and videos."""
    return first.model_copy(update={"snapshot": other_snapshot.path, "match": other_bundle.path})


@pytest.fixture
def folder(tmp_path, first):
    """A release folder that serves the first."""
    publish(tmp_path / "releases", first.folders)
    return tmp_path / "releases"


class Running:
    """`recsys serve` on a release folder, as a process of its own."""

    def __init__(self, folder, log, *options):
        self.log = log
        settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
        command = [
            sys.executable, "-m", "recsys", "serve", "--config", CONFIGS / "serving.yaml",
            "--releases", folder, "--open", *settings, *options,
        ]  # fmt: skip
        with log.open("w") as file:
            self.process = subprocess.Popen(list(map(str, command)), stdout=file, stderr=subprocess.STDOUT)
        self.until(lambda: "listening on" in self.told)
        self.port = int(re.search(r"listening on 127.0.0.1 port (\d+)", self.told).group(1))
        self.until(lambda: self.get("/health/ready")[0] == 200)

    @property
    def told(self):
        """Everything logged."""
        return self.log.read_text()

    @property
    def workers(self):
        """Ids of the processes that serve."""
        begun, ended = (
            re.findall(rf"worker (\d+) (?:{what})", self.told) for what in ("serves", "ended|died")
        )
        return [int(process_id) for process_id in begun if process_id not in ended]

    def get(self, path):
        """Status, name of the release and body; Nones where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.headers.get("x-release"), response.read().decode()
        except ConnectionError:
            return None, None, None
        finally:
            connection.close()

    @property
    def answered(self):
        """Briefs that were answered by now."""
        _, _, metrics = self.get("/metrics")
        counts = re.findall(r'recsys_requests_total{route="/v1/match",status="200".*?} (\S+)', metrics)
        return sum(map(float, counts))

    def until(self, reached):
        """Wait for something; fails where it does not come."""
        over = time.monotonic() + PATIENCE_S
        while not reached():
            assert self.process.poll() is None, self.told
            assert time.monotonic() < over, self.told
            # To look costs the service something too.
            time.sleep(0.05)

    def end(self):
        """Its exit code after SIGTERM."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def run(folder, tmp_path):
    """Starts the service on the folder that serves the first release; it is ended with the test."""
    started = []

    def start(*options):
        started.append(Running(folder, tmp_path / f"serve-{len(started)}.log", *options))
        return started[-1]

    yield start
    for service in started:
        service.process.kill()
        service.process.wait()


class Load:
    """`load.py` at work: asks the service until it is told to end."""

    def __init__(self, port, bodies, connections, pause_s=0.0):
        asked = {"port": port, "path": "/v1/match", "bodies": bodies, "connections": connections}
        asked["pause_s"] = pause_s
        command = [sys.executable, HERE / "load.py"]
        self.process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True)
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def end(self):
        """What it was told."""
        told, _ = self.process.communicate()
        return json.loads(told)


@pytest.fixture
def load():
    """Starts asking; what still asks at the end of the test is stopped."""
    started = []

    def start(*asked, **more):
        started.append(Load(*asked, **more))
        return started[-1]

    yield start
    for asking in started:
        asking.process.kill()
        asking.process.communicate()
