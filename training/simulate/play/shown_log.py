"""What a play's recommendations leave behind: one row per item shown to a creator."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.writer import write_parquet


@dataclass(frozen=True)
class ShownLog(Frame):
    """One row per shown item, in order of weeks; amounts are minor units of the creator's currency."""

    week: Ints
    """0, 1, … of the play."""
    is_video: Flags
    creator_id: Ints
    item_id: Ints
    place: Ints
    """1-based."""
    candidates: Ints
    """How many items the policy could choose from for this creator; fewer than places: all were shown."""
    propensity: Floats
    """P(this item takes the place | those above)."""
    noticed: Flags
    """Clicked, or watched."""
    adopted: Flags
    """Showcased; of videos: made one with its hook."""
    chance: Floats
    """True P(adopted) at this place."""
    gmv: Ints
    """What the videos made of it brought within their result window."""
    expected_gmv: Floats
    """The truth's mean of `gmv` when the item was shown; 0 for videos, where it is not worked out."""

    def write(self, path: Path) -> None:
        """As Parquet, whole or not at all where the folder is."""
        write_parquet(pa.table({field.name: getattr(self, field.name) for field in fields(self)}), path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote."""
        table = pq.read_table(path)
        return cls(**{field.name: np.asarray(table[field.name].to_numpy()) for field in fields(cls)})
