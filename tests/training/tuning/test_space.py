import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from recsys.config import Config, parse
from recsys.errors import ConfigError
from training.tuning import Range, SearchSpace
from training.tuning.space import distributions


class Holder(Config):
    space: SearchSpace


def space(**given):
    return parse(Holder, {"space": given}, source="test").space


def test_whole_bounds_draw_whole_numbers():
    found = distributions(
        space(n={"low": 1, "high": 8, "log": True}, x={"low": 1.0, "high": 8}, k=["a", None, 3]),
        {"n": 4, "x": 2, "k": None},
    )

    assert found["n"] == IntDistribution(1, 8, log=True)
    assert found["x"] == FloatDistribution(1.0, 8.0)
    assert found["k"] == CategoricalDistribution(["a", None, 3])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"low": 2, "high": 2}, "low must be below high, found 2 and 2"),
        ({"low": 0.0, "high": 2, "log": True}, "on a log scale low must be above 0, found 0.0"),
    ],
)
def test_a_range_of_nothing_is_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        space(x=given)


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({"low": 1, "high": 5}, 6),
        ({"low": 1, "high": 5}, 2.5),
        ([1, 2], 3),
        ({"low": 1.0, "high": 2.0}, None),
    ],
)
def test_a_start_outside_of_the_space_is_refused(given, start):
    with pytest.raises(ConfigError, match=r"x: the search starts at .*, outside of"):
        distributions(space(x=given), {"x": start})


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(
        ConfigError, match=r"the search space names y, which is no setting; there are \['x'\]"
    ):
        distributions(space(y=[1, 2]), {"x": 1})


def test_a_range_is_part_of_a_configuration():
    assert Range(low=1, high=2).model_dump() == {"low": 1, "high": 2, "log": False}
