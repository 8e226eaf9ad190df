from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.catalogue import FEATURES
from features.matrix import match_features
from features.snapshot import build_snapshot
from recsys.errors import TableError
from recsys.policy import read_policies
from training.briefs import read_briefs
from training.funnel import GradeConfig, read_shown
from training.judgements import Judge, JudgementConfig, moment_of


@pytest.fixture(scope="module")
def policies(policies_folder):
    return read_policies(policies_folder)


@pytest.fixture(scope="module")
def briefs(small_world):
    return read_briefs(small_world.tables)[40:60]


@pytest.fixture(scope="module")
def shown(small_world):
    return read_shown(small_world.tables)


@pytest.fixture(scope="module")
def snapshots(small_world, policies):
    """Each moment's snapshot, made once for all tests."""
    made = {}

    def snapshot_at(moment):
        if moment not in made:
            made[moment] = build_snapshot(small_world.tables, moment, policies)
        return made[moment]

    return snapshot_at


@pytest.fixture(scope="module")
def judge(shown, snapshots, policies):
    def judge(briefs, **settings):
        config = JudgementConfig(snapshot_every_days=14, **settings)
        return Judge(shown, snapshots, policies, config).judge(briefs)

    return judge


@pytest.fixture(scope="module")
def judged(judge, briefs):
    return judge(briefs)


@pytest.mark.parametrize(
    ("at", "every", "moment"),
    [
        (datetime(2026, 1, 2, 0, 0, tzinfo=UTC), 1, datetime(2026, 1, 2, tzinfo=UTC)),
        (datetime(2026, 1, 2, 23, 59, tzinfo=UTC), 1, datetime(2026, 1, 2, tzinfo=UTC)),
        (datetime(1970, 1, 14, 23, 0, tzinfo=UTC), 7, datetime(1970, 1, 8, tzinfo=UTC)),
        (datetime(1970, 1, 15, 0, 0, tzinfo=UTC), 7, datetime(1970, 1, 15, tzinfo=UTC)),
    ],
)
def test_a_brief_sees_the_last_snapshot_before_it(at, every, moment):
    assert moment_of(at, every) == moment


def test_rows_stand_in_the_shown_order(judged):
    positions = np.split(judged.shown.positions, judged.judged.starts[1:])

    assert all((np.diff(of_query) > 0).all() for of_query in positions)
    assert_array_equal(judged.judged.positions, judged.shown.positions)


def test_rows_belong_to_the_brief_of_their_query(judged):
    assert_array_equal(judged.shown.campaign_ids, np.repeat(judged.campaign_ids, judged.judged.group_sizes))


def test_features_are_those_serving_computes(judged, briefs, snapshots):
    logged = next(brief for brief in briefs if brief.campaign_id == judged.campaign_ids[3])
    rows = judged.judged.query_of_row == 3
    snapshot = snapshots(moment_of(logged.created_at, 14))
    creators, _ = snapshot.creators.rows_of(judged.shown.creator_ids[rows])

    assert judged.judged.feature_names == tuple(FEATURES)
    assert_array_equal(judged.judged.features[rows], match_features(logged.brief, snapshot, creators))


def test_no_snapshot_is_younger_than_its_brief(shown, snapshots, policies, briefs):
    asked = []

    def remember(moment):
        asked.append(moment)
        return snapshots(moment)

    Judge(shown, remember, policies, JudgementConfig(snapshot_every_days=14)).judge(briefs)

    assert asked == sorted(set(asked))
    assert asked[0] <= briefs[0].created_at < asked[0] + timedelta(days=14)
    assert asked[-1] <= briefs[-1].created_at


def test_grades_follow_the_configuration(judge, briefs, judged):
    generous = judge(briefs, grades=GradeConfig(opened=1, shortlisted=1))

    opened = judged.shown.has("opened") & ~judged.shown.has("shortlisted")
    assert opened.any()
    assert set(judged.judged.grades[opened]) == {0}
    assert set(generous.judged.grades[opened]) == {1}


def test_briefs_without_two_creators_are_left_out_and_counted(judge, briefs, shown, snapshots, policies):
    first, second = briefs[0].campaign_id, briefs[1].campaign_id
    rows = (shown.campaign_ids != first) & ~((shown.campaign_ids == second) & (shown.positions > 1))
    config = JudgementConfig(snapshot_every_days=14)

    report = Judge(shown.take(rows), snapshots, policies, config).judge(briefs).report

    assert (report.never_shown, report.single_row) == (1, 1)
    assert report.queries + report.names_unknown == len(briefs) - 2


def test_rows_too_far_down_are_left_out_and_counted(judge, briefs, judged):
    short = judge(briefs, longest_query=5)

    assert short.judged.group_sizes.max() == 5
    assert short.report.rows_too_far_down == judged.report.rows - short.report.rows


def test_creators_who_joined_after_the_snapshot_are_left_out_and_counted(shown, snapshots, policies, briefs):
    config = JudgementConfig(snapshot_every_days=14)
    snapshot = snapshots(moment_of(briefs[0].created_at, 14))
    campaign = briefs[0].campaign_id
    usual = shown.of(campaign)
    stranger = usual.creator_ids.copy()
    stranger[0] = snapshot.creators.ids.max() + 1
    ids = np.where(shown.campaign_ids == campaign, 0, shown.creator_ids)
    ids[shown.campaign_ids == campaign] = stranger
    strange = type(shown)(**{**vars(shown), "creator_ids": ids})

    before = Judge(shown, snapshots, policies, config).judge(briefs[:1]).report
    after = Judge(strange, snapshots, policies, config).judge(briefs[:1]).report

    assert after.rows_without_profile == before.rows_without_profile + 1
    assert after.rows == before.rows - 1


def test_queries_without_a_relevant_row_are_kept_and_counted(shown, snapshots, policies, briefs, judged):
    nothing = type(shown)(**{**vars(shown), "reached_at": np.full_like(shown.reached_at, "NaT")})
    config = JudgementConfig(snapshot_every_days=14)

    report = Judge(nothing, snapshots, policies, config).judge(briefs).report

    assert report.queries_without_relevant == report.queries == judged.report.queries


def test_briefs_of_brands_the_snapshot_does_not_know_are_left_out_and_counted(judge, briefs):
    unknown = [
        type(logged)(
            logged.campaign_id, logged.created_at, logged.brief.model_copy(update={"brand_id": 10**9})
        )
        for logged in briefs[:1]
    ]

    assert judge([*unknown, *briefs[1:]]).report.names_unknown == judge(briefs).report.names_unknown + 1


def test_nothing_to_judge_is_refused(judge):
    with pytest.raises(TableError, match="none of 0 briefs can be judged"):
        judge([])


def test_taking_queries_keeps_rows_and_campaigns_together(judged):
    some = judged.take(np.arange(len(judged.campaign_ids)) % 2 == 0)

    assert_array_equal(some.shown.campaign_ids, np.repeat(some.campaign_ids, some.judged.group_sizes))
