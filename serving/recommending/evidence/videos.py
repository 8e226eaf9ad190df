"""What a creator is told of an inspiration video, for each reason group (R32)."""

from collections.abc import Mapping

import numpy as np

from features.portable import level_1_of
from recsys.arrays import Ints
from recsys.lift import Measure, TraitLifts
from recsys.vocabulary import CAMPAIGN_TYPES, OBJECTIVES, CreatorObjective
from serving.recommending.answers import Trait, VideoFacts
from serving.recommending.creator_view import DEMOGRAPHICS, CreatorView, category_name
from serving.recommending.evidence import AnyEvidence
from serving.recommending.evidence.of_creator import SimilarCreator, SimilarMet
from serving.recommending.evidence.of_item import Reach, Sales, Trend
from serving.recommending.evidence.products import Tell, category_share
from serving.recommending.own_results import video_results

MEASURES_OF: dict[CreatorObjective, tuple[Measure, ...]] = {
    "gmv": ("views", "conversion"),
    "followers": ("views", "engagement"),
}
"""Objective → the measures whose lifts are told."""
MET = ("watched", "liked", "saved", "created")
TREND_DAYS = 7


def video_facts(view: CreatorView, row: int, lifts: TraitLifts | None) -> VideoFacts:
    """What the video is and what came of it; traits without lifts have no evidence."""
    videos = view.snapshot.videos
    kind = int(videos["campaign_type"][row])
    return VideoFacts(
        creator_id=int(view.snapshot.creators.ids[videos["creator"][row]]),
        category=category_name(view.snapshot, videos["category"][row]),
        campaign_type=CAMPAIGN_TYPES[kind] if kind >= 0 else None,
        age_days=float(videos["age_days"][row]),
        duration=float(videos["duration"][row]),
        results=video_results(view.snapshot, row),
        traits=traits_of(view, row, lifts),
    )


def traits_of(view: CreatorView, row: int, lifts: TraitLifts | None) -> tuple[Trait, ...]:
    """The words of the video's script with their lifts in its category, for the objective's measures."""
    name = category_name(view.snapshot, view.snapshot.videos["category"][row])
    level_1 = level_1_of(name or "")
    measures = MEASURES_OF[view.objective]
    return tuple(
        Trait(
            facet=facet,
            word=word,
            lifts=tuple(
                lift for lift in (lifts.of(level_1, facet, word) if lifts else ()) if lift.measure in measures
            ),
        )
        for facet, words in view.snapshot.facts.facets.items()
        for word in _words(view.snapshot.videos[facet][row], words)
    )


def _words(value: np.generic | Ints, words: tuple[str, ...]) -> list[str]:
    """The word of a code, or the words that are flagged."""
    if np.ndim(value):
        return [word for word, there in zip(words, np.asarray(value), strict=True) if there]
    code = int(value)
    return [words[code]] if code >= 0 else []


def similar(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Whose video it is, and what the creator did with earlier ones of its category."""
    return (*_maker(view, row), *_met(view, row))


def _met(view: CreatorView, row: int) -> tuple[AnyEvidence, ...]:
    videos = view.snapshot.videos
    met = {event: view.met(event) for event in MET}
    kin = view.kin(videos["category"][row], videos["category"][np.concatenate(list(met.values()))])
    if kin is None:
        return ()
    name, _ = kin
    watched, liked, saved, created = (_in_category(view, met[event], name) for event in MET)
    return (SimilarMet(category=name, watched=watched, liked=liked, saved=saved, created=created),)


def _in_category(view: CreatorView, rows: Ints, name: str) -> int:
    names = (category_name(view.snapshot, code) or "" for code in view.snapshot.videos["category"][rows])
    return sum(found == name or level_1_of(found) == name for found in names)


def audience(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """The groups that both creators' followers lean to; of a reason against it, those that only theirs do."""
    creators, owner = view.snapshot.creators, view.snapshot.videos["creator"][row]
    theirs = {dimension: creators[f"audience_{dimension}"][owner] for dimension in DEMOGRAPHICS}
    return view.groups(theirs, "its creator's followers", part)


def category(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """How much of what the creator makes and earns is of its category."""
    return category_share(view, view.snapshot.videos["category"][row])


def _maker(view: CreatorView, row: int) -> tuple[AnyEvidence, ...]:
    creators, owner = view.snapshot.creators, view.snapshot.videos["creator"][row]
    return (
        SimilarCreator(
            creator_id=int(creators.ids[owner]),
            followers=float(creators["followers"][owner]),
            own_followers=view.number("followers"),
            standing=float(creators["objective_rank"][owner, OBJECTIVES.index(view.objective)]),
        ),
    )


def sales(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """What it sold."""
    results = video_results(view.snapshot, row)
    return (Sales(days=None, units=results.units, gmv=results.gmv, gpm=results.gpm),)


def reach(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Who watched it, beside its creator's usual views."""
    results = video_results(view.snapshot, row)
    usual = float(view.snapshot.creators["mean_views"][view.snapshot.videos["creator"][row]])
    return (
        Reach(
            views=results.views,
            times_usual=results.views / usual if usual > 0 else None,
            engagement_rate=results.engagement_rate,
            followers_gained=results.followers_gained,
        ),
    )


def trend(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Its views of this week and the one before, if they rose; or, against the video, if they fell."""
    results = video_results(view.snapshot, row)
    now, before = results.views_7, results.views_before_7
    told = (now - before) * part > 0
    return (Trend(measure="views", days=TREND_DAYS, now=now, before=before),) if told else ()


VIDEO_EVIDENCE: Mapping[str, Tell] = {
    "similar": similar,
    "audience": audience,
    "category": category,
    "sales": sales,
    "popularity": reach,
    "growth": trend,
}
