"""Metrics, and that nobody can make more of them by asking."""

import asyncio
import os
import random
import string
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from serving.web.admission import Admission
from serving.web.metrics import SHARED_FOLDER, Measured, Metrics
from serving.web.settings import ServeConfig

REPOSITORY = Path(__file__).parents[3]
SETTINGS = ServeConfig.load(REPOSITORY / "configs" / "serving.yaml")


@pytest.fixture
def releases():
    return {"demo": "release-1"}


@pytest.fixture
def metrics(releases):
    return Metrics(lambda: releases)


def series(metrics):
    """Value of each sample."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def value(metrics, name, **labels):
    return series(metrics).get((name, *sorted(labels.items())), 0)


async def hello(request):
    request.state.call.tenant = "demo"
    return PlainTextResponse("hello")


def app_of(metrics):
    inner = Starlette(routes=[Route("/v1/{what}", hello, methods=["POST"]), Mount("/files", routes=[])])
    inner.router.redirect_slashes = False
    return Admission(Measured(inner, metrics), SETTINGS, metrics, lambda: 0.0)


async def ask(app, method="POST", path="/v1/match"):
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        pass

    scope = {
        "type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "root_path": "",
        "raw_path": path.encode(), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)


def test_a_request_is_counted_by_route_status_and_tenant(metrics):
    app = app_of(metrics)
    for path in ("/v1/match", "/v1/rank", "/elsewhere"):
        asyncio.run(ask(app, path=path))

    assert value(metrics, "recsys_requests_total", route="/v1/{what}", status="200", tenant="demo") == 2
    assert value(metrics, "recsys_requests_total", route="other", status="404", tenant="none") == 1
    assert value(metrics, "recsys_request_seconds_count", route="/v1/{what}") == 2
    assert value(metrics, "recsys_in_flight") == 0


def test_paths_and_methods_that_someone_makes_up_make_no_new_series(metrics):
    app, rng = app_of(metrics), random.Random(6)
    asyncio.run(ask(app))
    for path in ("/nowhere", "/files/none"):
        asyncio.run(ask(app, path=path))
    asyncio.run(ask(app, "GET"))
    before = set(series(metrics))

    def word():
        return "".join(rng.choices(string.ascii_letters + "%/.é\x7f\U0001f600", k=rng.randrange(1, 30)))

    async def run():
        for _ in range(1_000):
            method = rng.choice(("GET", "POST", "PUT", word()))
            await ask(app, method, rng.choice(("/v1/", "/", "/files/", "")) + word())

    asyncio.run(run())
    assert set(series(metrics)) == before


def test_a_former_release_is_told_no_more(metrics, releases):
    assert value(metrics, "recsys_release_info", tenant="demo", release="release-1") == 1

    for number in range(2, 50):
        releases["demo"] = f"release-{number}"

    told = [labels for name, *labels in series(metrics) if name == "recsys_release_info"]
    assert told == [[("release", "release-49"), ("tenant", "demo")]]


def test_the_rest_is_counted_too(metrics):
    metrics.shed()
    metrics.limited("demo")
    metrics.keys_broken()
    metrics.swapped(done=True)
    metrics.swapped(done=False)
    metrics.timed("match", 0.02)

    assert value(metrics, "recsys_shed_total") == 1
    assert value(metrics, "recsys_rate_limited_total", tenant="demo") == 1
    assert value(metrics, "recsys_keys_broken_total") == 1
    assert value(metrics, "recsys_swaps_total", result="refused") == 1
    assert value(metrics, "recsys_engine_seconds_bucket", method="match", le="0.025") == 1
    assert value(metrics, "recsys_engine_seconds_bucket", method="match", le="0.01") == 0


def test_two_services_of_one_process_count_apart(metrics):
    other = Metrics(dict)
    metrics.shed()

    assert value(other, "recsys_shed_total") == 0


WORKER = """
    import sys
    from serving.web.metrics import Metrics

    metrics = Metrics(lambda: {"demo": "release-1"})
    for _ in range(int(sys.argv[1])):
        metrics.shed()
        metrics.came()
        metrics.timed("match", 0.02)
    sys.stdout.write(metrics.exposition().decode())
"""


def test_workers_that_share_a_folder_are_summed_up_by_any_of_them(tmp_path):
    environment = os.environ | {SHARED_FOLDER: str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(WORKER)]
    for times in ("2", "3"):
        told = subprocess.run(
            [*command, times], env=environment, cwd=REPOSITORY, check=True, capture_output=True
        )

    lines = told.stdout.decode().splitlines()
    assert sorted(line for line in lines if line.startswith(("recsys_shed_total", "recsys_in_flight"))) == [
        "recsys_in_flight 5.0",
        "recsys_shed_total 5.0",
    ]
    assert 'recsys_engine_seconds_count{method="match"} 5.0' in lines
    assert [line for line in lines if line.startswith("recsys_release_info{")] == [
        'recsys_release_info{release="release-1",tenant="demo"} 1.0'
    ]
