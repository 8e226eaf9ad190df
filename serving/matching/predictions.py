"""What an invitation is worth (R20): probabilities, the expected result, and both put together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Features, Floats
from recsys.bundle import Bundle
from recsys.vocabulary import Objective
from serving.scorer import Scorer


@dataclass(frozen=True)
class Predictions:
    """One value per creator under each name; NaN where there is no model, or a number is unknown."""

    invite: Floats
    accept: Floats
    deliver: Floats
    result: Floats
    fee: Floats
    missing: tuple[str, ...]
    """Models the bundle lacks."""

    @property
    def value(self) -> Floats:
        """P(accept) × P(deliver) × expected result: what an invitation is worth, in the objective's unit."""
        return self.accept * self.deliver * self.result

    @property
    def value_per_cost(self) -> Floats:
        """The value for one minor unit of the typical fee; NaN without a fee."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.fee > 0, self.value / self.fee, np.nan)


def predict(
    bundle: Bundle, scorers: Mapping[str, Scorer], features: Features, objective: Objective, fee: Floats
) -> Predictions:
    """Every outcome the bundle has a model for, for these creators; `fee` is what each usually takes."""
    names = ("invite", "accept", "deliver", f"result_{objective}")
    values = {
        name: bundle.facts.models[name].predict(scorers[name].exact(features))
        for name in names
        if name in scorers
    }
    unknown = np.full(len(features), np.nan)
    invite, accept, deliver, result = (values.get(name, unknown) for name in names)
    missing = tuple(name for name in names if name not in values)
    return Predictions(invite, accept, deliver, result, fee, missing)
