import numpy as np

from training import plots
from training.calibration import Reliability


def test_a_learning_curve_has_a_line_per_metric():
    points = [
        {"round": 1, "ndcg_at_5": 0.1, "ndcg_at_10": 0.2},
        {"round": 2, "ndcg_at_5": 0.2, "ndcg_at_10": 0.3},
    ]
    (axes,) = plots.learning_curve(points, "curve").axes

    assert [line.get_label() for line in axes.lines] == ["ndcg_at_5", "ndcg_at_10", "best: 2 trees"]
    assert list(axes.lines[1].get_ydata()) == [0.2, 0.3]


def test_importance_shows_the_largest_as_shares():
    gains = {f"feature_{place}": float(place) for place in range(40)}
    (axes,) = plots.importance(gains, "importance").axes

    assert len(axes.patches) == 25
    assert axes.patches[-1].get_width() == 39 / sum(range(40))


def test_reliability_is_drawn_beside_the_diagonal():
    curve = Reliability(np.array([0.2, 0.8]), np.array([0.1, 0.9]), np.array([5.0, 5.0]))
    (axes,) = plots.reliability({"P(accept)": curve}, "reliability").axes

    assert list(axes.lines[0].get_ydata()) == [0, 1]
    assert axes.lines[1].get_label() == "P(accept), ECE 0.100"


def test_exposure_stacks_the_tiers_to_one():
    shares = {"model": {"nano": 0.25, "mega": 0.75}, "random": {"micro": 1.0}}
    (axes,) = plots.exposure(shares, "exposure").axes

    widths = np.array([[bar.get_width() for bar in bars] for bars in axes.containers])
    assert (widths.sum(axis=0) == 1).all()
