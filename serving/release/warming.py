"""Warming: a few real requests, so that the first one asked by somebody is not the first one answered."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter

import numpy as np

from recsys.brief import Brief
from recsys.errors import BundleError, NotServedError
from recsys.snapshot import Snapshot
from recsys.vocabulary import CREATOR_OBJECTIVES
from serving.creators.search import CreatorSearch
from serving.engine import Engine
from serving.requests import (
    ExplainRequest,
    InsightsRequest,
    ItemRequest,
    MatchRequest,
    ProfileRequest,
    RankRequest,
    Request,
    SimilarRequest,
)

BRIEFS = 1
CREATORS = 2
"""Spread over the snapshot: each is asked about in every way."""
CANDIDATES = 100
Rest = Callable[[float], None]


class UnfitError(BundleError):
    """A release that does not serve, for an error whose text may repeat what is in it, such as ids."""

    def __init__(self, what: str, error: Exception) -> None:
        self.told = f"{what}: {type(error).__name__}"
        super().__init__(f"{self.told}: {error}")
        """What may be logged: without the error's text."""


def no_rest(_seconds: float) -> None:
    """Go on at once: nobody is waiting."""


def warm(engine: Engine, rest: Rest = no_rest) -> int:
    """Ask the engine a few requests of each kind it serves, made from its own snapshot; how many it answered.

    Columns are paged in by them, and what is computed at its first use is computed. `rest` is told how long
    each took, and lets others go first. Raises BundleError if one is not answered: a release that cannot
    answer what is certainly there is not fit to serve.
    """
    answered = 0
    for method, request in requests_of(engine.snapshot):
        started = perf_counter()
        try:
            getattr(engine, method)(request)
        except NotServedError:
            continue
        except Exception as error:
            raise UnfitError(f"{engine.release.name} does not answer {method}", error) from error
        answered += 1
        rest(perf_counter() - started)
    return answered


def requests_of(snapshot: Snapshot) -> Iterator[tuple[str, Request]]:
    """Methods of an engine, each with a request about what is in the snapshot; nothing for an empty one."""
    if not len(snapshot.creators):
        return
    yield "find", CreatorSearch()
    for creator_id in spread(snapshot.creators.ids, CREATORS):
        yield "show", ProfileRequest(creator_id=creator_id)
        yield "similar", SimilarRequest(creator_id=creator_id)
    for creator_id, objective in zip(
        spread(snapshot.creators.ids, CREATORS), CREATOR_OBJECTIVES, strict=False
    ):
        yield "products", ItemRequest(creator_id=creator_id, objective=objective)
        yield "inspire", ItemRequest(creator_id=creator_id, objective=objective)
        yield "insights", InsightsRequest(creator_id=creator_id, objective=objective, count=1)
    for brief in briefs_of(snapshot):
        creator_ids = tuple(spread(snapshot.creators.ids, CANDIDATES))
        yield "rank", RankRequest(brief=brief, creator_ids=creator_ids)
        yield "explain", ExplainRequest(brief=brief, creator_id=creator_ids[0])
        yield "match", MatchRequest(brief=brief)
        yield "match", MatchRequest(brief=brief, model="challenger")


def briefs_of(snapshot: Snapshot) -> Iterator[Brief]:
    """Briefs without filters for some of the snapshot's products, by their brands in their own markets.

    Only products whose category and whose brand's market are known are asked about.
    """
    starts_on = snapshot.facts.as_of.date() + timedelta(days=1)
    brands, there = snapshot.brands.rows_of(snapshot.products["brand_id"])
    known = there & (snapshot.products["category"] >= 0)
    known[there] &= snapshot.brands["market"][brands[there]] >= 0
    for product in spread(np.flatnonzero(known), BRIEFS):
        yield Brief(
            brand_id=int(snapshot.products["brand_id"][product]),
            market=snapshot.facts.markets[snapshot.brands["market"][brands[product]]],
            category=snapshot.facts.categories[snapshot.products["category"][product]],
            product_ids=(int(snapshot.products.ids[product]),),
            objective="gmv",
            campaign_type="review",
            budget=100_000,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=30),
        )


def spread(ids: np.ndarray, count: int) -> list[int]:
    """At most so many ids, evenly spread from the first to the last."""
    places = np.linspace(0, len(ids) - 1, min(count, len(ids))).astype(int)
    return [int(ids[place]) for place in places]
