"""Briefs that are asked once each, with as many filters as wanted, none of which leaves nobody."""

import numpy as np

from features.first_stage.briefs import made_briefs
from features.portable import level_1_of
from recsys.arrays import Array
from recsys.brief import Brief
from recsys.creator_filter import AudienceFilter, CreatorFilter, Range
from recsys.snapshot import Snapshot

FILTERS = (0, 3, 8)
"""Numbers of filters besides the market."""
LEAST, MOST = 0.02, 0.3
"""Share of creators below the lower end of a range."""
SAMPLED = 10_000
IDLE_DAYS = 30


def fresh_briefs(snapshot: Snapshot, filters: int, count: int, seed: int) -> list[Brief]:
    """Different briefs in the largest market; those that first stages are learnt from have another seed."""
    market = snapshot.facts.markets[np.bincount(snapshot.creators["market"]).argmax()]
    rng = np.random.default_rng([seed, filters])
    made = made_briefs(snapshot, market, count, int(rng.integers(1 << 31)))
    return [brief.model_copy(update={"filters": _filter(brief, snapshot, filters, rng)}) for brief in made]


def _filter(brief: Brief, snapshot: Snapshot, filters: int, rng: np.random.Generator) -> CreatorFilter:
    """Three filters keep those of a country who sell; five more narrow numbers, topic and audience."""
    asked: dict[str, object] = {
        "countries": (brief.market,),
        "has_ecommerce": True,
        "followers": _from(snapshot.creators["followers"], rng),
        "average_views": _from(snapshot.creators["mean_views"], rng),
        "gmv": _from(snapshot.creators["gmv_high_28"], rng),
        "categories": _industries(brief, snapshot, rng),
        "audience": (_audience(snapshot, rng),),
        "posted_within_days": IDLE_DAYS,
    }
    return CreatorFilter.model_validate(dict(list(asked.items())[:filters]))


def _from(column: Array, rng: np.random.Generator) -> Range:
    """From a low quantile on."""
    return Range(low=float(np.nanquantile(column[:SAMPLED], rng.uniform(LEAST, MOST))))


def _industries(brief: Brief, snapshot: Snapshot, rng: np.random.Generator) -> tuple[str, ...]:
    """The brief's industry and one or two others."""
    known = sorted({level_1_of(category) for category in snapshot.facts.categories})
    others = rng.choice(known, min(2, len(known)), replace=False).tolist()
    return tuple(dict.fromkeys([level_1_of(brief.category), *others]))


def _audience(snapshot: Snapshot, rng: np.random.Generator) -> AudienceFilter:
    words = snapshot.facts.vocabularies["gender"]
    group = int(rng.integers(len(words)))
    share = _from(snapshot.creators["audience_gender"][:, group], rng)
    return AudienceFilter(dimension="gender", value=words[group], share=share)
