import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys.errors import TableError
from training.implicit.content import read_content


@pytest.fixture
def saved(tmp_path):
    def save(name, matrix):
        np.save(tmp_path / name, matrix)
        return tmp_path / name

    return save


def test_each_file_is_centred_and_its_rows_get_length_1(saved):
    # The mean row is (1, 1, 3): the rows less it are (-1, 0, 0) and (1, 0, 0).
    wide = saved("a.npy", np.array([[0.0, 1.0, 3.0], [2.0, 1.0, 3.0]]))
    far = saved("b.npy", np.array([[1000.0], [-1000.0]]))

    content, columns = read_content([wide, far])

    assert content.dtype == np.float32
    assert_allclose(content, [[-1, 0, 0, 1], [1, 0, 0, -1]])
    assert columns == {"a": (0, 3), "b": (3, 4)}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_any_precision_is_read(saved, dtype):
    assert_allclose(
        read_content([saved("a.npy", np.array([[300, 0], [0, 300]], dtype))])[0] ** 2, 0.5, rtol=1e-6
    )


def test_a_row_of_zeros_says_nothing_and_moves_nobody_else(saved):
    with_zeros, _ = read_content([saved("a.npy", np.array([[1.0, 2], [0, 0], [3, 1]]))])

    assert not with_zeros[1].any()
    assert_allclose(with_zeros[[0, 2]], read_content([saved("b.npy", np.array([[1.0, 2], [3, 1]]))])[0])


def test_files_with_different_numbers_of_rows_are_refused(saved):
    with pytest.raises(TableError, match=r"b\.npy: expected 3 rows, one an item as in a\.npy, found 2"):
        read_content([saved("a.npy", np.ones((3, 2))), saved("b.npy", np.ones((2, 2)))])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_with_their_row(saved, value):
    matrix = np.ones((4, 2))
    matrix[2:, 1] = value

    with pytest.raises(TableError, match=r"a\.npy: expected finite numbers, found NaN or infinity in row 2"):
        read_content([saved("a.npy", matrix)])


@pytest.mark.parametrize("matrix", [np.ones(3), np.ones((3, 2), np.int64), np.ones((2, 2, 2))])
def test_anything_but_a_float_matrix_is_refused(saved, matrix):
    with pytest.raises(TableError, match=r"a\.npy: expected a float matrix \(items, features\), found"):
        read_content([saved("a.npy", matrix)])


@pytest.mark.parametrize("content", [b"", b"not numpy", b"\x93NUMPY"])
def test_a_broken_file_is_refused(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)

    with pytest.raises(TableError, match=r"a\.npy is not a \.npy file"):
        read_content([tmp_path / "a.npy"])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*a\.npy"):
        read_content([tmp_path / "a.npy"])
