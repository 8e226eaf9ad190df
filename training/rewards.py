"""Reward models of doubly robust estimates: simple, because a bad model costs precision and never truth."""

from typing import Protocol, Self

import numpy as np
from sklearn.base import TransformerMixin, clone
from sklearn.linear_model import LogisticRegression, PoissonRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from recsys.arrays import Features, Floats


class RewardModel(Protocol):
    """What is fitted on some logged actions and asked about others."""

    def fit(self, features: Features, reward: Floats) -> Self:
        """Learn the mean reward of (rows, features)."""

    def expected(self, features: Features) -> Floats:
        """(rows,): the expected reward."""


class ChanceModel:
    """Logistic regression, for rewards of 0 and 1; where only one of them was seen, that one."""

    def __init__(self, l2: float = 1.0, encoder: TransformerMixin | None = None) -> None:
        """`l2` is the penalty; `encoder` turns features into columns, standardising where there is none."""
        self.l2, self.encoder = l2, encoder

    def fit(self, features: Features, reward: Floats) -> Self:
        """Learn P(reward = 1) from (rows, features); `model_` is None where all rewards are `only_`."""
        self.only_ = float(reward[0])
        self.model_: Pipeline | None = None
        if (reward != self.only_).any():
            columns = clone(self.encoder) if self.encoder else StandardScaler()
            logistic = LogisticRegression(C=1 / self.l2, max_iter=1000)
            self.model_ = make_pipeline(columns, logistic).fit(features, reward)
        return self

    def expected(self, features: Features) -> Floats:
        """P(reward = 1)."""
        if self.model_ is None:
            return np.full(len(features), self.only_)
        return np.asarray(self.model_.predict_proba(features)[:, 1])


class AmountModel:
    """Poisson regression with log link, for amounts from 0: its fitted mean is the observed one.

    It is a quasi-likelihood: amounts need not be counts (Gourieroux, Monfort and Trognon 1984).
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = l2

    def fit(self, features: Features, reward: Floats) -> Self:
        """Learn the mean amount from (rows, features), in units of `mean_` and up to `largest_`."""
        self.mean_, self.largest_ = float(reward.mean()), float(reward.max())
        if self.mean_ > 0:
            poisson = PoissonRegressor(alpha=self.l2, solver="newton-cholesky", max_iter=1000)
            self.model_ = make_pipeline(StandardScaler(), poisson).fit(features, reward / self.mean_)
        return self

    def expected(self, features: Features) -> Floats:
        """The mean amount; never more than was seen, so that no strange row carries a whole estimate."""
        if self.mean_ == 0:
            return np.zeros(len(features))
        with np.errstate(over="ignore"):
            return np.asarray(np.minimum(self.model_.predict(features) * self.mean_, self.largest_))
