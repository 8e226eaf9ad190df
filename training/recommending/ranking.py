"""The second stage: ln of the expected result of recommending an item, as one sum of boosted trees.

E[result | shown] = P(reaction | shown) · P(taken up | reaction) · E[result | taken up] (the hurdle of Cragg
1971, in three steps). Each factor is learnt from its own rows with log link, so that their sum of trees ranks
by the product, and is exported as one graph.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import lightgbm
import numpy as np
from pydantic import Field

from features.recommending.matrix import ITEM_FEATURES
from recsys.config import Config
from recsys.errors import TableError
from training.ranking.averaged import added
from training.ranking.lambdamart import gains
from training.ranking.trees import REPEATABLE, TreeConfig
from training.recommending.rows import (
    Moment,
    Rows,
    choice_rows,
    joined,
    position_bias,
    reaction_rows,
    worth_rows,
)  # fmt: skip

Curve = list[dict[str, float]]


class FactorConfig(TreeConfig):
    """Boosted trees with log link (Poisson) for one factor; validation decides their number."""

    weight: float = Field(1.0, ge=0)
    """What the logarithm of this factor counts in the sum; 1 ranks by the product."""


class RankingConfig(Config):
    """How the three factors are learnt."""

    reaction: FactorConfig
    """P(clicked or watched | shown), from logged impressions."""
    choice: FactorConfig
    """P(taken up | reaction)."""
    worth: FactorConfig
    """E[result | taken up], from the creators' own videos."""
    negatives: int = Field(ge=1)
    """Items sampled for each creator beside those taken up, where choices after a reaction are not logged."""
    fewest: int = Field(ge=1)
    """A factor with fewer rows above 0, to learn from or to validate on, is left out, and that is told."""
    seed: int


FACTORS = ("reaction", "choice", "worth")


@dataclass(frozen=True)
class FittedRanker:
    """All factors as one model."""

    booster: lightgbm.Booster
    curves: Mapping[str, Curve]
    """Factor → validation deviance by round, before it was fitted again on all rows."""
    learnt_from: Mapping[str, tuple[int, int]]
    """Factor → rows, and those above 0."""
    skipped: Mapping[str, str]
    """Factor → why it was left out."""

    @property
    def importance(self) -> dict[str, float]:
        """Total gain of the splits on each feature, largest first."""
        return gains(self.booster)


def fit_ranker(train: list[Moment], valid: list[Moment], config: RankingConfig) -> FittedRanker:
    """Every factor: rounds chosen on `valid`, then fitted on both; TableError where none can be learnt."""
    bias = position_bias(train[0].prepared.impressions.between(train[0].at, valid[0].at))
    sources: dict[str, Callable[[Moment], Rows]] = {
        "reaction": partial(reaction_rows, bias=bias),
        "choice": partial(choice_rows, negatives=config.negatives, seed=config.seed),
        "worth": partial(worth_rows, seed=config.seed),
    }
    surface = train[0].situation.surface
    boosters, weights, curves, sizes, skipped = [], [], {}, {}, {}
    for name in FACTORS:
        settings: FactorConfig = getattr(config, name)
        before, after = joined(sources[name], train), joined(sources[name], valid)
        few = min(int((rows.target > 0).sum()) for rows in (before, after))
        if few < config.fewest:
            skipped[name] = f"{few} rows above 0 to learn from or to validate on, expected {config.fewest}"
            continue
        booster, curves[name] = fit_factor(settings, before, after, tuple(ITEM_FEATURES[surface]))
        boosters.append(booster)
        weights.append(settings.weight)
        sizes[name] = len(before) + len(after), int((before.target > 0).sum() + (after.target > 0).sum())
    if not boosters:
        raise TableError(f"{surface}: nothing to learn ranking from: {skipped}")
    return FittedRanker(added(boosters, weights), curves, sizes, skipped)


def fit_factor(
    config: FactorConfig, train: Rows, valid: Rows, names: tuple[str, ...]
) -> tuple[lightgbm.Booster, Curve]:
    """The trees of one factor on all rows, as many as validation likes, and its learning curve."""
    settings = config.model_dump(exclude={"rounds", "patience", "weight"}) | REPEATABLE
    settings |= {"objective": "poisson", "metric": "poisson"}
    learnt = _dataset(train, settings, names)
    history: dict[str, dict[str, list[float]]] = {}
    callbacks = [lightgbm.record_evaluation(history)]
    if config.patience is not None:
        callbacks.append(lightgbm.early_stopping(config.patience, verbose=False))
    checked = _dataset(valid, settings, names, learnt)
    chosen = lightgbm.train(settings, learnt, config.rounds, [checked], ["valid"], callbacks=callbacks)
    deviance = history["valid"]["poisson"]
    rounds = config.rounds if config.patience is None else chosen.best_iteration
    everything = _dataset(Rows.joined([train, valid]), settings, names)
    curve = [{"round": place, "deviance": value} for place, value in enumerate(deviance, start=1)]
    return lightgbm.train(settings, everything, rounds), curve


def _dataset(
    rows: Rows, settings: dict[str, object], names: tuple[str, ...], reference: lightgbm.Dataset | None = None
) -> lightgbm.Dataset:
    # With an offset LightGBM does not start from the mean: it is given with it.
    mean = np.average(rows.target, weights=rows.weight) / np.average(np.exp(rows.offset), weights=rows.weight)
    return lightgbm.Dataset(
        rows.features,
        rows.target,
        reference=reference,
        weight=rows.weight,
        init_score=rows.offset + np.log(max(mean, 1e-12)),
        feature_name=list(names),
        params=settings,
    )
