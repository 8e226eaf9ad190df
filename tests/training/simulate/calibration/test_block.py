from pathlib import Path

import pytest

from recsys.errors import ConfigError
from training.simulate import SimulateConfig
from training.simulate.calibration.block import MARKER, rewrite

CONFIG = Path(__file__).parents[4] / "configs" / "simulate.yaml"


@pytest.fixture
def path(tmp_path):
    """A configuration with something in front of the fitted part and behind it."""
    copy = tmp_path / "world.yaml"
    copy.write_text(CONFIG.read_text("utf-8") + "\n# The end,  as it is.\n", "utf-8")
    return copy


def test_what_was_fitted_is_read_again_as_it_was_written(path):
    fitted = SimulateConfig.load(CONFIG).fitted.model_copy(update={"price_spread": 1.23456})

    rewrite(path, fitted, "somewhere")

    assert SimulateConfig.load(path).fitted == fitted
    assert f"{MARKER} from somewhere; do not edit by hand.\nfitted:\n" in path.read_text("utf-8")


def test_all_the_rest_of_the_file_is_kept_byte_for_byte(path):
    before = path.read_text("utf-8")

    rewrite(path, SimulateConfig.load(CONFIG).fitted, "somewhere")
    after = path.read_text("utf-8")

    assert after.partition(MARKER)[0] == before.partition(MARKER)[0]
    assert after.endswith("\n\n# The end,  as it is.\n")


def test_the_shipped_block_is_what_the_script_writes(path):
    sources = CONFIG.read_text("utf-8").partition(f"{MARKER} from ")[2].partition("; do not")[0]

    rewrite(path, SimulateConfig.load(CONFIG).fitted, sources)

    assert path.read_text("utf-8").startswith(CONFIG.read_text("utf-8"))


@pytest.mark.parametrize("text", ["seed: 1\n", f"{MARKER}\nfitted:\n  a: 1\n{MARKER}\nfitted:\n  a: 1\n"])
def test_a_file_without_one_fitted_part_is_not_touched(tmp_path, text):
    path = tmp_path / "world.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError, match="needs one part `fitted:`"):
        rewrite(path, SimulateConfig.load(CONFIG).fitted, "somewhere")

    assert path.read_text() == text


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        rewrite(tmp_path / "none.yaml", SimulateConfig.load(CONFIG).fitted, "somewhere")
