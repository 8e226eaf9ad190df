from dataclasses import dataclass

import numpy as np
import pytest

from recsys.off_policy import LoggedActions, Predicted


@dataclass(frozen=True)
class Contexts:
    """Contexts with three actions each, two policies, and the true mean reward of every action."""

    logging: np.ndarray
    target: np.ndarray
    mean: np.ndarray

    @property
    def value(self) -> float:
        """What the target policy earns."""
        return float((self.target * self.mean).sum(axis=1).mean())

    def log(self, rng: np.random.Generator, predictions: np.ndarray) -> LoggedActions:
        """One log of the logging policy with rewards of 0 and 1, and these predictions of every action."""
        rows = np.arange(len(self.mean))
        taken = (rng.random((len(rows), 1)) > np.cumsum(self.logging, axis=1)).sum(axis=1)
        reward = (rng.random(len(rows)) < self.mean[rows, taken]).astype(float)
        predicted = Predicted.of(predictions, taken, self.target)
        return LoggedActions(reward, self.logging[rows, taken], self.target[rows, taken], predicted=predicted)


@pytest.fixture(scope="session")
def contexts():
    rng = np.random.default_rng(5)
    return Contexts(
        logging=0.6 * rng.dirichlet([3, 2, 2], 400) + 0.4 / 3,
        target=rng.dirichlet([1, 2, 4], 400),
        mean=np.column_stack(
            [rng.uniform(0, 0.2, 400), rng.uniform(0.1, 0.4, 400), rng.uniform(0, 0.9, 400)]
        ),
    )
