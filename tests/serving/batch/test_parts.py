"""A folder of parts that a job goes on with."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError
from recsys.files import sha256_of
from serving.batch.parts import parts_of

WORK = {"snapshot": "one", "input": "pairs"}
FACTS = {"as_of": "2026-04-01"}


def rows(*numbers):
    return pa.table({"row": pa.array(numbers, pa.int64())})


@pytest.fixture
def folder(tmp_path):
    """Two whole parts of two rows, and no manifest: a job that was killed."""
    with parts_of(tmp_path / "out", WORK, FACTS, 2, restart=False) as parts:
        parts.add(rows(1, 2))
        parts.add(rows(3, 4))
    return tmp_path / "out"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_job_goes_on_behind_its_last_part(folder):
    (folder / ".part-00002.parquet.new").write_bytes(b"half of a part")
    with parts_of(folder, WORK, FACTS, 2, restart=False) as parts:
        assert (parts.written, parts.ended) == (4, False)
        parts.add(rows(5))
        assert parts.ended
        parts.finish()

    assert names(folder) == [
        "_job.json", "_manifest.json", "part-00000.parquet", "part-00001.parquet", "part-00002.parquet",
    ]  # fmt: skip
    assert pq.read_table(folder)["row"].to_pylist() == [1, 2, 3, 4, 5]


def test_the_manifest_says_what_is_complete_and_of_what(folder):
    with parts_of(folder, WORK, FACTS, 2, restart=False) as parts:
        parts.finish()
    manifest = json.loads((folder / "_manifest.json").read_text())

    assert (manifest["state"], manifest["rows"], manifest["facts"]) == ("complete", 4, FACTS)
    assert manifest["job"] == {**WORK, "rows_a_part": 2}
    assert {part["file"]: part["sha256"] for part in manifest["parts"]} == {
        path.name: sha256_of(path) for path in folder.glob("part-*")
    }


def test_an_incomplete_job_has_no_manifest(folder):
    with parts_of(folder, WORK, FACTS, 2, restart=False) as parts:
        parts.finish()
        parts.add(rows(5))

    assert "_manifest.json" not in names(folder)


@pytest.mark.parametrize(
    ("work", "size", "told"),
    [
        (WORK | {"snapshot": "two"}, 2, "snapshot is 'one' there, 'two' here"),
        (WORK, 3, "rows_a_part is 2 there, 3 here"),
    ],
)
def test_another_job_is_refused_and_changes_nothing(folder, work, size, told):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    with (
        pytest.raises(ConfigError, match=f"{told}. --restart starts over"),
        parts_of(folder, work, FACTS, size, restart=False),
    ):
        pass
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_another_job_may_start_over(folder):
    with parts_of(folder, WORK | {"snapshot": "two"}, FACTS, 2, restart=True) as parts:
        assert parts.written == 0

    assert names(folder) == ["_job.json"]


def test_a_job_that_wrote_nothing_makes_way_for_another(tmp_path):
    for work in (WORK, WORK | {"snapshot": "two"}):
        with parts_of(tmp_path, work, FACTS, 2, restart=False) as parts:
            assert parts.written == 0


@pytest.mark.parametrize("restart", [True, False])
def test_a_folder_with_something_else_is_left_alone(folder, restart):
    (folder / "thesis.txt").write_text("years of work")

    with (
        pytest.raises(ConfigError, match=r"found thesis\.txt in it"),
        parts_of(folder, WORK, FACTS, 2, restart),
    ):
        pass
    assert len(names(folder)) == 4


def test_a_part_that_another_job_wrote_is_refused(folder):
    pq.write_table(rows(7, 8), folder / "part-00001.parquet")

    with (
        pytest.raises(ConfigError, match=r"part-00001\.parquet is no part of this job"),
        parts_of(folder, WORK, FACTS, 2, restart=False),
    ):
        pass


def test_two_processes_do_not_write_one_folder(folder):
    with (
        parts_of(folder, WORK, FACTS, 2, restart=False),
        pytest.raises(ConfigError, match="another process writes"),
        parts_of(folder, WORK, FACTS, 2, restart=False),
    ):
        pass


def test_the_same_rows_are_the_same_bytes_however_they_are_cut(tmp_path):
    whole = rows(*range(50))
    cut = pa.concat_tables([whole.slice(0, 7), whole.slice(7, 13), whole.slice(20)])
    for name, table in {"whole": whole, "cut": cut}.items():
        with parts_of(tmp_path / name, WORK, FACTS, 60, restart=False) as parts:
            parts.add(table)

    assert len({(tmp_path / name / "part-00000.parquet").read_bytes() for name in ("whole", "cut")}) == 1
