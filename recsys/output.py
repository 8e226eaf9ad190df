"""Rows for others to read: Parquet, CSV or JSON, whole or not at all, each saying where it comes from."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recsys.errors import ConfigError
from recsys.files import canonical_json, write_atomic

Facts = Mapping[str, str]
"""What a file says about itself: those of `facts_of`, and what its writer adds."""


def facts_of(
    as_of: datetime, policies: Mapping[str, str], fingerprints: Mapping[str, str] | str
) -> dict[str, str]:
    """`as_of`, `policies` and `data`: what every written file says about itself, spelt the same in all.

    A naive `as_of` is UTC; the fact is ISO 8601 with its offset. `policies` (market → policy id, R1) and the
    sha256 of each table become JSON with sorted keys; the one hash of everything that was read stays itself.
    """
    moment = as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    data = fingerprints if isinstance(fingerprints, str) else canonical_json(dict(fingerprints))
    return {"as_of": moment.isoformat(), "policies": canonical_json(dict(policies)), "data": data}


def write_rows(path: Path, rows: pa.Table, facts: Facts) -> None:
    """Write the rows in the format of the path's suffix, with the facts inside; equal input, equal bytes.

    Parquet carries the facts in its schema's metadata, CSV as columns that are the same in every row, and
    JSON as {"facts": …, "rows": …}. Lists are joined by spaces in CSV. Raises ConfigError for another suffix.
    """
    if path.suffix not in FORMATS:
        raise ConfigError(f"expected a file name that ends in {', '.join(FORMATS)}; found {path}")
    write_atomic(path, FORMATS[path.suffix](rows, facts))


def parquet_bytes(rows: pa.Table, facts: Facts) -> bytes:
    """The rows as a Parquet file."""
    sink = io.BytesIO()
    labelled = rows.replace_schema_metadata({name: value.encode() for name, value in sorted(facts.items())})
    pq.write_table(labelled, sink, compression="zstd")
    return sink.getvalue()


def csv_bytes(rows: pa.Table, facts: Facts) -> bytes:
    """The rows as CSV in UTF-8 with a header."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_list(field.type):
            joined = [None if row is None else " ".join(map(str, row)) for row in rows[place].to_pylist()]
            rows = rows.set_column(place, field.name, pa.array(joined, pa.string()))
    for name, value in facts.items():
        rows = rows.append_column(name, pa.array([value] * len(rows), pa.string()))
    sink = io.BytesIO()
    pa_csv.write_csv(rows, sink)
    return sink.getvalue()


def json_bytes(rows: pa.Table, facts: Facts) -> bytes:
    """The facts and the rows as one JSON document; days and times as ISO 8601, NaN as null."""
    return (canonical_json({"facts": dict(facts), "rows": plain(rows)}) + "\n").encode()


def plain(rows: pa.Table) -> list[dict[str, object]]:
    """The rows as JSON can hold them."""
    return [{name: _plain(value) for name, value in row.items()} for row in rows.to_pylist()]


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if value - value == 0 else None
    return value.isoformat() if hasattr(value, "isoformat") else value


FORMATS: dict[str, Callable[[pa.Table, Facts], bytes]] = {
    ".parquet": parquet_bytes,
    ".csv": csv_bytes,
    ".json": json_bytes,
}
