"""The policies that know the truth: the best there is to reach, and the engine with one factor put right."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from training.simulate.play.engine import Engine
from training.simulate.play.question import Observed, Question
from training.simulate.play.slots import by_value

Truth = Callable[[int], dict[str, Floats]]
"""Row of a brief → the true factors (`engine.FACTORS`) of each candidate's value, now."""


@dataclass
class Oracle:
    """Invites whom the true expected GMV within the limits speaks for; greedy from brief to brief."""

    truth: Truth
    exploration: float = 0.0

    def learn(self, observed: Observed) -> None:
        """Nothing: it knows."""

    def rank(self, question: Question) -> Ints:
        """The list whose places are truly worth most."""
        return by_value(product(self.truth(question.row)), question.limits)


@dataclass
class Corrected:
    """The engine with one of its factors replaced by the truth: what that factor costs it."""

    engine: Engine
    truth: Truth
    factor: str
    exploration: float = 0.0

    def learn(self, observed: Observed) -> None:
        """As the engine does."""
        self.engine.learn(observed)

    def rank(self, question: Question) -> Ints:
        """The list whose places are worth most."""
        true = self.truth(question.row)
        factors = self.engine.factors(question) | {self.factor: true[self.factor]}
        return by_value(product(factors), question.limits)


def product(factors: dict[str, Floats]) -> Floats:
    """The factors, multiplied row by row."""
    return np.asarray(np.prod(list(factors.values()), axis=0))
