"""Which models take part in a benchmark."""

from pathlib import Path

import pytest

from recsys.errors import ConfigError
from training.implicit.experiment import ImplicitExperiment

CONFIG = Path("configs/implicit.yaml")
COLUMNS = {"image": (0, 3), "sound": (3, 5)}


def test_without_features_auto_leaves_content_out():
    taking_part = ImplicitExperiment.load(CONFIG).taking_part({})

    assert "als" in taking_part
    assert not [name for name in taking_part if name.startswith("content")]


def test_with_several_feature_files_auto_adds_a_model_for_each_alone():
    taking_part = ImplicitExperiment.load(CONFIG).taking_part(COLUMNS)

    assert taking_part["content"].retriever.columns is None
    assert taking_part["content_image"].retriever.columns == (0, 3)
    assert taking_part["content_sound"].retriever.columns == (3, 5)


def test_with_one_feature_file_there_is_one_content_model():
    taking_part = ImplicitExperiment.load(CONFIG).taking_part({"image": (0, 3)})

    assert [name for name in taking_part if name.startswith("content")] == ["content"]


def test_a_named_model_stands_alone():
    assert list(ImplicitExperiment.load(CONFIG, ["model=ease"]).taking_part(COLUMNS)) == ["ease"]


def test_an_unknown_model_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"model must be auto or one of .*'als'"):
        ImplicitExperiment.load(CONFIG, ["model=svd"])
