"""Re-rankers: ranked candidates in, the order to show out. Add yours to the union below.

Each is built for one request, `config.build(facts)`, and follows `recsys.stages.Reranker`. They are meant to
run in this order: `seen` and `freshness` discount scores and sort by what is left; `mmr` reads those scores;
`caps` and `exploration` move candidates whatever their scores, so a later `mmr` or discount would undo them.
Exploration comes last, or the propensities it logs are not those of the order that is shown.

The contract tests in `tests/recsys/reranking/test_contract.py` run over every member of the union.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from recsys.reranking.caps import CapsConfig
from recsys.reranking.exploration import ExplorationConfig, KeyedQuery
from recsys.reranking.facts import ItemFacts
from recsys.reranking.freshness import FreshnessConfig
from recsys.reranking.mmr import MmrConfig
from recsys.reranking.seen import SeenConfig
from recsys.stages import Reranker

RerankerConfig = Annotated[
    SeenConfig | FreshnessConfig | MmrConfig | CapsConfig | ExplorationConfig,
    Field(discriminator="kind"),
]
"""Any re-ranker, told apart in YAML by its `kind`."""


def build_all(configs: Sequence[RerankerConfig], facts: ItemFacts) -> list[Reranker[KeyedQuery]]:
    """The re-rankers of one request, in order; raises ConfigError if the facts lack what one needs."""
    return [config.build(facts) for config in configs]
