import numpy as np
import pytest

from recsys.errors import TableError
from training.bandit.log import check_uniform, features, read_log


@pytest.fixture
def changed(logs, tmp_path):
    """The random log with one text replaced by another."""

    def changed(old, new):
        path = tmp_path / "log.csv"
        text = logs[0].read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return changed


def test_a_log_is_read(logs):
    log, items = read_log(logs[0])

    assert items == 4
    assert len(log) == 600
    assert set(log.position) == {0, 1, 2}
    assert set(log.click) == {0.0, 1.0}
    assert log.user.shape == (600, 4)
    assert np.unique(log.propensity) == 0.25


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*nothing\.csv"):
        read_log(tmp_path / "nothing.csv")


def test_a_file_that_is_no_csv_is_told(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(b"\x1f\x8b nothing that unpacks")

    with pytest.raises(TableError, match=r"log\.csv\.gz cannot be read as CSV"):
        read_log(path)


def test_a_missing_column_is_named(changed):
    with pytest.raises(TableError, match=r"expected the columns .*found none named \['propensity_score'\]"):
        read_log(changed("propensity_score", "score"))


def test_a_log_without_rows_is_refused(logs, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text(logs[0].read_text("utf-8").splitlines()[0] + "\n", "utf-8")

    with pytest.raises(
        TableError, match="expected rows, and user-item_affinity_0 …, found 0 rows of 4 items"
    ):
        read_log(path)


@pytest.mark.parametrize("wrong", ["0.0", "-0.25", "1.25"])
def test_a_propensity_out_of_range_is_told_with_its_row(changed, wrong):
    with pytest.raises(
        TableError, match=r"propensity_score must be above 0 and at most 1, found .* in row 1"
    ):
        read_log(changed(",0.25,", f",{wrong},"))


def test_an_item_that_cannot_be_is_told(logs, tmp_path):
    header, first, *rest = logs[0].read_text("utf-8").splitlines()
    cells = first.split(",")
    cells[2] = "4"
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, ",".join(cells), *rest]) + "\n", "utf-8")

    with pytest.raises(TableError, match="item_id must be 0 to 3, found 4 in row 1"):
        read_log(path)


def test_words_where_numbers_belong_are_told(changed):
    with pytest.raises(TableError, match="propensity_score must be numbers"):
        read_log(changed(",0.25,", ",often,"))


def test_another_policys_log_is_no_random_log(logs):
    log, items = read_log(logs[1])

    with pytest.raises(TableError, match=r"expected the random policy's propensity 1/4 = 0\.25"):
        check_uniform(log, items, logs[1])


def test_features_name_the_place_of_every_item(logs):
    log, items = read_log(logs[0])
    rows = features(log.take(slice(0, 2)), items)

    assert rows.shape == (2, 4, 5)
    assert rows[1, 2, 0] == 2 * 3 + log.position[1]
    assert (rows[1, :, 1:] == log.user[1]).all()


def test_the_published_logs_are_what_they_are_said_to_be(open_bandit):
    (random, items), (played, _) = (read_log(path) for path in open_bandit)
    check_uniform(random, items, open_bandit[0])

    assert items == 34
    assert (len(random), random.click.sum()) == (10_000, 46)
    assert (len(played), played.click.sum()) == (10_000, 69)
