import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.tables.check import check
from recsys.tables.read import read_tables
from training.simulate.cast.creators import FIRST_ID
from training.simulate.clock import DAY
from training.simulate.play.ground import Ground
from training.simulate.play.log import Log
from training.simulate.play.loop import Play
from training.simulate.play.registry import PLAYED, POLICIES, Seat

SEED = 3
every_policy = pytest.mark.parametrize("name", [*PLAYED, "engine-true-gmv"])


def briefs_of(log, scene):
    """Row of each invitation's brief."""
    return np.searchsorted(scene.cast.briefs.ids, log.campaign_id)


@every_policy
def test_a_policy_invites_somebody_in_every_week(played, config, name):
    assert set(played(name).log.week) == set(range(config.weeks))


@every_policy
def test_no_brief_spends_more_than_its_budget_or_invites_more_than_it_wants(played, scene, name):
    log = played(name).log
    brief = briefs_of(log, scene)

    spent = np.bincount(brief, weights=log.fee, minlength=len(scene.cast.briefs))

    assert (spent <= scene.cast.briefs.budget).all()
    assert (np.bincount(brief, minlength=len(spent)) <= scene.cast.briefs.wanted).all()


@every_policy
def test_samples_and_the_brands_quota_last_for_the_week(played, scene, config, name):
    log = played(name).log
    brief = briefs_of(log, scene)

    for week in range(config.weeks):
        of_week = brief[log.week == week]
        assert np.bincount(scene.cast.briefs.products[of_week, 0]).max() <= config.limits.samples_a_week
        assert np.bincount(scene.cast.briefs.brand[of_week]).max() <= config.limits.invitations_a_week


@every_policy
def test_only_creators_of_the_briefs_pool_are_invited_and_each_once(played, scene, name):
    log = played(name).log

    pairs = set(
        zip(scene.potential.brief.tolist(), (FIRST_ID + scene.potential.creator).tolist(), strict=True)
    )
    invited = list(zip(briefs_of(log, scene).tolist(), log.creator_id.tolist(), strict=True))

    assert set(invited) <= pairs
    assert len(set(invited)) == len(invited)


@every_policy
def test_nobody_has_more_open_deals_than_there_is_room_for(played, scene, config, name):
    log = played(name).log
    rows = {
        key: row for row, key in enumerate(zip(scene.potential.brief, scene.potential.creator, strict=True))
    }
    invited = scene.potential.take(
        np.array([rows[key] for key in zip(briefs_of(log, scene), log.creator_id - FIRST_ID, strict=True)])
    )
    ends = scene.cast.briefs.ends_on[invited.brief] * DAY
    closed = np.where(log.delivered, invited.delivered_at, np.where(log.accepted, ends, invited.replied_at))
    made = scene.cast.briefs.created_at[invited.brief]
    closed = np.where(log.replied, closed, invited.invited_at + 7 * DAY)

    for at, creator in zip(made, invited.creator, strict=True):
        still_open = (invited.creator == creator) & (made <= at) & (closed > at)
        assert still_open.sum() <= config.limits.open_deals


@pytest.mark.parametrize("name", ["engine", "random"])
def test_a_play_can_be_played_again(played, config, scene, written, tmp_path, name):
    again = Play(config, scene, Ground(scene, written, tmp_path / "ground"))

    log = again.run(POLICIES[name](Seat(config, SEED, again.truth)))

    for column in ("creator_id", "propensity", "gmv", "accepted"):
        assert_array_equal(getattr(log, column), getattr(played(name).log, column))


@pytest.mark.parametrize("name", ["random", "oracle"])
def test_the_tables_of_a_play_keep_every_rule_of_the_contract(played, name):
    report = check(read_tables(played(name).tables))

    assert [breach.rule.rule_id for breach in report.breaches] == []


def test_invitations_of_a_week_are_in_no_table_before_the_week(scene, config, written, tmp_path):
    play = Play(config, scene, Ground(scene, written, tmp_path / "ground"))
    seen = []

    class Watching:
        exploration = 1.0

        def learn(self, observed):
            rows = observed.tables["invitations"]
            seen.append((observed.now.replace(tzinfo=None), rows.shown_at.max().to_pyarrow().as_py()))

        def rank(self, question):
            return np.arange(len(question.creator_ids))

    play.run(Watching())

    assert len(seen) == config.weeks
    assert all(latest < now for now, latest in seen)
    assert seen[1][1] > seen[0][1]


def test_everybody_meets_the_same_luck_under_every_policy(played):
    """A pair that two policies invited replies under both or neither, and brings the same."""
    logs = [played(name).log for name in ("random", "oracle")]
    found = [
        {
            (c, k): (r, d, g)
            for c, k, r, d, g in zip(
                log.campaign_id, log.creator_id, log.replied, log.delivered, log.gmv, strict=True
            )
        }
        for log in logs
    ]
    common = found[0].keys() & found[1].keys()

    assert len(common) > 20
    assert all(found[0][pair][0] == found[1][pair][0] for pair in common)
    both = [pair for pair in common if found[0][pair][1] and found[1][pair][1]]
    assert both
    assert all(found[0][pair][2] == found[1][pair][2] for pair in both)


def test_what_creators_do_on_their_own_does_not_depend_on_the_policy(played, written):
    for name in ("random", "oracle"):
        own = played(name).tables / "videos" / "part-00000.parquet"
        assert own.read_bytes() == (written / "videos" / "part-00000.parquet").read_bytes()


def test_deliveries_raise_the_creators_daily_gmv(played, written, scene):
    before, after = (
        read_tables(written)["creator_daily"],
        read_tables(played("oracle").tables)["creator_daily"],
    )
    log = played("oracle").log

    gained = after.gmv_high.sum().to_pyarrow().as_py() - before.gmv_high.sum().to_pyarrow().as_py()

    assert gained >= log.gmv[~scene.creators.withholds[log.creator_id - FIRST_ID]].sum() > 0


def test_nobody_expects_more_of_the_first_brief_than_the_oracle(played):
    """Of the first alone: a greedy oracle that has used up whom a later brief needs may be overtaken."""
    logs = {name: played(name).log for name in PLAYED}
    first = {
        name: log.expected_gmv[log.campaign_id == log.campaign_id.min()].sum() for name, log in logs.items()
    }

    assert len({log.campaign_id.min() for log in logs.values()}) == 1
    assert first["oracle"] == pytest.approx(max(first.values()))
    assert first["oracle"] > first["random"]


def test_realised_gmv_comes_from_deliveries_alone(played):
    log = played("oracle").log

    assert (log.gmv[~log.delivered] == 0).all()
    assert log.gmv.sum() > 0


def test_only_random_explores_everything(played):
    random, followers = played("random").log, played("followers").log

    assert_array_equal(random.propensity, 1 / random.free)
    assert (followers.propensity == 1).all()


def test_a_log_can_be_read_again(played, tmp_path):
    log = played("random").log

    log.write(tmp_path / "log.parquet")

    again = Log.read(tmp_path / "log.parquet")
    assert_array_equal(again.gmv, log.gmv)
    assert_array_equal(again.accepted, log.accepted)
