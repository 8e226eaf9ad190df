import pytest

from recsys.errors import ConfigError
from training.recommending.learning import flat, with_settings


@pytest.fixture
def retrieval(item_experiment):
    return item_experiment("products").retrieval


def test_a_setting_is_named_by_its_path(retrieval):
    paths = flat(retrieval.model_dump(mode="json"))

    assert paths["models.als.alpha"] == retrieval.models["als"].alpha
    assert paths["events.half_life_days"] == retrieval.events.half_life_days


def test_only_the_named_settings_change(retrieval):
    changed = with_settings(retrieval, {"models.als.alpha": 2.0, "events.half_life_days": 3.0})

    assert changed.models["als"].alpha == 2
    assert changed.events.half_life_days == 3
    assert with_settings(changed, {
        "models.als.alpha": retrieval.models["als"].alpha,
        "events.half_life_days": retrieval.events.half_life_days,
    }) == retrieval  # fmt: skip


def test_a_setting_that_the_retriever_refuses_is_an_error(retrieval):
    with pytest.raises(ConfigError, match="the search space is not a valid RetrievalConfig"):
        with_settings(retrieval, {"models.als.alpha": -1.0})
