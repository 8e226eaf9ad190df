"""What is replayed: the size of the marketplaces, the policy that logs, and the policies to be valued."""

from pydantic import Field

from recsys.config import Config
from training.simulate.config import SimulateConfig

SEEDS_APART = 1_000_003
"""More replays than anybody runs, so that no two seeds share one."""


class PolicyConfig(Config):
    """A softmax over a slot's pool, mixed with a uniform share."""

    popularity: float
    """Weight of log followers (standardised)."""
    affinity: float
    """Weight of the creator's affinity to the brief's category, 0 to about 1."""
    engagement: float
    """Weight of the log engagement rate."""
    exploration: float = Field(ge=0, le=1)
    """Share of the probability that is spread evenly over the pool."""


class ReplayConfig(Config):
    """Replays: the same configuration, world and seed give the same figures."""

    seed: int = Field(ge=0)
    replays: int = Field(ge=1)
    creators: int = Field(ge=20)
    """Creators in the marketplace of each replay."""
    brands: int = Field(ge=4)
    products: int = Field(ge=8)
    briefs: int = Field(ge=2)
    slots: int = Field(ge=1)
    """Slots of each brief; its rows are one cluster."""
    pool: int = Field(ge=2)
    """Creators of whom one is picked for a slot."""
    most_gmv: float = Field(gt=0)
    """GMV of one slot, in minor units, beyond which the reward `capped_gmv` counts no more."""
    folds: int = Field(ge=2)
    """Folds of whole briefs behind the reward models' predictions."""
    fewest: float = Field(ge=0)
    """Effective sample size below which an estimate is refused."""
    logging: PolicyConfig
    targets: dict[str, PolicyConfig] = Field(min_length=1)
    """The policies to be valued from the log, by name."""

    def world(self, world: SimulateConfig, number: int) -> SimulateConfig:
        """The marketplace of replay `number`: the world's causes, of this size and from a seed of its own."""
        sizes = {name: getattr(self, name) for name in ("creators", "brands", "products", "briefs")}
        size = world.size.model_copy(update=sizes)
        return world.model_copy(update={"size": size, "seed": self.seed * SEEDS_APART + number})
