import pytest
from scipy.stats import binomtest

from recsys.evaluation import Interval
from recsys.off_policy import Estimate, Overlap, Refusal
from training.simulate.replay import Valued, summarise
from training.simulate.replay.summary import wilson

OVERLAP = Overlap(
    rows=10, clusters=10, effective_size=8.0, largest_weight=2.0, mean_weight=1.0, mean_weight_error=0.1
)


def valued(truth, mean, low, high):
    return Valued("near", "gmv", "snips", truth, Estimate(Interval(mean, low, high, 10), OVERLAP))


def test_a_summary_by_hand():
    refused = Valued("near", "gmv", "snips", 4.0, Refusal("too few", OVERLAP))
    [summary] = summarise([valued(4.0, 5.0, 3.0, 7.0), valued(4.0, 6.0, 5.0, 7.0), refused])

    assert (summary.replays, summary.refused, summary.truth) == (3, 1, 4.0)
    assert summary.coverage == 0.5
    assert summary.bias == pytest.approx((1 + 2) / 2 / 4)
    assert summary.rmse == pytest.approx(((1 + 4) / 2) ** 0.5 / 4)
    assert summary.width == pytest.approx((4 + 2) / 2 / 4)
    assert summary.effective_size == 8


def test_where_all_is_refused_there_is_nothing_to_cover():
    [summary] = summarise([Valued("far", "gmv", "ips", 4.0, Refusal("too few", OVERLAP))])

    assert summary.refused == 1
    assert summary.coverage is None
    assert summary.width is None


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (93, 100), (100, 100)])
def test_the_interval_of_a_share_is_wilsons(successes, trials):
    second = binomtest(successes, trials).proportion_ci(method="wilson")

    assert wilson(successes, trials) == pytest.approx((second.low, second.high), abs=1e-6)
