"""The layers around the app, and their order."""

import asyncio
import logging

import pytest

from serving.web.edge import behind_edge
from serving.web.metrics import Metrics
from serving.web.running import Runner


@pytest.fixture
def ask(settings):
    """What a failing app behind the edge answers; what is counted; `full` leaves no place for the request."""
    metrics = Metrics(dict)
    runner = Runner(metrics.timed)

    async def fail(scope, receive, send):
        raise ZeroDivisionError

    async def run(full):
        edge, sent = behind_edge(fail, settings, metrics, runner), []
        edge.in_flight = settings.in_flight if full else 0

        async def send(message):
            sent.append(message)

        await edge({"type": "http", "method": "GET", "path": "/", "headers": []}, None, send)
        return sent[0]["status"], metrics.exposition().decode().splitlines()

    yield lambda full: asyncio.run(run(full))
    runner.close()


def test_a_fault_is_logged_and_counted_as_it_was_answered(ask, caplog):
    with caplog.at_level(logging.INFO):
        status, counted = ask(full=False)

    assert status == 500
    assert [record.facts["error"] for record in caplog.records] == ["ZeroDivisionError"]
    assert 'recsys_requests_total{route="other",status="500",tenant="none"} 1.0' in counted


def test_what_is_shed_costs_no_log_and_no_more_than_a_count(ask, caplog):
    with caplog.at_level(logging.INFO):
        status, counted = ask(full=True)

    assert status == 503
    assert not caplog.records
    assert "recsys_shed_total 1.0" in counted
    assert not [line for line in counted if line.startswith("recsys_requests_total{")]
