from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.snapshot import build_snapshot
from recsys.errors import RequestError
from recsys.policy import read_policies
from recsys.tables import read_tables
from training.briefs import read_briefs
from training.simulate.cast.creators import FIRST_ID
from training.simulate.play.baselines import known_values
from training.simulate.play.engine import FACTORS, Engine, asking_for_gmv
from training.simulate.play.ledger import Ledger
from training.simulate.play.oracle import Oracle, product
from training.simulate.play.question import Question


@pytest.fixture(scope="module")
def answered(played):
    """The engine's play."""
    return played("engine")


@pytest.fixture(scope="module")
def learnt(answered, config):
    """An engine that learnt from the tables a play left, as of its last week; and that moment's facts."""
    engine, play = Engine(config.engine, 0.0), answered.play
    observed = play._observed(play.scene.weeks[-1])
    engine.learn(observed)
    return engine, observed


@pytest.fixture(scope="module")
def question(answered, learnt):
    play, (_, observed) = answered.play, learnt
    row = int(play.scene.potential_of(play.scene.weeks[-1]).brief[0])
    pool = play.scene.pool_of(row)
    briefs = {brief.campaign_id: brief for brief in read_briefs(observed.tables)}
    limits = Ledger(play.config.limits, len(play.scene.creators)).limits(play._asked(row), pool.fee)
    return Question(row, briefs[play.scene.cast.briefs.ids[row]], FIRST_ID + pool.creator, limits)


def test_an_engine_that_learnt_nothing_yet_says_so(config, question):
    with pytest.raises(RequestError, match="before it learned"):
        Engine(config.engine, 0.0).values(question)


def test_values_are_the_product_of_what_each_factor_says(learnt, question):
    engine, _ = learnt
    factors = engine.factors(question)

    assert set(factors) == set(FACTORS)
    assert engine.values(question) == pytest.approx(product(factors))
    assert ((factors["accept"] >= 0) & (factors["accept"] <= 1)).all()


def test_creators_the_snapshot_does_not_know_are_worth_nothing_yet(learnt, question):
    engine, _ = learnt
    strangers = Question(question.row, question.logged, question.creator_ids + 10**6, question.limits)

    assert_array_equal(engine.values(strangers), 0)


def test_only_settled_briefs_are_learnt_from(learnt):
    engine, observed = learnt
    settled = {int(number) for part in engine.judged.values() for number in part.campaign_ids}
    final = {b.campaign_id: b.final_at(observed.rules) for b in read_briefs(observed.tables)}

    assert settled
    assert all(final[number] < observed.now for number in settled)


def test_it_learns_from_invitations_alone(learnt):
    engine, _ = learnt

    assert all(part.shown.has("invited").all() for part in engine.judged.values())


def test_a_past_snapshot_is_the_same_after_more_weeks_were_played(answered, written):
    """What a week adds to the tables lies after its start."""
    play = answered.play
    moment = datetime.fromtimestamp(play.scene.starts_at(play.scene.weeks[0]), UTC)
    rules = read_policies(play.config.policies)

    early = _profile(written, moment, rules)
    late = _profile(answered.tables, moment, rules)

    assert_array_equal(early, late)


def _profile(folder, moment, rules):
    return build_snapshot(read_tables(folder), moment, rules).creators["profile"]


def test_every_brief_is_read_as_if_it_asked_for_gmv(question):
    assert asking_for_gmv(question.logged).brief.objective == "gmv"


def test_the_oracle_ranks_everybody(question):
    size = len(question.creator_ids)
    told = {"accept": np.ones(size), "deliver": np.ones(size), "result_gmv": np.arange(size, dtype=float)}

    order = Oracle(lambda _: told).rank(question)

    assert sorted(order.tolist()) == list(range(size))


def test_what_the_snapshot_lacks_comes_last(learnt, question):
    _, observed = learnt
    ids = np.append(question.creator_ids, 10**9)

    values = known_values(observed.snapshot, "followers", ids)

    assert values[-1] == -np.inf
    assert np.isneginf(known_values(None, "followers", ids)).all()
