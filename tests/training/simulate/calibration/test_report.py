import json

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from training.simulate.calibration.measures import Marginal
from training.simulate.calibration.report import WANTED, Calibration

NEAR = Marginal("followers", "nano", np.arange(1.0, 101), np.arange(1.5, 101.5))
FAR = Marginal("price / median price", "all", np.arange(1.0, 51), np.arange(26.0, 76))


@pytest.fixture
def calibration():
    return Calibration([NEAR, FAR])


def test_a_line_tells_both_sides_and_whether_they_are_near_enough(calibration):
    near, far = calibration.lines()

    assert (near.simulated_n, near.real_n, near.simulated[1]) == (100, 100, 50.5)
    assert (near.within, far.within) == (True, False)
    assert far.distance == pytest.approx(0.5)


def test_the_page_holds_every_marginal_and_names_those_too_far_apart(calibration, tmp_path):
    page = calibration.page(tmp_path / "my-world")

    assert page.count("data:image/png;base64,") == 2
    assert "price / median price, all" in page
    assert f"beyond {WANTED}" in page
    assert str(tmp_path) not in page
    assert "http" not in page


def test_every_group_has_a_plot_with_both_curves(calibration):
    figures = calibration.figures()

    assert [len(figure.axes) for figure in figures.values()] == [1, 1]
    assert all(len(axes.lines) == 2 for figure in figures.values() for axes in figure.axes)


@pytest.mark.parametrize("name", ["all.png", "new/all.svg"])
def test_all_marginals_fit_into_one_small_picture(calibration, tmp_path, name):
    calibration.save_overview(tmp_path / name)

    assert 5_000 < (tmp_path / name).stat().st_size < 200_000


def test_the_command_writes_what_is_asked_for_and_prints_one_json_document(world, published, tmp_path):
    real = published(world.tables)
    page = tmp_path / "report.html"

    result = CliRunner().invoke(
        app, ["simulate", "report", str(world.tables), "--real", str(real), "--out", str(page), "--json"]
    )

    assert result.exit_code == 0, result.output
    assert {line["measure"] for line in json.loads(result.stdout)} >= {"followers", "videos per day"}
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert not (tmp_path / "all.png").exists()


def test_a_missing_real_set_ends_in_one_line_that_names_it(world, tmp_path):
    result = CliRunner().invoke(app, ["simulate", "report", str(world.tables), "--real", str(tmp_path)])

    assert result.exit_code != 0
    assert "tides" in result.stderr
    assert "Traceback" not in result.output
