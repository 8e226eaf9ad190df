"""Far more requests than can be answered: each is answered or refused at once, and live stays up.

A real service, asked by another process over loopback. How much of the capacity still goes into answers, and
how quickly the rest is refused, is held to its targets under RECSYS_SOAK=1 alone: a busy machine misses them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FLOOD = Path(__file__).with_name("flood.py")
SOAK = bool(os.environ.get("RECSYS_SOAK"))
SECONDS = 1.5
RATE = 1_000
"""Requests a second: no processor ranks and explains so many."""
GENEROUS_S = 2.0
"""For what takes a millisecond, where others want the processors too."""
SOAK_SECONDS = 10.0
TIMES, GOODPUT = 25, 0.7
REFUSED_S = LIVE_S = 0.1


@pytest.fixture(scope="module")
def flood(served, asked):
    """Asks for the best creators, with reasons, as told."""
    body = asked["match"] | {"count": 20, "explain": 20}

    def run(**told):
        settings = {"port": served.port, "key": served.key, "body": json.dumps(body)} | told
        done = subprocess.run([sys.executable, FLOOD, json.dumps(settings)], check=True, capture_output=True)
        return json.loads(done.stdout)

    return run


def answered(told, seconds):
    """Answers a second."""
    return told["statuses"].get("200", 0) / seconds


def check_each_is_answered_or_refused(told):
    """No connection broke, what was admitted was answered, and live was up all the time."""
    assert sum(told["statuses"].values()) == told["sent"]
    # 504 on a machine that stalls: the time of a call was not what it had been when it was admitted.
    assert {"200", "503"} <= set(told["statuses"]) <= {"200", "503", "504"}
    assert set(told["live_statuses"]) == {"200"}


def test_in_a_flood_each_request_is_answered_or_quickly_refused_and_the_service_lives(flood):
    flood(seconds=0.5)  # The time of a call is known from then on.

    told = flood(seconds=SECONDS, rate=RATE)

    check_each_is_answered_or_refused(told)
    assert told["refused"][0] <= GENEROUS_S, told
    assert told["live"][0] <= GENEROUS_S, told


@pytest.mark.skipif(not SOAK, reason="holds a quiet machine to its targets: RECSYS_SOAK=1")
def test_most_of_the_capacity_is_left_in_a_flood(flood):
    flood(seconds=0.5)
    capacity = answered(flood(seconds=SOAK_SECONDS), SOAK_SECONDS)

    told = flood(seconds=SOAK_SECONDS, rate=TIMES * capacity)

    check_each_is_answered_or_refused(told)
    assert told["sent"] >= 0.95 * TIMES * capacity * SOAK_SECONDS
    assert answered(told, SOAK_SECONDS) >= GOODPUT * capacity, told
    assert told["refused"][1] <= REFUSED_S, told
    assert told["live"][1] <= LIVE_S, told


def test_after_a_flood_everyone_is_answered_again(flood):
    told = flood(seconds=0.5, callers=2)

    assert set(told["statuses"]) == {"200"}
