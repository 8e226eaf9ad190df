import numpy as np
import pytest

from training.briefs import read_briefs
from training.judgements import JudgementConfig
from training.periods import end_of, judge_periods, moments
from training.split import SplitConfig

SPLIT = SplitConfig(valid_days=20, test_days=30)


@pytest.fixture(scope="module")
def snapshots():
    return []


@pytest.fixture(scope="module")
def periods(small_world, policies_folder, snapshots):
    config = JudgementConfig(snapshot_every_days=28)
    return judge_periods(small_world.tables, policies_folder, SPLIT, config, snapshots.append)


def created(small_world, judgements):
    at = {brief.campaign_id: brief.created_at for brief in read_briefs(small_world.tables)}
    return moments([at[campaign] for campaign in judgements.campaign_ids.tolist()])


def test_periods_follow_one_another(small_world, periods):
    train, valid, test = (
        created(small_world, judged) for judged in (periods.train, periods.valid, periods.test)
    )

    window = np.timedelta64(21, "D")
    assert train.max() + window <= valid.min()
    assert valid.max() + window <= test.min()
    assert test.max() + window <= end_of(small_world.tables)


def test_every_snapshot_is_told(periods, snapshots):
    assert len(snapshots) == periods.known.report.snapshots + periods.test.report.snapshots


def test_no_result_is_learnt_before_it_was_final(small_world, periods):
    for judged, following in ((periods.train, periods.valid), (periods.known, periods.test)):
        known = ~np.isnan(judged.shown.results).all(axis=1)
        assert known.any()
        assert judged.shown.reached_at[known].max() <= created(small_world, following).min()


def test_the_data_ends_with_the_last_day_that_has_figures(small_world):
    last = small_world.tables["creator_daily"].day.max().to_pyarrow().as_py()

    assert end_of(small_world.tables) == np.datetime64(last) + np.timedelta64(1, "D")
