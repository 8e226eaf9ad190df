"""A digest of a table's content that does not depend on where or how it is stored."""

import hashlib
from collections.abc import Iterator, Sequence

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recsys.files import sha256_of_json


def content_digest(table: ibis.Table, key: Sequence[str]) -> str:
    """Hex sha256 of the columns' names, types and values, in the order of the key, which must be unique.

    Equal rows have equal digests on every engine and in every chunking. Reads the table into memory.
    """
    return digest_of(table.order_by(list(key)).to_pyarrow())


def digest_of(rows: pa.Table) -> str:
    """Hex sha256 of the columns' names, types and values, in the order of the rows."""
    rows = rows.combine_chunks()
    return sha256_of_json(
        {name: [str(rows[name].type), _digest(rows[name].combine_chunks())] for name in rows.column_names}
    )


def _digest(column: pa.Array) -> str:
    digest = hashlib.sha256()
    for part in _canonical_parts(column):
        digest.update(part)
    return digest.hexdigest()


def _canonical_parts(column: pa.Array) -> Iterator[bytes]:
    """What tells two columns apart: which values are there, then the values; nothing of Arrow's layout."""
    yield pc.is_valid(column).to_numpy(zero_copy_only=False).tobytes()
    present = column.drop_null()
    if pa.types.is_list(present.type):
        yield present.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64).tobytes()
        yield from _canonical_parts(present.flatten())
    elif pa.types.is_string(present.type):
        yield pc.binary_length(present).to_numpy(zero_copy_only=False).astype(np.int64).tobytes()
        yield "".join(present.to_pylist()).encode()
    else:
        yield present.to_numpy(zero_copy_only=False).tobytes()
