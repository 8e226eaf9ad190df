import numpy as np
import pytest

from training.simulate.play.shown_log import ShownLog
from training.simulate.play.uptake import uptake_of


def log(gmv, is_video=False):
    """As many shown items as GMVs; an item is adopted where it brought something."""
    gmv = np.array(gmv)
    ones = np.ones(len(gmv), np.int64)
    return ShownLog(
        week=0 * ones,
        is_video=np.full(len(gmv), is_video),
        creator_id=ones,
        item_id=np.arange(len(gmv)),
        place=np.arange(len(gmv)) + 1,
        candidates=9 * ones,
        propensity=ones / 9,
        noticed=gmv > 0,
        adopted=gmv > 0,
        chance=ones / 2,
        gmv=gmv,
        expected_gmv=np.asarray(gmv, np.float64) * (not is_video),
    )


def test_a_policys_share_is_its_recommended_gmv_over_the_oracles():
    found = uptake_of({"random": [log([0, 30]), log([20])], "oracle": [log([100]), log([60, 40])]}, "oracle")

    assert found["random"].share.mean == pytest.approx(0.25)
    assert found["random"].adoption_rate == pytest.approx(2 / 3)
    assert found["oracle"].share.mean == 1


def test_videos_are_counted_apart():
    both = ShownLog.joined([log([10]), log([0, 500, 500], is_video=True)])

    found = uptake_of({"oracle": [both]}, "oracle")["oracle"]

    assert (found.products_shown, found.videos_shown, found.videos_created) == (1, 3, 2)
    assert (found.recommended_gmv.mean, found.created_gmv) == (10, 1000)


def test_without_the_oracle_there_is_no_share():
    assert np.isnan(uptake_of({"random": [log([5])]}, "oracle")["random"].share.mean)


def test_without_products_there_is_no_rate():
    assert np.isnan(uptake_of({"random": [log([5], is_video=True)]}, "oracle")["random"].adoption_rate)


def test_a_log_of_shown_items_can_be_read_again(tmp_path):
    log([1, 2]).write(tmp_path / "shown.parquet")

    assert ShownLog.read(tmp_path / "shown.parquet").gmv.tolist() == [1, 2]
