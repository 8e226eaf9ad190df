"""The index as a folder: written whole, proven when opened, for one pair of bundle and snapshot."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.first_stage import FirstStage, FirstStageConfig
from features.first_stage.index import KIND, IndexFacts, MarketFacts
from recsys.errors import BundleError
from recsys.folders import write_folder


def facts(**changes):
    market = MarketFacts(start=0, end=3, weights=(0.5, -1.0), noise=0.1, anchors=4)
    values = {
        "bundle": "bundle-a",
        "snapshot": "snapshot-b",
        "config": FirstStageConfig(),
        "markets": {"US": market},
    }
    return IndexFacts(**values | changes)


@pytest.fixture
def index():
    factors = np.arange(6, dtype=np.float32).reshape(3, 2)
    return FirstStage(facts(), factors, np.array([1, 2, 4]), np.array([-1, 0, 1, -1, 2], np.int32))


def test_what_was_written_is_read_back_from_the_files_themselves(index, tmp_path):
    opened = index.write(tmp_path)

    assert opened.facts == index.facts
    assert opened.name == FirstStage.open(opened.path).name
    for name in ("factors", "rows", "places"):
        assert_array_equal(getattr(opened, name), getattr(index, name))
        assert isinstance(getattr(opened, name).base, np.memmap)


def test_a_market_is_its_part_of_the_arrays(index):
    market = index.market("US")

    assert_array_equal(market.rows, [1, 2, 4])
    assert_array_equal(market.weights, [0.5, -1])
    assert market.factors.base is not None
    assert index.market("GB") is None


def test_an_index_without_a_large_market_can_be_kept(tmp_path):
    nothing = FirstStage(
        facts(markets={}), np.empty((0, 0), np.float32), np.empty(0, np.int64), np.full(4, -1, np.int32)
    )

    assert nothing.write(tmp_path).market("US") is None


@pytest.mark.parametrize("name", ["factors.npy", "rows.npy", "places.npy", "manifest.json"])
def test_a_flipped_bit_is_noticed(index, tmp_path, name):
    path = index.write(tmp_path).path
    content = bytearray((path / name).read_bytes())
    content[-2] ^= 1
    (path / name).write_bytes(content)

    with pytest.raises(BundleError, match=r"expected sha256|hash names it|cannot be read"):
        FirstStage.open(path)


def test_a_missing_file_is_noticed(index, tmp_path):
    path = index.write(tmp_path).path
    (path / "rows.npy").unlink()

    with pytest.raises(BundleError, match="found no file"):
        FirstStage.open(path)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("factors", np.zeros((3, 2))),
        ("factors", np.zeros(6, np.float32)),
        ("rows", np.zeros(3, np.int32)),
        ("places", np.array([None])),
    ],
    ids=["doubles", "a column", "short rows", "objects"],
)
def test_arrays_of_another_kind_are_refused(index, tmp_path, name, array):
    arrays = {"factors": index.factors, "rows": index.rows, "places": index.places} | {name: array}
    contents = {f"{key}.npy": partial(np.save, arr=value) for key, value in arrays.items()}
    path = write_folder(tmp_path, KIND, {"facts": facts().model_dump(mode="json")}, contents)

    with pytest.raises(BundleError, match=f"{name} is|another version"):
        FirstStage.open(path)


@pytest.mark.parametrize("changes", [{"end": 2}, {"start": 1}, {"weights": (1.0,)}])
def test_markets_that_do_not_divide_the_places_are_refused(index, tmp_path, changes):
    market = facts().markets["US"].model_copy(update=changes)
    contents = {
        f"{name}.npy": partial(np.save, arr=getattr(index, name)) for name in ("factors", "rows", "places")
    }
    given = facts(markets={"US": market}).model_dump(mode="json")

    with pytest.raises(BundleError, match="do not divide its 3 places"):
        FirstStage.open(write_folder(tmp_path, KIND, {"facts": given}, contents))


@pytest.mark.parametrize("pair", [("bundle-x", "snapshot-b"), ("bundle-a", "snapshot-x")])
def test_another_pair_is_refused(index, pair):
    index.check_fits("bundle-a", "snapshot-b")

    with pytest.raises(
        BundleError, match=r"was made with bundle-a on snapshot-b, found .*; make one for them"
    ):
        index.check_fits(*pair)


@pytest.mark.parametrize("changes", [{"factors": 49}, {"anchors": 200}, {"scored": 0}])
def test_settings_that_cannot_be_followed_are_refused(changes):
    with pytest.raises(ValueError, match=r"factors ≤ anchors ≤ candidates|greater than or equal"):
        FirstStageConfig(**changes)


def test_more_are_scored_where_more_are_wanted_than_usual():
    config = FirstStageConfig(scored=1_000)

    assert [config.scored_for(wanted) for wanted in (1, 50, 51, 500)] == [1_000, 1_000, 1_020, 10_000]
