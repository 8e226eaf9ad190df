"""Small files as the authors of published sets wrote them, and the folder of the real ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

REAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, dict[str, list[Any]]], Path]:
    """A file's name and columns → the folder that holds it."""

    def of(file: str, columns: dict[str, list[Any]]) -> Path:
        pq.write_table(pa.table(columns), tmp_path / file)
        return tmp_path

    return of


@pytest.fixture
def real() -> Callable[[str], Path]:
    """A set's name → its real folder; the test is skipped where that is absent."""

    def of(name: str) -> Path:
        if not (REAL / name).is_dir():
            pytest.skip(f"there is no {name} in {REAL}")
        return REAL / name

    return of
