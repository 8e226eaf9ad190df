"""A service on the small world: a release of everything, an app on it, and what a caller sends."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn

from recsys.release import Release
from serving.engine import Engine
from serving.release.slot import Slot
from serving.web.app import create_app
from serving.web.keys import add_key, fresh
from serving.web.metrics import Metrics
from serving.web.running import Runner
from serving.web.service import Service
from serving.web.settings import ServeConfig
from serving.web.tenants import Gate

HERE = Path(__file__).parent
CONFIGS = HERE.parents[2] / "configs"
TENANT = "demo"


@pytest.fixture(scope="session")
def bare_engine(release):
    """A release of the snapshot alone."""
    return Engine.open(Release(snapshot=release.snapshot))


@pytest.fixture(scope="session")
def slots(engine):
    """By tenant."""
    return {TENANT: Slot(engine)}


@pytest.fixture(scope="session")
def settings():
    """Those of the repository, for one tenant that needs no key."""
    return ServeConfig.load(CONFIGS / "serving.yaml")


@pytest.fixture
def service_of(slots, settings):
    """A service of these slots; fields of the settings may be changed. It is open unless `keys` are given."""
    runners = []

    def make(slots=slots, **changes):
        changed = settings.model_copy(update=changes)
        metrics = Metrics(lambda: {name: slot.engine.release.name for name, slot in slots.items()})
        runners.append(Runner(metrics.timed))
        gate = Gate.of(changed, metrics) if "keys" in changes else Gate.without_keys(changed, metrics)
        return Service(slots, gate, changed, runners[-1], metrics)

    yield make
    for runner in runners:
        runner.close()


@pytest.fixture
def service(service_of):
    """Open to whoever reaches it."""
    return service_of()


@pytest.fixture(scope="session")
def key_of(tmp_path_factory):
    """Scopes → a file of keys with one that opens them, and its text."""

    def make(*scopes, per_second=1e6, burst=10**6):
        limits = {"per_second": per_second, "burst": burst}
        text, kept = fresh(tenant=TENANT, scopes=scopes, created=date(2026, 1, 1), **limits)
        path = tmp_path_factory.mktemp("keys") / "keys.json"
        add_key(path, kept)
        return path, text

    return make


@pytest.fixture(scope="session")
def key(key_of):
    """One that opens everything."""
    return key_of("*", "metrics")


@pytest.fixture
def keyed(service_of, key):
    """A service that asks for a key."""
    return service_of(keys=key[0])


class Client:
    """A caller of an app, without a socket in between."""

    def __init__(self, app):
        self.app = app

    def request(self, method, path, **sent):
        """What the app answers."""
        return asyncio.run(self._request(method, path, **sent))

    async def _request(self, method, path, **sent):
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://recsys") as client:
            return await client.request(method, path, **sent)

    def get(self, path, **sent):
        return self.request("GET", path, **sent)

    def post(self, path, body, **sent):
        """Send a request of `serving.requests`, or JSON values, or bytes."""
        raw = body.model_dump_json() if hasattr(body, "model_dump_json") else body
        content = raw if isinstance(raw, str | bytes) else json.dumps(raw)
        headers = {"content-type": "application/json", **sent.pop("headers", {})}
        return self.request("POST", path, content=content, headers=headers, **sent)


@pytest.fixture
def client_of():
    """A client of a service."""
    return lambda service, **more: Client(create_app(service, **more))


@pytest.fixture
def client(client_of, service):
    """A client of the open service."""
    return client_of(service)


@pytest.fixture(scope="session")
def creator_ids(snapshot):
    """Of every creator, in order."""
    return snapshot.creators.ids.tolist()


@pytest.fixture(scope="session")
def asked(brief, creator_ids):
    """By route: the body of a request that is answered."""
    said, creator = brief.model_dump(mode="json"), creator_ids[0]
    goal = {"creator_id": creator, "objective": "gmv", "count": 3}
    return {
        "match": {"brief": said, "count": 3, "explain": 1},
        "rank": {"brief": said, "creator_ids": creator_ids[:20]},
        "explain": {"brief": said, "creator_id": creator},
        "products": goal,
        "inspire": goal,
        "insights": goal,
        "similar": {"creator_id": creator, "count": 3},
        "find": {"count": 3},
        "show": {"creator_id": creator},
        "lists": {"list": "gmv", "market": said["market"], "count": 3},
        "place": {"list": "gmv", "creator_id": creator},
    }


@dataclass(frozen=True)
class Served:
    """A `recsys serve` that runs."""

    port: int
    key: str
    log: Path

    @property
    def logged(self):
        """Everything that it has written so far, to stdout and stderr."""
        return self.log.read_text("utf-8")

    def ask(self, method, path, **sent):
        """What it answers, over a connection of its own."""
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", **sent)


STARTED_BY_S = 60.0


@pytest.fixture(scope="session")
def serving_at(key, tmp_path_factory):
    """Serves a snapshot and a bundle to the one key while a block runs; SIGTERM ends it."""

    @contextmanager
    def serve(snapshot, bundle, *words):
        log = tmp_path_factory.mktemp("served") / "log"
        command = [sys.executable, "-m", "recsys", "serve", "--snapshot", snapshot, "--bundle", bundle]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*command, "--keys", key[0], "--port", "0", *words],
                cwd=CONFIGS.parent, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield Served(port_of(log, process), key[1], log)
            finally:
                process.terminate()
                process.wait(30)

    return serve


def port_of(log, process):
    """Where a service that starts listens, once it answers."""
    over = time.monotonic() + STARTED_BY_S
    while time.monotonic() < over and process.poll() is None:
        told = [
            json.loads(line)["message"] for line in log.read_text().splitlines() if '"listening on' in line
        ]
        if told and "serves after" in log.read_text():
            return int(told[0].split()[-1])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def served(serving_at, snapshot, bundle):
    """The small world, served with keys."""
    with serving_at(snapshot.path, bundle.path) as running:
        yield running


@pytest.fixture(scope="session")
def on_loopback():
    """Serves an app from a thread of this process until the tests end; its address."""
    running = []

    def serve(app):
        config = uvicorn.Config(app, http="httptools", ws="none", lifespan="off", log_config=None)
        server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join()
