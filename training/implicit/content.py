"""Feature files of items: what they look, sound or read like, one row an item."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from recsys.arrays import Array, Features
from recsys.errors import TableError
from recsys.vectors import unit_vectors


def read_content(paths: Sequence[Path]) -> tuple[Features, dict[str, tuple[int, int]]]:
    """(items, features) float32: the .npy files beside each other, each centred and at length 1 by row.

    Also says which columns came from which file: the first, and the one behind the last, by name.
    A row of zeros says nothing about its item and stays 0. Raises TableError naming the file for one that is
    missing or no .npy, that is not a matrix of float16, 32 or 64, that has another number of rows than the
    first, or that holds NaN or infinity.
    """
    files = [_read(path) for path in paths]
    for path, matrix in zip(paths, files, strict=True):
        if len(matrix) != len(files[0]):
            raise TableError(
                f"{path.name}: expected {len(files[0]):,} rows, one an item as in {paths[0].name}, "
                f"found {len(matrix):,}"
            )
    ends = np.cumsum([matrix.shape[1] for matrix in files]).tolist()
    columns = {path.stem: span for path, span in zip(paths, pairwise([0, *ends]), strict=True)}
    return np.concatenate([standardised(matrix) for matrix in files], axis=1), columns


def standardised(matrix: Array) -> Features:
    """Rows less the mean of all that are not 0, then at length 1; so no file outweighs another."""
    wide = matrix.astype(np.float64)
    says = wide.any(axis=1, keepdims=True)
    mean = wide.sum(axis=0) / max(int(says.sum()), 1)
    return unit_vectors(np.where(says, wide - mean, 0)).astype(np.float32)


def _read(path: Path) -> Array:
    if not path.is_file():
        raise TableError(f"there is no file {path}")
    try:
        matrix = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise TableError(f"{path.name} is not a .npy file: {error}") from error
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind != "f":
        found = f"{matrix.dtype} {matrix.shape}" if isinstance(matrix, np.ndarray) else type(matrix).__name__
        raise TableError(f"{path.name}: expected a float matrix (items, features), found {found}")
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        row = int(np.flatnonzero(~finite)[0])
        raise TableError(f"{path.name}: expected finite numbers, found NaN or infinity in row {row}")
    return matrix
