"""Several boosted trees added up into one model: members that differ in their seed, or parts of two kinds."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import lightgbm
import numpy as np
from pydantic import Discriminator, Field, Tag

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.judged import Judged
from training.ranking.lambdamart import LambdaMartConfig, gains
from training.ranking.pointwise import PointwiseConfig

END_OF_TREES = "end of trees"


def kind_of(settings: Any) -> str:
    """Which trees the settings are of: LambdaMART where they do not say."""
    named = settings.get("kind") if isinstance(settings, dict) else getattr(settings, "kind", None)
    return str(named or "lambdamart")


MemberConfig = Annotated[
    Annotated[LambdaMartConfig, Tag("lambdamart")] | Annotated[PointwiseConfig, Tag("pointwise")],
    Discriminator(kind_of),
]


class AveragedConfig(Config):
    """`members` rankers with the seeds `ranker.seed`, `ranker.seed + 1` …; the score is their mean."""

    kind: Literal["averaged"] = "averaged"
    members: int = Field(default=5, gt=0)
    ranker: MemberConfig = LambdaMartConfig(bagging_fraction=0.7, bagging_freq=1, feature_fraction=0.7)

    def build(self) -> "Averaged":
        """The ranker these settings describe."""
        return Averaged(self)

    def with_rounds(self, rounds: int) -> "AveragedConfig":
        """The same settings with exactly this many trees in each member."""
        return self.model_copy(update={"ranker": self.ranker.with_rounds(rounds)})


class Averaged:
    """Learns one merged `booster_` with all members' trees, `curve_` (their mean) and `feature_names_`."""

    def __init__(self, config: AveragedConfig) -> None:
        self.config = config

    def fit(self, train: Judged, valid: Judged) -> Self:
        """Fit each member on the same rows; raises what theirs raises."""
        base = self.config.ranker
        seeds = range(base.seed, base.seed + self.config.members)
        members = [base.model_copy(update={"seed": seed}).build().fit(train, valid) for seed in seeds]
        self.feature_names_ = train.feature_names
        self.curve_ = mean_curve([member.curve_ for member in members])
        self.booster_ = averaged([member.booster_ for member in members])
        return self

    def score(self, features: Features) -> Scores:
        """The mean of the members' raw scores."""
        scores = self.booster_.predict(features, raw_score=True, num_threads=self.config.ranker.num_threads)
        return np.asarray(scores, np.float32)

    def importance(self) -> dict[str, float]:
        """Total gain of the splits on each feature over all members, largest first."""
        return gains(self.booster_)


def mean_curve(curves: Sequence[list[dict[str, float]]]) -> list[dict[str, float]]:
    """The members' mean at each round that all of them reached."""
    return [
        {name: float(np.mean([point[name] for point in points])) for name in points[0]}
        for points in zip(*curves, strict=False)
    ]


def averaged(boosters: Sequence[lightgbm.Booster]) -> lightgbm.Booster:
    """One booster whose raw score is the mean of the boosters' raw scores (up to float64 rounding)."""
    return added(boosters, [1 / len(boosters)] * len(boosters))


def added(boosters: Sequence[lightgbm.Booster], factors: Sequence[float]) -> lightgbm.Booster:
    """One booster whose raw score is the sum of factor × raw score (up to float64 rounding).

    LightGBM's text format is a header, trees and a footer. Without the header's `tree_sizes` trees are read
    one after the other, so all boosters' trees can follow the first one's header: its objective stays, so
    that only raw scores of the result mean anything.
    """
    texts = [
        scaled(booster, factor).model_to_string() for booster, factor in zip(boosters, factors, strict=True)
    ]
    header = re.sub(r"^tree_sizes=.*\n", "", texts[0][: texts[0].index("Tree=0\n")], flags=re.MULTILINE)
    trees = [re.sub(r"^Tree=\d+\n", "", tree) for text in texts for tree in trees_of(text)]
    numbered = "".join(f"Tree={number}\n{tree}" for number, tree in enumerate(trees))
    return lightgbm.Booster(model_str=header + numbered + END_OF_TREES + "\n" + footer_of(texts[0]))


def scaled(booster: lightgbm.Booster, factor: float) -> lightgbm.Booster:
    """A copy with every leaf multiplied by `factor`."""
    copy = lightgbm.Booster(model_str=booster.model_to_string())
    for number, tree in enumerate(trees_of(copy.model_to_string())):
        for leaf in range(leaves_of(tree)):
            copy.set_leaf_output(number, leaf, factor * copy.get_leaf_output(number, leaf))
    return copy


def trees_of(text: str) -> list[str]:
    """The blocks of LightGBM's text that start with `Tree=`."""
    body = text[text.index("Tree=0\n") : text.index(END_OF_TREES)]
    return re.split(r"^(?=Tree=\d+\n)", body, flags=re.MULTILINE)[1:]


def leaves_of(tree: str) -> int:
    """The number of leaves a tree's block states."""
    return int(tree.split("num_leaves=", 1)[1].split("\n", 1)[0])


def footer_of(text: str) -> str:
    """What follows the trees, without the feature importances of that one member."""
    rest = text[text.index(END_OF_TREES) + len(END_OF_TREES) :]
    return "\n" + rest[rest.index("parameters:") :]
