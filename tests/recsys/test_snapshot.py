"""Snapshots: columns come back as they went in, memory-mapped, and nothing corrupt or foreign is opened."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_array_equal

from recsys.bundle import Bundle
from recsys.errors import BundleError
from recsys.folders import MANIFEST, write_folder
from recsys.snapshot import PARTS, Columns, Snapshot, SnapshotFacts

FACTS = SnapshotFacts(
    as_of=datetime(2024, 3, 1, tzinfo=UTC),
    policies={"US": "2023-09"},
    data={"creators": "ab" * 32},
    vocabularies={"country": ("GB", "US")},
    categories=("beauty/hair_care",),
    markets=("US",),
    countries=("GB", "US"),
    languages=("en",),
    facets={"hook": ("question", "story")},
    feature_names=("followers",),
)
NOTHING = Columns(np.empty(0, np.int64), {})


def creators():
    return Columns(
        np.array([3, 8, 11]),
        {
            "followers": np.array([10, 2**40, 0], np.int64),
            "gmv": np.array([np.nan, 1.5, -0.0], np.float64),
            "activity": np.array([0.25, np.nan, 1], np.float32),
            "has_ecommerce": np.array([True, False, True]),
            "audience_country": np.array([[0.1, 0.9], [np.nan, np.nan], [1, 0]], np.float32),
            "language": np.array(["en", "", "vi"], object),
        },
    )


def snapshot(**changes):
    values = {
        "facts": FACTS,
        "creators": creators(),
        "brands": NOTHING,
        "products": NOTHING,
        "pairs": NOTHING,
    }
    return Snapshot(**values | changes)


@pytest.fixture
def written(tmp_path):
    return snapshot().write(tmp_path)


def assert_same(found, expected):
    assert_array_equal(found.ids, expected.ids)
    assert list(found.values) == list(expected.values)
    for name, values in expected.values.items():
        assert found[name].dtype == values.dtype, name
        assert_array_equal(found[name], values, err_msg=name)


def test_columns_come_back_as_they_went_in(written):
    assert_same(written.creators, creators())
    assert written.facts == FACTS
    assert len(written.creators) == 3


def test_an_empty_part_comes_back_empty(written):
    for part in (written.brands, written.products, written.pairs):
        assert len(part) == 0
        assert part.ids.dtype == np.int64


def test_an_empty_vector_column_keeps_its_width(tmp_path):
    empty = Columns(np.empty(0, np.int64), {"mix": np.empty((0, 4), np.float32)})

    assert snapshot(brands=empty).write(tmp_path).brands["mix"].shape == (0, 4)


def test_a_vector_column_without_groups_keeps_its_rows(tmp_path):
    without = Columns(np.array([1, 2]), {"audience_state": np.empty((2, 0), np.float32)})

    assert snapshot(brands=without).write(tmp_path).brands["audience_state"].shape == (2, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.int32, np.int64, np.bool_]),
        arrays.array_shapes(min_dims=1, max_dims=2, max_side=6),
    )
)
def test_any_numbers_come_back_to_the_bit(tmp_path, values):
    columns = Columns(np.arange(len(values)), {"column": values})

    assert_same(snapshot(products=columns).write(tmp_path).products, columns)


def test_the_same_content_has_the_same_name(tmp_path, written):
    assert snapshot().write(tmp_path / "elsewhere").name == written.name
    assert written.name.startswith("snapshot-")
    assert snapshot().name == "unwritten"


def test_a_changed_number_makes_another_name(tmp_path, written):
    changed = creators()
    changed.values["followers"][0] += 1

    assert snapshot(creators=changed).write(tmp_path).name != written.name


@pytest.mark.parametrize("column", ["followers", "gmv", "activity", "audience_country"])
def test_numbers_are_memory_mapped_and_read_only(written, column):
    values = written.creators[column]

    assert not values.flags.writeable
    assert not values.flags.owndata


@pytest.mark.parametrize("part", PARTS)
def test_a_truncated_part_is_refused(written, part):
    path = written.path / f"{part}.arrow"
    path.write_bytes(path.read_bytes()[:-8])

    with pytest.raises(BundleError, match=f"{part}.arrow: expected sha256"):
        Snapshot.open(written.path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_a_flipped_bit_in_the_columns_is_refused(tmp_path, data):
    path = snapshot().write(tmp_path).path / "creators.arrow"
    content = path.read_bytes()
    flipped = bytearray(content)
    flipped[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(flipped)

    with pytest.raises(BundleError, match=r"creators.arrow: expected sha256"):
        Snapshot.open(path.parent)

    path.write_bytes(content)


def test_an_edited_moment_is_refused(written):
    path = written.path / MANIFEST
    path.write_text(path.read_text().replace("2024-03-01", "2024-03-02"))

    with pytest.raises(BundleError, match="the manifest's hash names it snapshot-"):
        Snapshot.open(written.path)


def test_a_bundle_is_not_a_snapshot(tmp_path, written):
    with pytest.raises(BundleError, match="expected a bundle, found 'snapshot'"):
        Bundle.open(written.path)
    with pytest.raises(BundleError, match="expected a snapshot, found 'bundle'"):
        Snapshot.open(write_folder(tmp_path, "bundle", {}, {}))


def test_a_snapshot_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BundleError, match="is not a snapshot"):
        Snapshot.open(tmp_path / "absent")


def arrow(**columns):
    table = pa.table(columns)

    def write(path):
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)

    return write


GOOD = arrow(id=[1, 2], followers=[5, 6])
FOREIGN = {
    "a part is missing": dict.fromkeys(PARTS[1:], GOOD),
    "not Arrow": dict.fromkeys(PARTS, b"followers,gmv"),
    "empty": dict.fromkeys(PARTS, b""),
    "no ids": dict.fromkeys(PARTS, arrow(followers=[5, 6])),
    "ids out of order": dict.fromkeys(PARTS, arrow(id=[2, 1])),
    "ids twice": dict.fromkeys(PARTS, arrow(id=[1, 1])),
    "ids that are text": dict.fromkeys(PARTS, arrow(id=["1", "2"])),
    "holes": dict.fromkeys(PARTS, arrow(id=[1, 2], followers=[5, None])),
}


@pytest.mark.parametrize("contents", FOREIGN.values(), ids=FOREIGN)
def test_a_folder_with_right_hashes_but_foreign_columns_is_refused(tmp_path, contents):
    facts = {"facts": FACTS.model_dump(mode="json")}
    files = {f"{part}.arrow": content for part, content in contents.items()}
    folder = write_folder(tmp_path, "snapshot", facts, files)

    with pytest.raises(BundleError, match="written by another version of this project"):
        Snapshot.open(folder)


@pytest.mark.parametrize(
    "facts", [{}, {"facts": {}}, {"facts": FACTS.model_dump(mode="json") | {"shoes": 1}}]
)
def test_foreign_facts_are_refused(tmp_path, facts):
    files = {f"{part}.arrow": GOOD for part in PARTS}

    with pytest.raises(BundleError, match="written by another version of this project"):
        Snapshot.open(write_folder(tmp_path, "snapshot", facts, files))


def test_rows_are_found_by_id_and_absent_ids_are_told():
    rows, found = creators().rows_of(np.array([11, 4, 3, 99, -1]))

    assert_array_equal(found, [True, False, True, False, False])
    assert_array_equal(rows[found], [2, 0])


def test_an_empty_table_finds_nobody():
    rows, found = NOTHING.rows_of(np.array([1, 2]))

    assert_array_equal(found, [False, False])
    assert len(rows) == 2


@given(st.sets(st.integers(-50, 50)), st.lists(st.integers(-60, 60)))
def test_looking_up_ids_is_membership(ids, wanted):
    columns = Columns(np.array(sorted(ids), np.int64), {})

    rows, found = columns.rows_of(np.array(wanted, np.int64))

    assert_array_equal(found, [value in ids for value in wanted])
    assert_array_equal(columns.ids[rows[found]], np.array(wanted, np.int64)[found])


def test_each_pair_of_brand_and_creator_has_its_own_key():
    keys = [snapshot().pair_keys(brand, np.arange(3)) for brand in range(4)]

    assert_array_equal(np.concatenate(keys), np.arange(12))
