"""Reasons measured on a small model: they add up, and they agree with what TreeSHAP says."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from recsys.shapley import Grouping
from training.bench.queries import MadeQueries
from training.bench.reasons import Explainable, ReasonsBenchConfig, made_model, measure_reasons, read_booster
from training.bench.score import ScoreBenchConfig

SMALL = ScoreBenchConfig(
    trees=12,
    leaves=8,
    train=MadeQueries(queries=20, rows=50, features=16, seed=1),
    test=MadeQueries(queries=6, rows=25, features=16, seed=3),
)
CONFIG = ReasonsBenchConfig(answers=100, compared=80, rounds=2)


@pytest.fixture(scope="module")
def model():
    return made_model(SMALL)


def nothing(steps):
    """Nobody watches."""


def measured(model, queries, grouping=None):
    explainable = Explainable(model.booster, iter(queries), grouping or model.grouping)
    return measure_reasons(explainable, CONFIG, nothing)


@pytest.fixture(scope="module")
def queries(model):
    return list(model.queries)


def test_the_parts_add_up_and_agree_with_tree_shap(model, queries):
    report = measured(model, queries)

    assert report.largest_gap < 1e-5
    assert report.correlation_of_all > 0.9
    assert set(report.correlation) == set(model.grouping.groups)
    assert 0 < report.same_top_reason <= 1
    assert report.explain_ms > 0


def test_the_report_says_what_it_rests_on(model, queries):
    report = measured(model, queries)

    assert (report.trees, report.leaves, report.features) == (12, 8, 16)
    assert report.compared == 80
    # Ten at a time: the third ten of a query of 25 are five.
    assert report.answers == 10 + 10 + 5 + 10 + 10 + 5 + 10 + 10 + 5 + 10


def test_one_group_for_everything_is_what_tree_shap_adds_up_to(model, queries):
    alone = Grouping(("everything",), np.zeros(16, np.int64))

    assert measured(model, queries, alone).correlation_of_all == pytest.approx(1, abs=1e-6)


def test_a_file_that_is_no_booster_is_refused(tmp_path):
    (tmp_path / "rank.txt").write_text("tree\nnonsense")

    for name in ("rank.txt", "absent.txt"):
        with pytest.raises(ConfigError, match=f"{name} is not a LightGBM model"):
            read_booster(tmp_path / name)


def test_a_booster_is_read_as_training_tracks_it(model, queries, tmp_path):
    (tmp_path / "rank.txt").write_text(model.booster.model_to_string())

    read = read_booster(tmp_path / "rank.txt")

    np.testing.assert_array_equal(read.predict(queries[0]), model.booster.predict(queries[0]))


def test_a_booster_without_snapshot_and_briefs_ends_with_2(tmp_path):
    done = CliRunner().invoke(app, ["bench", "reasons", "--booster", str(tmp_path / "rank.txt")])

    assert done.exit_code == 2
    assert "expected --booster, --snapshot and --brief together" in done.stderr


def test_the_report_is_json(model, queries):
    assert json.loads(json.dumps(measured(model, queries).correlation, allow_nan=False))
