"""Bundles: written whole, named by content, and opened only if every byte and every fact is as written."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from recsys.bundle import Bundle, BundleFacts, Calibration, Cascade, Golden, Model
from recsys.config import parse
from recsys.errors import BundleError, ConfigError
from recsys.files import sha256_of_json
from recsys.folders import MANIFEST, write_folder

STAGES = ("rank_0.onnx", "rank_1.onnx")
FILES = {
    "rank.onnx": b"a graph",
    "rank_0.onnx": b"its first trees",
    "rank_1.onnx": b"the others",
    "accept.onnx": b"another",
}


def facts(**changes):
    values = {
        "recipe": "match",
        "code_version": "0.1.0",
        "seed": 7,
        "data": {"creators": "ab" * 32},
        "feature_names": ("followers", "price_to_usual"),
        "reason_groups": {"followers": "popularity", "price_to_usual": "price"},
        "models": {
            "rank": Model(graph="rank.onnx", cascade=Cascade(graphs=STAGES, keep=(120,))),
            "accept": Model(
                graph="accept.onnx", calibration=Calibration(raw=(-1, 0.5), probability=(0.1, 0.9))
            ),
        },
        "golden": (Golden(features=(0.5, None), scores={"rank": 0.25, "accept": -0.125}),),
    }
    return BundleFacts(**values | changes)


@pytest.fixture
def bundle(tmp_path):
    return Bundle.write(tmp_path, facts(), FILES)


def test_what_was_written_is_opened(tmp_path, bundle):
    opened = Bundle.open(bundle.path)

    assert opened.facts == facts()
    assert opened.files == FILES
    assert opened.name == bundle.path.name
    assert [path.name for path in tmp_path.iterdir()] == [bundle.name]


def test_a_file_that_is_swapped_after_its_hash_was_checked_is_not_served(bundle, monkeypatch):
    def swap_then_parse(*arguments, **named):
        (bundle.path / "rank.onnx").write_bytes(b"another graph")
        return parse(*arguments, **named)

    monkeypatch.setattr("recsys.bundle.parse", swap_then_parse)

    assert Bundle.open(bundle.path).files == FILES


def test_the_same_content_has_the_same_name(tmp_path, bundle):
    assert Bundle.write(tmp_path / "elsewhere", facts(), FILES).name == bundle.name


@pytest.mark.parametrize("change", [{"seed": 8}, {"recipe": "feed"}, {"code_version": "0.2.0"}])
def test_another_fact_makes_another_name(tmp_path, bundle, change):
    assert Bundle.write(tmp_path, facts(**change), FILES).name != bundle.name


def test_the_smallest_positive_float_survives_the_manifest(tmp_path):
    golden = (Golden(features=(1e-45, None), scores={"rank": 0.1 + 0.2}),)

    assert Bundle.write(tmp_path, facts(golden=golden), FILES).facts.golden == golden


def test_the_reference_to_a_champion_names_the_bundle_it_points_to(tmp_path, bundle):
    champion = tmp_path / "champion"
    champion.symlink_to(bundle.path)

    assert Bundle.open(champion).name == bundle.name


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_truncated_file_is_refused(bundle, name):
    path = bundle.path / name
    path.write_bytes(path.read_bytes()[:-3])

    with pytest.raises(BundleError, match=rf"{name}(: expected sha256| cannot be read)"):
        Bundle.open(bundle.path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 6), st.integers(0, 7))
def test_a_flipped_bit_in_a_graph_is_refused(bundle, name, byte, bit):
    flipped = bytearray(FILES[name])
    flipped[byte] ^= 1 << bit
    (bundle.path / name).write_bytes(flipped)

    with pytest.raises(BundleError, match=f"{name}: expected sha256"):
        Bundle.open(bundle.path)

    (bundle.path / name).write_bytes(FILES[name])


def test_an_edited_fact_is_refused(bundle):
    path = bundle.path / MANIFEST
    path.write_text(path.read_text().replace('"seed":7', '"seed":8'))

    with pytest.raises(BundleError, match=f"names it bundle-.*, found {bundle.name}"):
        Bundle.open(bundle.path)


def test_a_snapshot_is_not_a_bundle(tmp_path):
    with pytest.raises(BundleError, match="expected a bundle, found 'snapshot'"):
        Bundle.open(write_folder(tmp_path, "snapshot", {}, {}))


def test_a_folder_of_something_else_is_not_a_bundle(tmp_path):
    with pytest.raises(BundleError, match="is not a bundle"):
        Bundle.open(tmp_path)


def without_recipe():
    values = facts().model_dump(mode="json")
    del values["recipe"]
    return values


@pytest.mark.parametrize(
    ("written", "match"),
    [
        ({}, "another version .*facts"),
        ({"facts": without_recipe()}, "another version .*recipe: Field required"),
        ({"facts": facts().model_dump(mode="json") | {"shoes": 3}}, "another version .*shoes"),
    ],
    ids=["no facts", "a fact too few", "a fact too many"],
)
def test_facts_of_another_version_are_refused(tmp_path, written, match):
    with pytest.raises(BundleError, match=match):
        Bundle.open(write_folder(tmp_path, "bundle", written, FILES))


@pytest.mark.parametrize("missing", ["rank.onnx", "rank_1.onnx"])
def test_a_graph_that_is_named_must_be_there(tmp_path, missing):
    files = {name: content for name, content in FILES.items() if name != missing}

    with pytest.raises(BundleError, match=rf"files \['{missing}'\] are named but not in the bundle"):
        Bundle.write(tmp_path, facts(), files)


def test_a_manifest_is_json_that_needs_no_code_of_ours(bundle):
    manifest = json.loads((bundle.path / MANIFEST).read_text("utf-8"))

    assert sha256_of_json(manifest).startswith(bundle.name.removeprefix("bundle-"))
    assert manifest["facts"]["models"]["rank"]["graph"] == "rank.onnx"


def test_a_copied_bundle_opens_under_its_own_name_only(tmp_path, bundle):
    copy = shutil.copytree(bundle.path, tmp_path / "bundle-copy")

    with pytest.raises(BundleError, match=f"names it {bundle.name}, found bundle-copy"):
        Bundle.open(copy)


@pytest.mark.parametrize(
    ("calibration", "match"),
    [
        ({"raw": [], "probability": []}, "needs at least one knot"),
        ({"raw": [0, 1], "probability": [0.5]}, "2 raw scores and 1 probabilities"),
        ({"raw": [1, 0], "probability": [0.1, 0.2]}, "raw scores must rise"),
        ({"raw": [0, 0], "probability": [0.1, 0.2]}, "raw scores must rise"),
        ({"raw": [0, 1], "probability": [0.2, 0.1]}, "probabilities must not fall"),
        ({"raw": [0, 1], "probability": [0.2, 1.5]}, "less than or equal to 1"),
        ({"raw": [0, 1], "probability": [-0.1, 0.5]}, "greater than or equal to 0"),
        ({"raw": [0, float("nan")], "probability": [0, 1]}, "finite number"),
    ],
)
def test_a_calibration_is_a_rising_map_into_probabilities(calibration, match):
    with pytest.raises(ConfigError, match=match):
        parse(Calibration, calibration, "this test")


def test_probabilities_are_linear_between_the_knots_and_flat_outside():
    calibration = Calibration(raw=(-1, 0, 3), probability=(0.1, 0.4, 1.0))

    raw = np.array([-9, -1, -0.5, 0, 1.5, 3, np.inf, np.nan], np.float32)

    assert_allclose(calibration.of(raw), [0.1, 0.1, 0.25, 0.4, 0.7, 1, 1, np.nan])


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=2))
def test_a_calibration_never_turns_the_order_around(raw):
    calibration = Calibration(raw=(-1, 0, 3), probability=(0.1, 0.4, 0.4))

    assert (np.diff(calibration.of(np.sort(np.array(raw, np.float32)))) >= 0).all()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Model(graph="g"), [0, 2]),
        (Model(graph="g", link="exp"), [1, np.exp(2)]),
        (Model(graph="g", link="exp", calibration=Calibration(raw=(0, 4), probability=(0, 1))), [0, 0.5]),
    ],
    ids=["identity", "exp", "calibrated"],
)
def test_a_model_says_what_its_raw_scores_mean(model, expected):
    assert_allclose(model.predict(np.array([0, 2], np.float32)), expected)


@pytest.mark.parametrize(
    ("graphs", "keep", "match"),
    [
        (STAGES, (0,), "keep must fall and end above 0"),
        ((*STAGES, "c.onnx"), (50, 50), "keep must fall and end above 0"),
        (STAGES, (), "2 stages and 0 numbers to keep, expected one fewer"),
        (("a.onnx",), (), "1 stages and 0 numbers to keep, expected one fewer"),
    ],
)
def test_a_cascade_narrows_from_stage_to_stage(graphs, keep, match):
    with pytest.raises(ConfigError, match=match):
        parse(Cascade, {"graphs": graphs, "keep": keep}, "this test")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"feature_names": ("followers", "followers")}, "feature names .*'followers'.* appear twice"),
        (
            {"golden": (Golden(features=(1.0,), scores={}),)},
            "golden row 0 has 1 features, expected 2",
        ),
        (
            {"golden": (Golden(features=(1.0, 2.0), scores={"shoes": 1.0}),)},
            r"golden row 0 scores \['shoes'\], expected models among \['accept', 'rank'\]",
        ),
        ({"reason_groups": {"followers": "popularity", "shoes": "price"}}, r"reason groups .*\['shoes'\]"),
    ],
    ids=[
        "twice the same feature",
        "a short golden row",
        "a golden score of no model",
        "a reason of no feature",
    ],
)
def test_facts_that_contradict_each_other_are_refused(changes, match):
    values = facts().model_dump() | {
        name: [row.model_dump() for row in value] if name == "golden" else value
        for name, value in changes.items()
    }

    with pytest.raises(ConfigError, match=match):
        parse(BundleFacts, values, "this test")
