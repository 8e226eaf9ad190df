"""Matching among many creators: what they are made of, what is asked, and a whole small run."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from typer.testing import CliRunner

from features.creator_filters import passing
from features.first_stage import FirstStageConfig
from features.matrix import match_features
from features.snapshot import build_match_snapshot
from recsys.cli import app
from recsys.errors import ConfigError
from recsys.policy import read_policies
from recsys.snapshot import NOTHING
from training.bench.match import MatchBenchConfig, run, steps, targets
from training.bench.match_briefs import FILTERS, fresh_briefs
from training.bench.match_made import made
from training.bench.match_market import grown
from training.periods import end_of

CREATORS, BRANDS = 900, 12


@pytest.fixture(scope="module")
def real(small_world, policies_folder, tmp_path_factory):
    at = end_of(small_world.tables).item()
    built = build_match_snapshot(small_world.tables, at, read_policies(policies_folder))
    return built.write(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def many(real):
    return grown(real, CREATORS, BRANDS, seed=1)


def test_creators_are_as_many_as_asked_for_and_no_two_are_the_same(many):
    profiles = np.nan_to_num(many.creators["profile"])

    assert len(many.creators) == CREATORS
    assert (np.diff(many.creators.ids) > 0).all()
    assert len(np.unique(profiles, axis=0)) > 0.75 * CREATORS


def test_creators_are_spread_like_the_real_ones(many, real):
    for name in ("market", "category"):
        shares = [
            np.bincount(each.creators[name], minlength=30) / len(each.creators) for each in (many, real)
        ]
        assert_allclose(*shares, atol=0.06)
    middles = [np.nanmedian(each.creators["followers"]) for each in (many, real)]
    assert 0.5 < middles[0] / middles[1] < 2


def test_what_belongs_together_still_does(many, real):
    sums, of_real = (each.creators["audience_gender"].sum(axis=1) for each in (many, real))
    flags = many.creators["profile"][:, _flag_columns(many)]

    assert np.nanmin(sums) >= np.nanmin(of_real) - 1e-4
    assert np.nanmax(sums) <= np.nanmax(of_real) + 1e-4
    assert (many.creators["gmv_low_28"] <= many.creators["gmv_high_28"]).all()
    assert set(np.unique(flags[~np.isnan(flags)])) <= {0, 1}


def _flag_columns(snapshot):
    return [place for place, name in enumerate(snapshot.facts.feature_names) if name == "has_ecommerce"]


def test_brands_have_as_many_they_met_as_real_ones_and_are_of_the_same_market(many, real):
    of_brand = np.bincount(many.pairs.ids // CREATORS, minlength=BRANDS)
    of_real = np.bincount(real.pairs.ids // len(real.creators), minlength=len(real.brands))

    assert (np.diff(many.pairs.ids) >= 0).all()
    assert (of_brand <= of_real[np.arange(BRANDS) % len(real.brands)]).all()
    assert of_brand.sum() > 0.9 * of_real[np.arange(BRANDS) % len(real.brands)].sum()


def test_the_same_seed_makes_the_same_creators(many, real):
    again, other = grown(real, CREATORS, BRANDS, seed=1), grown(real, CREATORS, BRANDS, seed=2)

    assert_array_equal(again.creators["profile"], many.creators["profile"])
    assert not np.array_equal(other.creators["followers"], many.creators["followers"])


def test_nobody_to_draw_from_is_refused(real):
    with pytest.raises(ConfigError, match="expected creators and brands to draw from"):
        grown(type(real)(real.facts, NOTHING, NOTHING, NOTHING, NOTHING), 10, 1, seed=1)


@pytest.mark.parametrize("filters", FILTERS)
def test_briefs_have_so_many_filters_differ_and_can_be_answered(many, filters):
    briefs = fresh_briefs(many, filters, 6, seed=3)

    assert len({brief.model_dump_json() for brief in briefs}) == 6
    for brief in briefs:
        found = passing(brief.filters, brief.market, many)
        assert len(found.counts) == filters + 1
        match_features(brief, many, found.rows[:3])


def test_a_run_measures_everything_and_what_was_made_is_used_again(trained, real, tmp_path):
    stage = FirstStageConfig(scored=100, candidates=20, anchors=10, factors=6, sample=100)
    config = MatchBenchConfig(creators=CREATORS, briefs=2, compared=1, stage=stage)
    advanced = []

    release = made(trained.bundle.path, real, CREATORS, stage, tmp_path, lambda _: None)
    again = made(trained.bundle.path, real, CREATORS, stage, tmp_path, lambda _: None)
    report = run(config, release, advanced.append)

    assert again.release == release.release
    assert (again.snapshot_seconds, again.index_seconds) == (0, 0)
    assert sum(advanced) == steps(config)
    assert {(each.filters, each.explained) for each in report.timed} == {
        (filters, explained) for filters in FILTERS for explained in (0, 10)
    }
    assert all(0 < each.p50_ms <= each.p99_ms for each in report.timed)
    assert report.recall.keys() == set(FILTERS)
    assert len(report.workers) == 2
    assert all(10 < each.private_mib < each.resident_mib for each in report.workers)
    assert report.start_seconds > 0 < report.import_cpu_seconds
    assert len(targets(report)) == 5


def test_half_a_pair_is_refused(real):
    refused = CliRunner().invoke(app, ["bench", "match", "--snapshot", str(real.path)])

    assert refused.exit_code == 2
    assert "expected both or neither" in refused.stderr


def test_a_senseless_number_is_refused(real, trained):
    pair = ["--snapshot", str(real.path), "--bundle", str(trained.bundle.path)]

    refused = CliRunner().invoke(app, ["bench", "match", *pair, "--creators", "0", "--json"])

    assert refused.exit_code == 2
    assert "creators" in refused.stderr
