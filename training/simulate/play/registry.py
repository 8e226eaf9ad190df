"""The policies by name."""

from collections.abc import Callable
from dataclasses import dataclass

from training.simulate.play.baselines import ByChance, ByColumn
from training.simulate.play.config import PlayConfig
from training.simulate.play.engine import Engine
from training.simulate.play.oracle import Corrected, Oracle, Truth
from training.simulate.play.question import Policy


@dataclass(frozen=True)
class Seat:
    """What a policy is made from; only those that are named for it take the truth."""

    config: PlayConfig
    seed: int
    truth: Truth


def _engine(seat: Seat) -> Engine:
    return Engine(seat.config.engine, seat.config.exploration)


POLICIES: dict[str, Callable[[Seat], Policy]] = {
    "engine": _engine,
    "followers": lambda _: ByColumn("followers"),
    "gmv": lambda _: ByColumn("gmv_low_28"),
    "popularity": lambda _: ByColumn("mean_views"),
    "random": lambda seat: ByChance(seat.seed),
    "oracle": lambda seat: Oracle(seat.truth),
    "engine-true-accept": lambda seat: Corrected(_engine(seat), seat.truth, "accept"),
    "engine-true-deliver": lambda seat: Corrected(_engine(seat), seat.truth, "deliver"),
    "engine-true-gmv": lambda seat: Corrected(_engine(seat), seat.truth, "result_gmv"),
}
"""The last three are the engine with one factor replaced by the truth: what limits it."""
PLAYED = ("engine", "followers", "gmv", "popularity", "random", "oracle")
