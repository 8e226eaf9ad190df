"""Workers are replaced one after another under load, and no request fails.

The short version, of one worker, runs in each test run; RECSYS_SOAK=1 restarts two of them ten times.
"""

import os
import signal
import time

import pytest

from serving.requests import MatchRequest

SOAK = bool(os.environ.get("RECSYS_SOAK"))
RESTARTS, WORKERS = (10, 2) if SOAK else (1, 1)
CALLERS = 3
"""So many that each of two workers has one in most runs."""
PAUSE_S = 0.0 if SOAK else 0.02
"""Between requests, so that workers start beside them and not behind them."""


@pytest.fixture
def question(brief):
    return MatchRequest(brief=brief, explain=0).model_dump_json()


def restart(service):
    """Replace every worker, and see that all of them are others."""
    before = set(service.workers)
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: len(service.workers) == len(before) and not before & set(service.workers))


def answered_more(service):
    """Wait until more briefs are answered than were by now."""
    before = service.answered
    service.until(lambda: service.answered > before)


def test_no_request_fails_while_workers_are_replaced(run, load, question):
    service = run("--workers", WORKERS)
    service.until(lambda: len(service.workers) == WORKERS)
    asking = load(service.port, [question], CALLERS, PAUSE_S)
    answered_more(service)

    for _ in range(RESTARTS):
        restart(service)
        answered_more(service)
    told = asking.end()

    assert told["failures"] == []
    assert service.end() == 0


def test_what_is_being_answered_is_answered_before_the_end(run, load, question):
    service = run()
    asking = load(service.port, [question], CALLERS, PAUSE_S)
    service.until(lambda: service.answered > 10)

    assert service.end() == 0

    time.sleep(0.2)
    failures = asking.end()["failures"]
    assert {failure.partition("(")[0] for failure in failures} <= {"ConnectionRefusedError"}


def test_a_worker_that_dies_is_replaced(run):
    service = run()
    (worker,) = service.workers

    os.kill(worker, signal.SIGKILL)

    service.until(lambda: service.workers not in ([worker], []))
    assert service.get("/health/ready")[0] == 200
    assert service.end() == 0
