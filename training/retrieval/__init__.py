"""Retrievers: a config, a `fit` on interactions, a `score` of histories. Add yours to the union below.

The contract tests in `tests/training/retrieval/test_contract.py` run over every member of the union.
"""

from typing import Annotated, Protocol, Self

from pydantic import Field

from recsys.arrays import Features, Scores
from recsys.interactions import Histories, Interactions
from training.retrieval.als import AlsConfig
from training.retrieval.bpr import BprConfig
from training.retrieval.content import ContentConfig
from training.retrieval.ease import EaseConfig
from training.retrieval.forms import Form
from training.retrieval.low_pass import LowPassConfig
from training.retrieval.popularity import PopularityConfig
from training.retrieval.walk import WalkConfig

RetrieverConfig = Annotated[
    PopularityConfig | AlsConfig | BprConfig | EaseConfig | WalkConfig | LowPassConfig | ContentConfig,
    Field(discriminator="kind"),
]
"""Any retriever, told apart in YAML by its `kind`."""


class ItemRetriever(Protocol):
    """What every retriever does: learn from interactions, then score all items for histories.

    It knows users by their histories alone, so whoever arrives after training is served like everybody else.
    """

    @property
    def form_(self) -> Form:
        """What was learnt, as the arrays that are exported."""
        ...

    def fit(self, known: Interactions, content: Features | None = None) -> Self:
        """Learn; `content` is (items, features) float32, which only the content retriever reads."""
        ...

    def score(self, histories: Histories) -> Scores:
        """(users, items) float32, finite; higher is better, 0 where the model has nothing to say."""
        ...
