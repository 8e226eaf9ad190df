"""docs/features.md, written from the catalogue: `python -m features.describe > docs/features.md`."""

from collections import Counter

from features.catalogue import CREATOR_FEATURES, FEATURES, PAIR_FEATURES
from features.feature import Feature
from features.meanings import CREATOR_COLUMNS, EVENT_COLUMNS, HISTORY_COLUMNS, PRODUCT_COLUMNS, VIDEO_COLUMNS

INTRODUCTION = """\
# Features

Written by `python -m features.describe > docs/features.md` from the catalogue; do not edit by hand.

A feature belongs to the *creator* (an Ibis expression over what was known at a moment, computed once a
snapshot) or to the *pair* of a brief and a creator (a NumPy function, the same in training and in serving).
All are float32; missing is NaN. Rows later than the snapshot's moment have no influence: a row is known from
its own moment on, what is filled in later from when it was, and the counts of a day when that day is over.

Choices that the rules leave open:

- **Response (R6, R8).** A message counts when it is two days old, answered or not. No answer counts like any
  answer later than a week as a week of waiting. So neither a slower answer nor one more message never
  answered makes a creator's own counts better.
- **Fulfilment (R7).** The policy in force at the snapshot's moment applies to all samples of the last 180
  days. A video must be posted inside the window and, from a moment inside the window, stay public for three
  days in a row; those days may end after it. A livestream counts by its longest single segment. Provisional
  samples are undecided, and like void and pending ones in no denominator. More in
  [fulfilment.md](fulfilment.md).
- **Invitations (R20).** One without an answer counts as not accepted after a week, a deal without delivery as
  not delivered after 30 days.
- **Shrinkage (R11).** Rates of small counts are pulled to the pooled rate of the peers (market × level-1
  category); its weight is fitted by moments inside the snapshot.
- **GMV (R17).** The bounds of a withheld GMV are two features; where one number is needed (growth, order
  value, rank), it is the lower bound.
- **Overlap.** Σ min(audience, target) / Σ target, so that a target of 60 % women is fully met by any audience
  with 60 % or more.
"""
NOTE = """\
In the columns below integers are counts and sums, floats are NaN where nothing was measured, codes are -1
where unknown. A row is the place of an entity in its part. Events of products are those of the log, the
showcase and the samples (what two of them tell of one second counts once), videos posted that link the
product, and the orders of those videos.
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
        NOTE,
        _columns("creators", CREATOR_COLUMNS),
        _columns("creator days", HISTORY_COLUMNS),
        _columns("products", PRODUCT_COLUMNS),
        _columns("videos", VIDEO_COLUMNS),
        _columns("product events and video events", EVENT_COLUMNS),
    ]
    return "\n".join(parts)


def _table(title: str, features: dict[str, Feature]) -> str:
    rows = [f"| `{name}` | {feature.reason} | {feature.meaning} |" for name, feature in features.items()]
    return "\n".join([f"## {title}\n", "| feature | reason group | meaning |", "|---|---|---|", *rows, ""])


def _columns(title: str, columns: dict[str, str]) -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in columns.items()]
    return "\n".join(
        [f"## Columns of a snapshot's {title}\n", "| column | meaning |", "|---|---|", *rows, ""]
    )


if __name__ == "__main__":
    print(features_markdown(), end="")
