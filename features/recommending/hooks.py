"""What videos with each hook bring over what their makers usually get (R32)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.snapshot import Snapshot

OLD_ENOUGH_DAYS = 7.0
"""Younger videos have not yet brought most of what they will."""
FEW = 50.0
"""Videos that a hook's own have to outweigh (R11)."""


@dataclass(frozen=True)
class HookLifts:
    """ln of the mean ratio, one a hook; 0 where nothing is known, and last for videos without a hook."""

    views: Floats
    gmv: Floats
    followers: Floats

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """From the videos of the snapshot that are old enough; GMV from the shoppable ones among them."""
        videos, count = snapshot.videos, len(snapshot.facts.facets["hook"])
        old = (videos["age_days"] >= OLD_ENOUGH_DAYS) & (videos["hook"] >= 0) & (videos["creator"] >= 0)
        shoppable = old & (videos["shoppable"] > 0)
        return cls(
            _lift(snapshot, "views", old, count),
            _lift(snapshot, "gmv", shoppable, count),
            _lift(snapshot, "followers_gained", old, count),
        )

    def at(self, hooks: Ints) -> dict[str, Array]:
        """The columns `views`, `gmv` and `followers` of videos with these hooks, -1 for none."""
        return {"views": self.views[hooks], "gmv": self.gmv[hooks], "followers": self.followers[hooks]}


def _lift(snapshot: Snapshot, name: str, chosen: Flags, count: int) -> Floats:
    """(hooks + 1,): ln of the mean over videos of what each brought over its maker's mean."""
    videos = snapshot.videos
    owner, hook, brought = videos["creator"][chosen], videos["hook"][chosen], videos[name][chosen]
    sums, sizes = np.bincount(owner, brought), np.bincount(owner)
    usual = sums[owner] / sizes[owner]
    some = usual > 0
    relative = np.bincount(hook[some], brought[some] / usual[some], count)
    number = np.bincount(hook[some], minlength=count)
    return np.append(np.log((relative + FEW) / (number + FEW)), 0.0)
