"""Tables held as NumPy columns: a dataclass with one field for each column."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from recsys.arrays import Array


@dataclass(frozen=True)
class Frame:
    """Base of dataclasses whose fields are arrays of equal length: entry `i` of each describes row `i`."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Array | slice) -> Self:
        """Only these rows, in this order."""
        return type(self)(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all parts, one part after another; needs at least one part."""
        return cls(
            **{
                column.name: np.concatenate([getattr(part, column.name) for part in parts])
                for column in fields(cls)
            }
        )
