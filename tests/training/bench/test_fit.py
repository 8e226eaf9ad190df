"""The benchmark of factorising: the same factors as implicit's own, and memory that is proven by a run."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from recsys.cli import app
from training.bench.fit import FitBenchConfig, run, steps, targets
from training.bench.fit_cli import verdict
from training.bench.fit_memory import FitRun, _line
from training.bench.fit_pairs import MadePairs
from training.bench.peak import STATUS, peak_mb
from training.bench.retrieve_timing import resident_mb

SETTINGS = [
    "pairs.users=300",
    "pairs.items=200",
    "pairs.pairs_per_user=10",
    "als.factors=8",
    "als.iterations=2",
    "rounds=2",
    "memory.users=[2000, 20000, 20000]",
    "memory.seconds=0.2",
]
proc = pytest.mark.skipif(not STATUS.exists(), reason="the peak of memory is read from /proc")


@pytest.fixture(scope="module")
def document():
    """What the command prints, as JSON."""
    settings = [part for each in SETTINGS for part in ("--set", each)]
    result = CliRunner().invoke(app, ["bench", "fit", "--memory-gib", "1", "--json", *settings])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@proc
def test_our_fit_learns_what_implicit_learns_on_the_same_pairs(document):
    speed = document["speed"]

    assert speed["same_factors"]
    assert (speed["users"], speed["items"], speed["pairs"]) == (300, 200, 3_000)
    assert speed["implicit_seconds"] > 0
    assert speed["ratio"] > 0


@proc
def test_the_proof_is_the_largest_that_is_done_in_time_and_stays_below_the_memory(document):
    memory = document["memory"]

    assert memory["proof"]["pairs"] < memory["largest_pairs"]
    assert not memory["proof_is_largest"]
    assert memory["proof_fits"]
    assert memory["proof"]["peak_mb"] < 1024
    assert document["targets"]["the proof stays below 1 GiB"]


@proc
def test_little_memory_is_proven_at_its_largest_matrix():
    config = FitBenchConfig.model_validate(
        {
            "pairs": {"users": 100, "items": 100, "pairs_per_user": 5},
            "als": {"kind": "als", "factors": 8, "iterations": 1},
            "rounds": 1,
            "memory": {"memory_gib": 0.3, "seconds": 60, "users": [2_000, 40_000, 40_000]},
        }
    )
    told = []
    report = run(config, told.append)

    assert sum(told) == steps(config)
    assert report.memory.proof_is_largest
    assert report.memory.proof.pairs == pytest.approx(report.memory.largest_pairs, rel=0.01)
    assert report.memory.proof.peak_mb == pytest.approx(0.3 * 1024 * 0.97, rel=0.15)
    assert "the most in the time given" not in verdict(report.memory)
    slow = replace(report, speed=replace(report.speed, ratio=1.06, same_factors=False))
    assert list(targets(slow).values())[:2] == [False, False]


def test_the_line_goes_through_runs_made_of_it():
    def made(users, items, pairs):
        peak = 100 + (40 * pairs + 700 * (users + items)) / 2**20
        return FitRun(users, items, pairs, peak, seconds=1)

    assert _line([made(10, 5, 900), made(80, 80, 700), made(500, 100, 9_000)]) == pytest.approx(
        (100, 40, 700)
    )


@proc
def test_a_peak_does_not_fall_when_memory_is_given_back():
    taken = np.ones(2**25, np.float64)
    during = resident_mb()
    del taken

    assert resident_mb() < during - 200
    # Linux counts pages in small lots for each thread.
    assert peak_mb() >= during - 1


def test_made_pairs_rise_within_a_user_and_lie_in_the_catalogue():
    known = MadePairs(users=50, items=40, pairs_per_user=20).make()

    assert known.shape == (50, 40)
    assert_array_equal(known.lengths, 20)
    assert all((np.diff(known.of_user(row)) > 0).all() for row in range(50))
    assert 0 <= known.items.min() <= known.items.max() < 40
    assert 0.5 <= known.confidence.min() <= known.confidence.max() <= 1.5
