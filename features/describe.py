"""docs/features.md, written from the catalogue: `python -m features.describe > docs/features.md`."""

from collections import Counter

from features.catalogue import CREATOR_FEATURES, FEATURES, PAIR_FEATURES
from features.feature import Feature

CREATOR_COLUMNS = {
    "profile": "float32 matrix: the creator features above, in order",
    "market": "code in `facts.markets`",
    "country": "where the creator lives, code in `facts.countries`",
    "language": "code in `facts.languages`",
    "category": "main category, code in `facts.categories`",
    "main_country": "country with the largest share of the audience, code in `facts.vocabularies['country']`",
    "main_state": "state with the largest share of the audience, code in `facts.vocabularies['state']`",
    "main_country_share": "that country's share of the audience",
    "main_state_share": "that state's share of the audience",
    "active_share": "active share of the audience (R15)",
    "has_ecommerce": "may link products",
    "followers": "at the end of yesterday",
    "tier": "follower tier, place in `recsys.vocabulary.TIERS` (R21)",
    "account_days": "age of the account in days",
    "mean_views": "mean views of the latest videos, as many as the policy says (R14)",
    "mean_views_90": "views of 90 days over videos posted in 90 days",
    "latest_videos": "number of videos that `mean_views` rests on",
    "n_videos": "videos ever posted",
    "n_shoppable": "videos with product links ever posted (R28)",
    "posts_28": "videos posted in 28 days",
    "days_since_post": "days since the last video",
    "days_since_live": "days since the last livestream ended",
    "gmv_low_28": "lower bound of GMV in 28 days, minor units (R17)",
    "gmv_high_28": "upper bound of GMV in 28 days, minor units (R17)",
    "price_low": "10th percentile of prices of products promoted in 90 days, minor units",
    "price_median": "median of those prices",
    "price_high": "90th percentile of those prices",
    "price_position": "mean ln price over their category's usual of the products the creator chose",
    "commission_usual": "mean commission of products promoted in 90 days",
    "fee_median": "median fee of deals in 180 days, minor units",
    "fee_expected": "that median; without deals what the market's median fee for a view makes of mean views",
    "open_deals": "deals accepted and not delivered, up to a month old",
    "n_results": "campaigns with a final result",
    "audience_country": "share of the audience by `facts.vocabularies['country']`",
    "audience_state": "share of the audience by `facts.vocabularies['state']`",
    "audience_gender": "share of the audience by `facts.vocabularies['gender']`",
    "audience_age": "share of the audience by `facts.vocabularies['age']`",
    "audience_device": "share of the audience by `facts.vocabularies['device']`",
    "audience_activity": "share of the audience by `facts.vocabularies['activity']`",
    "category_mix": "share of 90 days' videos by `facts.categories`",
    "category_gmv_mix": "share of 90 days' video GMV by `facts.categories`",
    "category_deals": "invitations ever accepted, by category of the brand",
    "type_mix": "share of 90 days' posts by `recsys.vocabulary.CAMPAIGN_TYPES`",
    "type_views": "views per post of 90 days, by campaign type",
    "objective_rank": "percentile rank in the market by `recsys.vocabulary.OBJECTIVES`",
    "objective_standing": "deviations from the market's mean, by objective: of ln orders, followers won "
    "or engagements per view, or ln views per follower",
    "objective_result": "mean result of past campaigns, by objective",
}
"""Meaning of each column of a snapshot's creators."""

INTRODUCTION = """\
# Features

Written by `python -m features.describe > docs/features.md` from the catalogue; do not edit by hand.

A feature belongs to the *creator* (an Ibis expression over what was known at a moment, computed once a
snapshot) or to the *pair* of a brief and a creator (a NumPy function, the same in training and in serving).
All are float32; missing is NaN. Rows later than the snapshot's moment have no influence: a row is known from
its own moment on, what is filled in later from when it was, and the counts of a day when that day is over.

Choices that the rules leave open:

- **Response (R6).** A message without an answer says nothing for two days; after that it counts as
  unanswered, and like any answer later than a week as a week of waiting. So never answering is never better
  than answering late.
- **Fulfilment (R7).** The policy in force at the snapshot's moment applies to all samples of the last 180
  days. A video must be posted inside the window and, from a moment inside the window, stay public for three
  days in a row; those days may end after it. A livestream counts by its longest single segment. Provisional
  samples are undecided, and like void and pending ones in no denominator.
- **Invitations (R20).** One without an answer counts as not accepted after a week, a deal without delivery as
  not delivered after 30 days.
- **Shrinkage (R11).** Rates of small counts are pulled to the pooled rate of the peers (market × level-1
  category); its weight is fitted by moments inside the snapshot.
- **GMV (R17).** The bounds of a withheld GMV are two features; where one number is needed (growth, order
  value, rank), it is the lower bound.
- **Overlap.** Σ min(audience, target) / Σ target, so that a target of 60 % women is fully met by any audience
  with 60 % or more.
"""


def features_markdown() -> str:
    """The whole document."""
    counts = Counter(feature.reason for feature in FEATURES.values())
    groups = ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items()))
    parts = [
        INTRODUCTION,
        f"{len(FEATURES)} features, by reason group: {groups}.\n",
        _table("Creator features", CREATOR_FEATURES),
        _table("Pair features", PAIR_FEATURES),
        _columns(),
    ]
    return "\n".join(parts)


def _table(title: str, features: dict[str, Feature]) -> str:
    rows = [f"| `{name}` | {feature.reason} | {feature.meaning} |" for name, feature in features.items()]
    return "\n".join([f"## {title}\n", "| feature | reason group | meaning |", "|---|---|---|", *rows, ""])


def _columns() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in CREATOR_COLUMNS.items()]
    note = (
        "Integers are counts and sums, floats are NaN where nothing was measured, codes are -1 where unknown."
    )
    return "\n".join(
        ["## Columns of a snapshot's creators\n", note, "", "| column | meaning |", "|---|---|", *rows, ""]
    )


if __name__ == "__main__":
    print(features_markdown(), end="")
