from hashlib import sha256

import pyarrow as pa
import pytest

from recsys.errors import TableError
from recsys.published.identity import ids_of_handles, ids_of_words


def texts(*values):
    return pa.chunked_array(
        [pa.array(values[:1], pa.large_string()), pa.array(values[1:], pa.large_string())]
    )


def test_a_handle_becomes_its_first_63_bits():
    handles = texts("0000000000000002", "ffffffffffffffff", None, "0000000000000002")

    assert ids_of_handles(handles).to_pylist() == [1, 2**63 - 1, None, 1]


def test_handles_that_share_63_bits_are_refused():
    with pytest.raises(TableError, match="0000000000000002 and 0000000000000003 would get the same id"):
        ids_of_handles(texts("0000000000000002", "0000000000000003"))


@pytest.mark.parametrize("handle", ["", "0000", "zzzzzzzzzzzzzzzz", "00000000000000021"])
def test_what_is_no_hashed_handle_is_refused(handle):
    with pytest.raises(TableError, match="expected a handle of 16 hex digits"):
        ids_of_handles(texts(handle))


def test_a_word_becomes_the_first_63_bits_of_its_sha256():
    expected = int(sha256("cửa".encode()).hexdigest()[:16], 16) >> 1

    assert ids_of_words(texts("cửa", None)).to_pylist() == [expected, None]


def test_no_texts_give_no_ids():
    assert ids_of_words(pa.chunked_array([], pa.string())).to_pylist() == []
