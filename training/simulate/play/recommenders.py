"""The recommenders by the name of the policy they stand beside."""

from collections.abc import Callable
from dataclasses import dataclass

from recsys.arrays import Ints
from recsys.stages import best_first
from training.simulate.play.items import PRODUCT, VIDEO, ItemQuestion, Recommender, Worth
from training.simulate.play.question import Observed
from training.simulate.play.recommend import ItemsByChance, ItemsByTotal, StandIn, events, of_videos
from training.simulate.play.registry import POLICIES


@dataclass
class ItemOracle:
    """Shows what is truly worth most: expected GMV of products, expected videos made."""

    worth: Worth
    exploration: float = 0.0

    def learn(self, observed: Observed) -> None:
        """Nothing: it knows."""

    def rank(self, question: ItemQuestion) -> Ints:
        """Highest first."""
        return best_first(self.worth(question).astype("float32"))


Make = Callable[[float, Worth], Recommender]
"""From the engine's exploration and the truth; only the oracle takes the latter."""
POPULAR = {PRODUCT: events(PRODUCT, "showcased"), VIDEO: events(VIDEO, "watched")}
STAND_IN = "popular in the creator's categories"
"""What `engine` shows until learnt recommenders replace it."""


def _stand_in(exploration: float, _: Worth) -> Recommender:
    return StandIn(exploration, POPULAR)


RECOMMENDERS: dict[str, Make] = dict.fromkeys(POLICIES, _stand_in) | {
    "followers": lambda _, __: ItemsByTotal(POPULAR | {VIDEO: of_videos("followers_gained")}),
    "gmv": lambda _, __: ItemsByTotal({PRODUCT: events(PRODUCT, "sold"), VIDEO: of_videos("gmv")}),
    "popularity": lambda _, __: ItemsByTotal(POPULAR),
    "random": lambda _, __: ItemsByChance(),
    "oracle": lambda _, worth: ItemOracle(worth),
}
