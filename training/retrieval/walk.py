"""Random walks from item to user to item (Cooper et al. 2014, Christoffel et al. 2015)."""

from typing import Literal, Self

import numpy as np
from pydantic import Field
from scipy.sparse import diags

from recsys.arrays import Features, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.retrieval.forms import ItemToItem
from training.retrieval.sparse import csr, csr_of, degrees, power, without_diagonal


class WalkConfig(Config):
    """Walks of `hops` steps from the items of a history; a step never stays where it is."""

    kind: Literal["walk"] = "walk"
    hops: int = Field(1, ge=1, le=4)
    """1 finds what users of the same items liked; more reach items that nobody combined with them yet."""
    user_exponent: float = Field(1.0, ge=0, le=3)
    """A user of degree d lends d^-exponent to each pair of items; 1 is a fair walk."""
    item_exponent: float = Field(0.5, ge=0, le=1)
    """A known item of degree d counts d^-exponent."""
    popularity_exponent: float = Field(0.0, ge=-1, le=1)
    """The walk's scores are multiplied by d^-exponent (the beta of RP3beta)."""

    def build(self) -> "Walk":
        """The retriever these settings describe."""
        return Walk(self)


class Walk:
    """Learns `form_`: a dense item × item matrix of transition probabilities."""

    def __init__(self, config: WalkConfig) -> None:
        self.config = config

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Count the ways from each item to each other one."""
        given, (users, items) = self.config, degrees(known)
        pairs = csr(known)
        ways = (pairs.T @ diags(power(users, -given.user_exponent).astype(np.float32)) @ pairs).toarray()
        ways = without_diagonal(ways)
        ways /= np.maximum(ways.sum(axis=1, keepdims=True), 1e-30)
        self.form_ = ItemToItem(
            into=power(items, -given.item_exponent).astype(np.float32),
            matrix=ways,
            out=power(items, -given.popularity_exponent).astype(np.float32),
            hops=given.hops,
        )
        return self

    def score(self, histories: Histories) -> Scores:
        """(users, items): 0 where no walk arrives."""
        at = csr_of(histories, len(self.form_.into)).toarray() * self.form_.into
        for _ in range(self.config.hops):
            at = at @ self.form_.matrix
        return np.asarray(at * self.form_.out, np.float32)
