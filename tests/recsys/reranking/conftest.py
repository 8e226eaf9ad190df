"""What the tests of re-rankers share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from recsys.stages import Candidates


@dataclass(frozen=True)
class Ask:
    """A query that is told apart by its key alone."""

    key: tuple[int, ...] = (1, 20_000)


@pytest.fixture(scope="session")
def ask() -> Callable[..., Ask]:
    return Ask


@pytest.fixture
def ranked() -> Callable[..., Candidates]:
    """Items 0, 1, … with these scores, in the order given."""

    def of(*scores: float, sources: tuple[str, ...] = ()) -> Candidates:
        return Candidates(np.arange(len(scores)), np.array(scores, np.float32), sources)

    return of


@pytest.fixture
def order() -> Callable[..., Any]:
    """The items in the order a re-ranker shows them."""

    def of(reranker: Any, candidates: Candidates, query: Ask | None = None) -> list[int]:
        return reranker.rerank(query or Ask(), candidates).items.tolist()

    return of
