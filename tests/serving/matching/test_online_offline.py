"""What training learns from is what serving scores: 10,000 pairs of brief and creator, bit for bit.

Offline, features come as training makes them: from a snapshot built from the tables and never written, for
all creators of a brief at once, and through the judgements of logged briefs; scores are LightGBM's own.
Online they come from the written, memory-mapped snapshot, for a hundred given creators at a time, and scores
are those of the answers.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.catalogue import FEATURES
from features.first_stage.briefs import made_briefs
from features.matrix import match_features
from features.snapshot import build_snapshot
from recsys.blocks import BLOCK_ROWS
from recsys.policy import read_policies
from recsys.tables import read_tables
from serving.matching.engine import MatchEngine
from serving.matching.given import given_creators
from serving.matching.ranker import CreatorRanker
from training.briefs import read_briefs
from training.funnel import read_shown
from training.judgements import Judge, JudgementConfig

POLICIES = Path(__file__).parents[3] / "configs" / "policies"
PAIRS, AT_ONCE = 10_000, 100
FEW = 3
"""Features that a small world lacks or has one value of."""


@pytest.fixture(scope="module")
def tables(snapshot):
    return read_tables(snapshot.path.parent / "tables")


@pytest.fixture(scope="module")
def offline(tables, snapshot):
    return build_snapshot(tables, snapshot.facts.as_of, read_policies(POLICIES))


@pytest.fixture(scope="module")
def engine(bundle, snapshot):
    return MatchEngine.open(bundle.path, snapshot.path)


@pytest.fixture(scope="module")
def asked(offline):
    """Briefs of every market, each with a hundred creators in random order: 10,000 pairs."""
    rng = np.random.default_rng(5)
    markets = offline.facts.markets
    each = [made_briefs(offline, market, PAIRS // AT_ONCE // len(markets) + 1, seed=5) for market in markets]
    briefs = [brief for some in each for brief in some][: PAIRS // AT_ONCE]
    return [(brief, rng.choice(len(offline.creators), AT_ONCE, replace=False)) for brief in briefs]


@pytest.fixture(scope="module")
def learnt_from(asked, offline):
    """Features of the asked pairs, each brief's taken from those of all creators at once."""
    everyone = np.arange(len(offline.creators))
    return [match_features(brief, offline, everyone)[rows] for brief, rows in asked]


def scored_by(engine, brief, ids):
    """The features that the engine gives its model for an answer about these creators."""
    seen = []

    def score(features):
        seen.append(features)
        return engine.scorers["rank"].exact(features)

    given = given_creators(ids, engine.snapshot)
    CreatorRanker(engine.snapshot, score).rank(brief, given.retrieve(brief))
    (features,) = seen
    return features


def scores_of(answer):
    return {item.creator_id: item.score for item in answer.items}


def assert_same_bits(found, expected):
    assert found.dtype == expected.dtype == np.float32
    assert_array_equal(found.view(np.uint32), expected.view(np.uint32))


def test_ten_thousand_pairs_have_the_features_that_training_sees(engine, asked, learnt_from):
    assert sum(len(features) for features in learnt_from) == PAIRS
    for (brief, rows), expected in zip(asked, learnt_from, strict=True):
        ids = engine.snapshot.creators.ids[rows].tolist()

        assert_same_bits(scored_by(engine, brief, ids), expected)


def test_ten_thousand_pairs_have_the_scores_that_lightgbm_gives(engine, asked, learnt_from, boosters):
    for (brief, rows), features in zip(asked, learnt_from, strict=True):
        ids = engine.snapshot.creators.ids[rows].tolist()
        expected = boosters["rank"].predict(features, num_threads=1).astype(np.float32)

        assert scores_of(engine.rank(brief, ids)) == dict(zip(ids, expected.tolist(), strict=True))


def test_the_pairs_meet_every_feature(learnt_from):
    """A feature that is always missing, or always the same, would prove nothing."""
    rows = np.concatenate(learnt_from)
    different = [len(np.unique(column[~np.isnan(column)])) for column in rows.T]
    same = {name for name, count in zip(FEATURES, different, strict=True) if count < 2}

    assert len(same) <= FEW, sorted(same)


def test_judged_rows_are_what_the_engine_would_have_scored(engine, tables, offline):
    briefs, shown = read_briefs(tables), read_shown(tables)
    judge = Judge(shown, lambda moment: offline, read_policies(POLICIES), JudgementConfig())
    judgements = judge.judge(briefs)
    by_campaign = {logged.campaign_id: logged.brief for logged in briefs}
    queries = np.split(np.arange(len(judgements.shown)), judgements.judged.starts[1:])

    assert len(queries) > 20
    for campaign_id, rows in zip(judgements.campaign_ids, queries, strict=True):
        ids = judgements.shown.creator_ids[rows].tolist()
        found = scored_by(engine, by_campaign[campaign_id], ids)
        assert_same_bits(found, judgements.judged.features[rows])


def test_permuted_and_split_candidates_get_the_same_answers(engine, asked):
    rng = np.random.default_rng(7)
    for brief, rows in asked[:20]:
        ids = engine.snapshot.creators.ids[rows]
        expected = scores_of(engine.rank(brief, ids.tolist()))
        parts = np.split(rng.permutation(ids), [1, 8, 40])

        assert scores_of(engine.rank(brief, rng.permutation(ids).tolist())) == expected
        assert {
            each: score
            for part in parts
            for each, score in scores_of(engine.rank(brief, part.tolist())).items()
        } == expected


def test_more_candidates_than_a_block_get_the_same_answers(engine, snapshot, asked):
    """A market of thousands: the features of each creator many times over, scored at once."""
    brief, rows = asked[0]
    many = np.tile(rows, 2 * BLOCK_ROWS // AT_ONCE + 1)
    scores = engine.scorers["rank"].exact(match_features(brief, snapshot, many))

    assert_same_bits(scores, np.tile(scores[:AT_ONCE], len(many) // AT_ONCE))
