"""Under load a service moves from release to release: nothing fails, and no answer is of two of them.

The short version runs in each test run; RECSYS_SOAK=1 swaps 300 times, and looks at times and memory as well.
"""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from serving.engine import Engine
from serving.release.pointer import Pointer
from serving.release.publish import publish
from serving.requests import MatchRequest

SOAK = bool(os.environ.get("RECSYS_SOAK"))
SWAPS, REQUESTS = (300, 12_000) if SOAK else (6, 240)
WARM_UP = 30
"""Swaps after which a process has the memory that it works with."""
TURNS, QUIET = (10, 400) if SOAK else (1, 40)
"""Requests in each turn without swaps."""
CALLERS = 2
SLOWER, GROWTH_MB = 2, 10


@pytest.fixture
def questions(brief):
    """Bodies of requests that a release answers in one way each."""
    several = [brief.model_copy(update={"objective": objective}) for objective in ("gmv", "views")]
    return [MatchRequest(brief=each, explain=0).model_dump_json() for each in several]


def answers_of(release, questions):
    """Every answer that a release gives, as a caller tells it."""
    engine = Engine.open(release)
    given = [engine.match(MatchRequest.model_validate_json(each)).model_dump_json() for each in questions]
    return {(release.name, hashlib.sha256(answer.encode()).hexdigest()) for answer in given}


def private_mb(process_id):
    """Memory that would be free without this process."""
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


class Swaps:
    """A service that swaps two releases while it is asked."""

    def __init__(self, service, folder, names):
        self.service, self.folder, self.names = service, folder, names
        self.done, self.memory = 0, []

    def swap(self):
        """Serve the other release, see that it is, and let as many requests be answered as each swap gets."""
        name = self.names[self.done % 2]
        Pointer.read(self.folder).model_copy(update={"serving": name}).write(self.folder)
        self.service.until(lambda: self.service.get("/v1/release")[:2] == (200, name))
        self.done += 1
        self.wait_for(REQUESTS // SWAPS)
        if self.done >= WARM_UP:
            self.memory.append(private_mb(self.service.workers[0]))

    def swap_until(self, done):
        """Until so many swaps are done."""
        while self.done < done:
            self.swap()

    def wait_for(self, requests):
        """Until so many more are answered."""
        enough = self.service.answered + requests
        self.service.until(lambda: self.service.answered >= enough)


@pytest.fixture
def swaps(folder, first, second, run):
    publish(folder, second.folders)
    return Swaps(run(), folder, (first.name, second.name))


def asked_while(load, swaps, questions, doing):
    """What callers were told while something was done."""
    asking = load(swaps.service.port, questions, CALLERS)
    doing()
    return asking.end()


def p99_ms(turns):
    return 1e3 * np.quantile([seconds for told in turns for seconds in told["seconds"]], 0.99)


def test_no_request_fails_no_answer_is_of_two_releases_and_times_and_memory_stay(
    swaps, load, first, second, questions
):
    quiet, swapping = [], []
    # In turns, because other processes come and go.
    for turn in range(1, TURNS + 1):
        quiet.append(asked_while(load, swaps, questions, lambda: swaps.wait_for(QUIET)))
        upto = SWAPS * turn // TURNS
        swapping.append(asked_while(load, swaps, questions, lambda upto=upto: swaps.swap_until(upto)))

    assert [told["failures"] for told in (*quiet, *swapping)] == [[]] * 2 * TURNS
    answers = [answer for told in swapping for answer in told["answers"]]
    assert sum(count for _, _, count in answers) >= REQUESTS
    found = {(release, digest) for release, digest, _ in answers}
    assert found == answers_of(first, questions) | answers_of(second, questions)
    assert swaps.service.end() == 0
    if SOAK:
        # A few swaps tell nothing of either.
        before, during = p99_ms(quiet), p99_ms(swapping)
        print(f"p99 {before:.1f} ms quiet, {during:.1f} ms while swapping; MB {swaps.memory[::30]}")
        assert max(swaps.memory) - swaps.memory[0] <= GROWTH_MB
        assert during <= SLOWER * before
