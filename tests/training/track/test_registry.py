import shutil
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import BundleError, ConfigError
from training import track
from training.export.running import open_graph

EXAMPLE = np.zeros((1, 2), np.float32)


@pytest.fixture
def registry(uri):
    return track.Registry(uri)


@pytest.fixture
def register(uri, bundle_with):
    def register(seed):
        bundle = bundle_with(seed)
        with track.run("match", uri) as run:
            return run.model("match", bundle, EXAMPLE, open_graph(bundle.files["rank.onnx"])(EXAMPLE))

    return register


def test_there_is_no_champion_before_the_first(registry, register):
    assert registry.champion("match") is None

    register(seed=1)

    assert registry.champion("match") is None


def test_a_promotion_moves_the_alias_and_says_why(registry, register):
    first, second = register(seed=1), register(seed=2)
    registry.promote(first, "the first")
    registry.promote(second, "better by .02")

    assert registry.champion("match").number == second.number
    assert [version.reason for version in registry.versions("match")] == ["better by .02", "the first"]


def test_a_refused_version_becomes_the_challenger_and_says_why(registry, register):
    first, second = register(seed=1), register(seed=2)
    registry.promote(first, "the first")
    registry.refuse(second, "no better")

    assert registry.champion("match").number == first.number
    assert registry.find("match@challenger").reason == "no better"


def test_a_challenger_that_is_promoted_is_no_challenger_any_more(registry, register):
    version = register(seed=1)
    registry.refuse(version, "no better")
    registry.promote(version, "by hand")

    assert registry.find("match/1").aliases == ("champion",)


def test_a_version_is_fetched_as_the_bundle_that_was_registered(registry, register, bundle_with, tmp_path):
    version = register(seed=1)

    fetched = registry.fetch(version, tmp_path / "out")

    assert fetched.path == tmp_path / "out" / bundle_with(seed=1).name
    assert fetched.facts.seed == 1


def test_fetching_again_changes_nothing(registry, register, tmp_path):
    version = register(seed=1)
    registry.fetch(version, tmp_path / "out")
    registry.fetch(version, tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == [version.bundle]


def test_a_bundle_that_was_changed_in_the_store_is_refused(registry, register, tmp_path):
    version = register(seed=1)
    (stored,) = (tmp_path / "mlruns").rglob(f"{version.bundle}/rank.onnx")
    stored.write_bytes(b"something else")

    with pytest.raises(BundleError, match="expected sha256"):
        registry.fetch(version, tmp_path / "out")


def test_a_bundle_that_is_gone_from_the_store_is_told(registry, register, tmp_path):
    version = register(seed=1)
    shutil.rmtree(next((tmp_path / "mlruns").rglob(version.bundle)))

    with pytest.raises(BundleError, match=f"match/1: {version.bundle} cannot be fetched"):
        registry.fetch(version, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("bundle", ["", "../elsewhere"])
def test_a_version_of_something_else_has_no_bundle(registry, register, tmp_path, bundle):
    version = replace(register(seed=1), bundle=bundle)

    with pytest.raises(BundleError, match="match/1 names no bundle"):
        registry.fetch(version, tmp_path / "out")


@pytest.mark.parametrize("reference", ["match@champion", "match/9"])
def test_an_unknown_version_is_refused_with_what_there_is(registry, register, reference):
    registry.refuse(register(seed=1), "no better")

    with pytest.raises(ConfigError, match="there are match/1, match@challenger"):
        registry.find(reference)


def test_an_unknown_model_is_refused(registry):
    with pytest.raises(ConfigError, match="there is no registered model 'products'"):
        registry.find("products@champion")


def test_a_reference_without_a_version_is_refused(registry):
    with pytest.raises(ConfigError, match="expected NAME@ALIAS or NAME/VERSION, found 'match'"):
        registry.find("match")


def test_the_command_promotes_the_challenger_by_its_alias(registry, register, uri):
    registry.refuse(register(seed=1), "no better")

    done = CliRunner().invoke(app, ["promote", "match@challenger", "--tracking-uri", uri])

    assert (done.exit_code, done.stdout) == (0, "match/1 is the champion: promoted by hand\n")
