import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from training.calibration import (
    CalibrationConfig,
    calibrate,
    isotonic,
    platt,
    reliability,
    report_probabilities,
    sigmoid,
)


@pytest.fixture
def overconfident():
    """Raw log-odds twice as far from 0 as the truth, and a shift of 1."""
    rng = np.random.default_rng(5)
    truth = rng.normal(size=20_000)
    return (2 * truth + 1).astype(np.float32), rng.random(20_000) < expit(truth)


@pytest.mark.parametrize(
    ("positives", "method"), [(5, "sigmoid"), (10, "platt"), (499, "platt"), (500, "isotonic")]
)
def test_the_rarer_outcome_decides_the_method(positives, method):
    happened = np.arange(2000) < positives
    raw = np.linspace(1, -1, 2000, dtype=np.float32)
    for outcome in (happened, ~happened):
        assert calibrate(raw, outcome, CalibrationConfig()).method == method


def test_platt_undoes_a_known_distortion(overconfident):
    slope, offset = platt(*overconfident)

    assert slope == pytest.approx(0.5, abs=0.03)
    assert offset == pytest.approx(-0.5, abs=0.06)


@pytest.mark.parametrize("config", [CalibrationConfig(), CalibrationConfig(isotonic_from=10_000)])
def test_calibrated_probabilities_are_honest_on_other_rows(overconfident, config):
    raw, happened = overconfident
    found = calibrate(raw[:10_000], happened[:10_000], config)

    before = reliability(expit(raw[10_000:]), happened[10_000:], 10).error
    after = reliability(found.calibration.of(raw[10_000:]), happened[10_000:], 10).error
    assert after < 0.04
    assert before > 0.12


def test_isotonic_steps_never_say_never_or_always():
    raw = np.arange(8, dtype=np.float32)
    found = isotonic(raw, raw > 3)

    assert_allclose(found.of(raw), np.where(raw > 3, 0.9, 0.1))


def test_isotonic_steps_pool_what_is_out_of_order():
    raw = np.arange(4, dtype=np.float32)
    found = isotonic(raw, np.array([False, True, False, True]))

    assert_allclose(found.of(raw), [1 / 6, 0.5, 0.5, 5 / 6])


def test_a_sigmoid_is_kept_by_its_knots_within_a_thousandth():
    raw = np.linspace(-5, 5, 1001).astype(np.float32)

    assert_allclose(sigmoid(0.7, -1.0).of(raw), expit(0.7 * raw - 1.0), atol=1e-3)


def test_a_score_that_points_the_wrong_way_is_not_followed():
    raw = np.arange(100, dtype=np.float32)
    slope, offset = platt(raw, raw < 30)

    assert slope == 0
    assert sigmoid(slope, offset).of(raw) == pytest.approx(0.3, abs=0.02)


def test_a_constant_score_becomes_the_rate():
    raw, happened = np.zeros(50, np.float32), np.arange(50) < 20

    assert sigmoid(*platt(raw, happened)).of(raw) == pytest.approx(0.4, abs=0.02)


def test_bins_have_equal_counts_and_rise():
    probabilities = np.random.default_rng(1).random(105)
    found = reliability(probabilities, probabilities > 0.5, 10)

    assert set(found.counts) == {10, 11}
    assert (np.diff(found.predicted) > 0).all()
    assert found.counts.sum() == 105


def test_the_expected_calibration_error_is_worked_by_hand():
    probabilities = np.array([0.1, 0.1, 0.8, 0.8])
    happened = np.array([False, True, True, True])

    assert reliability(probabilities, happened, 2).error == pytest.approx((0.4 + 0.2) / 2)


def test_figures_agree_with_scikit_learn():
    rng = np.random.default_rng(2)
    probabilities = rng.uniform(0.01, 0.99, 500)
    happened = rng.random(500) < probabilities
    found = report_probabilities(probabilities, happened, 0.5, 10)

    assert found.brier == pytest.approx(brier_score_loss(happened, probabilities))
    assert found.log_loss == pytest.approx(sklearn_log_loss(happened, probabilities))
    assert found.auc == pytest.approx(roc_auc_score(happened, probabilities))
    assert found.base_brier == 0.25
