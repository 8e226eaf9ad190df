"""Whom other policies would have invited in each place: what off-policy estimates are made from."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.snapshot import Snapshot
from training.frame import Frame
from training.simulate.play.baselines import known_values
from training.simulate.play.question import Policy, Question
from training.simulate.play.slots import Slots, first_free

KNOWN = ("gmv_low_28", "followers", "mean_views")
"""Columns of the snapshot that the reward model reads, besides the fee."""


@dataclass(frozen=True)
class Choices(Frame):
    """One row per invitation of a log. Column 0 is who was invited, the next whom each target would have."""

    candidate: Ints
    """(rows, 1 + targets): places in the brief's pool; the same number is the same creator."""
    known: Floats
    """(rows, 1 + targets, 1 + KNOWN): ln(1 + x) of fee and KNOWN of each; 0 where the snapshot lacks them."""

    def write(self, path: Path) -> None:
        """As compressed NumPy arrays."""
        np.savez_compressed(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote."""
        with np.load(path, allow_pickle=False) as found:
            return cls(**{field.name: found[field.name] for field in fields(cls)})


def choices_of(question: Question, slots: Slots, targets: list[Policy], snapshot: Snapshot) -> Choices:
    """The choices in the places of one brief: each target's, had those above been invited as they were."""
    lists = [target.rank(question) for target in targets]
    chosen = (
        np.column_stack(
            [slots.candidate, *([first_free(order, free) for free in slots.free] for order in lists)]
        )
        .astype(np.int64)
        .reshape(len(slots), 1 + len(targets))
    )
    columns = [question.limits.fees.astype(np.float64)]
    columns += [known_values(snapshot, name, question.creator_ids) for name in KNOWN]
    table = np.log1p(np.maximum(np.column_stack(columns), 0))
    return Choices(chosen, table[chosen])
