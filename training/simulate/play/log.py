"""What a play leaves behind: one row per filled place."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.writer import write_parquet


@dataclass(frozen=True)
class Log(Frame):
    """One row per invitation, in order; amounts are minor units of the brief's currency."""

    week: Ints
    """0, 1, … of the play."""
    campaign_id: Ints
    creator_id: Ints
    place: Ints
    """1-based."""
    propensity: Floats
    """P(this creator takes the place | those above)."""
    free: Ints
    """How many could have taken it."""
    fee: Ints
    """Asked; spent where the creator accepted."""
    replied: Flags
    accepted: Flags
    delivered: Flags
    gmv: Ints
    """What the delivery brought within its result window; 0 without one."""
    expected_gmv: Floats
    """The truth's mean of `gmv` when the invitation was sent."""
    tier: Ints
    """Index into TIERS, by the followers when the week began."""
    is_new: Flags
    """The account was made in the 60 days before the week."""

    @property
    def cost(self) -> int:
        """Fees of those who accepted."""
        return int(self.fee[self.accepted].sum())

    def write(self, path: Path) -> None:
        """As Parquet, whole or not at all where the folder is."""
        write_parquet(pa.table({field.name: getattr(self, field.name) for field in fields(self)}), path)

    @classmethod
    def read(cls, path: Path) -> "Log":
        """What `write` wrote."""
        table = pq.read_table(path)
        return cls(**{field.name: np.asarray(table[field.name].to_numpy()) for field in fields(cls)})
