import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from training.letor import read_letor

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "ltr_example"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published ranking example is not here")


def write(folder: Path, text: str, name: str = "rank.train") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def test_rows_are_read_with_their_queries(tmp_path):
    judged = read_letor(write(tmp_path, "2 qid:7 1:0.5 3:1\n0 qid:7 2:-4e-1\n1 qid:9 1:3\n"))

    assert judged.feature_names == ("f1", "f2", "f3")
    assert_array_equal(judged.features, np.array([[0.5, 0, 1], [0, -0.4, 0], [3, 0, 0]], np.float32))
    assert_array_equal(judged.grades, [2, 0, 1])
    assert_array_equal(judged.group_sizes, [2, 1])


def test_a_feature_that_is_left_out_is_zero_and_not_missing(tmp_path):
    judged = read_letor(write(tmp_path, "1 qid:1\n0 qid:1 1:1 2:2\n"))

    assert_array_equal(judged.features[0], [0, 0])


def test_comments_and_empty_lines_say_nothing(tmp_path):
    judged = read_letor(write(tmp_path, "# made by hand\n\n1 qid:1 1:1 # doc = 17\n  \n0.0 qid:1 1:2\n"))

    assert_array_equal(judged.grades, [1, 0])


def test_files_that_count_from_zero_keep_their_first_feature(tmp_path):
    judged = read_letor(write(tmp_path, "1 qid:1 0:5 1:6\n"))

    assert judged.feature_names == ("f0", "f1")
    assert_array_equal(judged.features, [[5, 6]])


@pytest.mark.parametrize("name", ["rank.train", "rank.train.gz", "rank.train.txt", "rank.train.txt.gz"])
@pytest.mark.parametrize("ending", ["query", "group"])
def test_a_side_file_gives_the_sizes(tmp_path, name, ending):
    write(tmp_path, "2\n1\n", f"rank.train.{ending}")

    judged = read_letor(write(tmp_path, "1 1:1\n0 1:2\n1 1:3\n", name))

    assert_array_equal(judged.group_sizes, [2, 1])


def test_a_side_file_may_repeat_what_the_qids_say(tmp_path):
    write(tmp_path, "2\n1\n", "rank.train.query")

    assert_array_equal(read_letor(write(tmp_path, "1 qid:1\n0 qid:1\n1 qid:2\n")).group_sizes, [2, 1])


def test_the_test_file_gets_the_columns_of_the_training_file(tmp_path):
    judged = read_letor(write(tmp_path, "1 qid:1 2:5\n"), ("f1", "f2", "f3"))

    assert_array_equal(judged.features, [[0, 5, 0]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 qid:1 1:1\ngood qid:1 1:1\n", "line 2: the line must start with a grade, found 'good'"),
        ("-1 qid:1 1:1\n", "line 1: a grade must be a whole number from 0, found '-1'"),
        ("0.5 qid:1 1:1\n", "line 1: a grade must be a whole number from 0, found '0.5'"),
        ("nan qid:1 1:1\n", "line 1: a grade must be a whole number from 0, found 'nan'"),
        ("99999999999 qid:1 1:1\n", "line 1: a grade must be a whole number from 0"),
        ("# first\n1 qid:1 1:1 2:x\n", "line 2: expected feature:value, found '2:x'"),
        ("1 qid:1 1:1 2\n", "line 1: expected feature:value, found '2'"),
        ("1 qid:1 1:1:1\n", "line 1: expected feature:value, found '1:1:1'"),
        ("1 qid:1 99999999999999999999:1\n", "line 1: expected feature:value, found '9999"),
        ("1 qid:1 -3:1\n", "line 1: feature numbers must be 0 to"),
        ("1 qid:1 2000000:1\n", "line 1: feature numbers must be 0 to 1000000"),
        ("1 qid:1 1:1 1:2\n", "line 1: feature numbers must rise, and feature 1 does not"),
        ("1 qid:1 3:1 2:2\n", "line 1: feature numbers must rise, and feature 2 does not"),
        ("1 qid:1 1:1 2:inf\n", "line 1: the value of feature 2 must be a finite float32"),
        ("1 qid:1 2:1e300\n", "line 1: the value of feature 2 must be a finite float32"),
        ("1 qid:1\n0 qid:2\n1 qid:1\n", "line 3: qid 1 returns after another .it began on line 1"),
        ("1 qid:1\n0 1:1\n", "line 2: expected qid: as on the other lines, found none"),
        ("1 1:1\n", r"neither qid: nor a side file \['rank.train.query', 'rank.train.group'\]"),
        ("# nothing\n", "rank.train has no rows"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, message):
    with pytest.raises(TableError, match=message):
        read_letor(write(tmp_path, text))


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ("2\n", "rank.train.query: its sizes add up to 2, but rank.train has 3 rows"),
        ("2\n1\n1\n", "its sizes add up to 4"),
        ("3\nx\n", "rank.train.query, line 2: expected a size of at least 1, found 'x'"),
        ("3\n0\n", "rank.train.query, line 2: expected a size of at least 1, found '0'"),
        ("3\n-1\n", "line 2: expected a size"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(tmp_path, sizes, message):
    write(tmp_path, sizes, "rank.train.query")

    with pytest.raises(TableError, match=message):
        read_letor(write(tmp_path, "1 1:1\n0 1:2\n1 1:3\n"))


def test_sizes_that_contradict_the_qids_are_refused(tmp_path):
    write(tmp_path, "1\n2\n", "rank.train.query")

    with pytest.raises(TableError, match="sizes are not those of the qid"):
        read_letor(write(tmp_path, "1 qid:1\n0 qid:1\n1 qid:2\n"))


@pytest.mark.parametrize(("text", "unknown"), [("0 qid:1\n1 qid:2 4:5\n", 4), ("0 qid:1\n1 qid:1 0:5\n", 0)])
def test_a_feature_the_training_file_lacks_is_refused_with_its_line(tmp_path, text, unknown):
    with pytest.raises(TableError, match=f"line 2: feature {unknown} is unknown, expected 1 to 3"):
        read_letor(write(tmp_path, text), ("f1", "f2", "f3"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*rank\.train"):
        read_letor(tmp_path / "rank.train")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_letor(tmp_path)


@pytest.mark.parametrize("content", [b"1 qid:1 1:1\n", gzip.compress(b"1 qid:1 1:1\n" * 50, mtime=0)[:-12]])
def test_a_file_that_is_not_whole_gzip_is_refused(tmp_path, content):
    path = tmp_path / "rank.train.gz"
    path.write_bytes(content)

    with pytest.raises(TableError, match=r"cannot be read as \.gz text"):
        read_letor(path)


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "rank.train"
    path.write_bytes(b"1 qid:1 1:\xff\xfe\n")

    with pytest.raises(TableError, match="cannot be read"):
        read_letor(path)


values = st.floats(width=32, allow_nan=False, allow_infinity=False)
lines = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.dictionaries(st.integers(1, 6), values)), min_size=1
)


@given(lines=lines)
def test_what_is_written_is_read(tmp_path_factory, lines):
    ordered = sorted(lines, key=lambda line: line[1])
    text = "".join(
        f"{grade} qid:{query} {' '.join(f'{place}:{value!r}' for place, value in sorted(row.items()))}\n"
        for grade, query, row in ordered
    )
    names = tuple(f"f{number}" for number in range(1, 7))
    judged = read_letor(write(tmp_path_factory.mktemp("letor"), text), names)

    expected = [[row.get(place, 0) for place in range(1, 7)] for _, _, row in ordered]
    assert_array_equal(judged.features, np.array(expected, np.float32))
    assert_array_equal(judged.grades, [grade for grade, _, _ in ordered])
    queries = [query for _, query, _ in ordered]
    assert_array_equal(judged.group_sizes, [queries.count(query) for query in sorted(set(queries))])


@published
def test_the_published_example_is_read_as_scikit_learn_reads_it():
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    path = PUBLISHED / "rank.train.gz"
    features, grades = sklearn_datasets.load_svmlight_file(str(path), n_features=300)

    judged = read_letor(path)

    assert len(judged.group_sizes) == 201
    assert_array_equal(judged.features, features.toarray().astype(np.float32))
    assert_array_equal(judged.grades, grades)
