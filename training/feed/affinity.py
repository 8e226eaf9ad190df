"""What a user did before with a video, its author, its tag and videos of its length."""

import numpy as np

from recsys.arrays import Floats, Ints
from training.feed.earlier import Columns, Signals, earlier
from training.feed.history import Watches
from training.feed.queries import Asked
from training.feed.reading import LIKED, LONG_WATCHED, WATCHED, Feed

KINDS = {"watches": WATCHED, "long_watches": LONG_WATCHED, "likes": LIKED}
PAIR_WEIGHT = 3
"""Average impressions or watches a pair is held to have had before."""
LENGTH_BANDS = 10


def affinities(feed: Feed, watched: Watches, told: Signals, asked: Asked) -> Columns:
    """User × video, user × author, user × tag: histories and earlier impressions; and lengths."""
    columns = length_affinity(feed, watched, asked)
    for name, keys in {"video": np.arange(len(feed.author)), "author": feed.author, "tag": feed.tag}.items():
        columns |= from_histories(f"user_{name}", keys, feed, watched, asked)
        pairs = pair_keys(keys, feed.impressions.user, feed.impressions.video)
        rows = pair_keys(keys, asked.shown.user, asked.shown.video)
        columns |= earlier(f"user_{name}", feed, told, (pairs, rows), asked.as_of, PAIR_WEIGHT)
    return columns


def from_histories(name: str, keys: Ints, feed: Feed, watched: Watches, asked: Asked) -> Columns:
    """Columns `{name}_watches`, `_long_watches`, `_likes`, and `_taste`: the long share beyond both means."""
    rows = pair_keys(keys, asked.shown.user, asked.shown.video)
    columns: Columns = {}
    for kind, sequence in KINDS.items():
        events = feed.sequences[sequence]
        columns[f"{name}_{kind}"] = sums_of_pairs(pair_keys(keys, events.user, events.video), rows)
    seen = pair_keys(keys, watched.user, watched.video)
    beyond = sums_of_pairs(seen, rows, watched.beyond_both)
    columns[f"{name}_taste"] = beyond / (sums_of_pairs(seen, rows) + PAIR_WEIGHT)
    return columns


def length_affinity(feed: Feed, watched: Watches, asked: Asked) -> Columns:
    """How the video's length differs from what the user watches long, and how the user takes to its band."""
    length, known, bands = np.log(feed.videos["video_duration"]), known_lengths(feed), length_bands(feed)
    long = watched.long > 0
    usual = means(watched.user[long], known[watched.video[long]], watched.user_count)
    seen = pair_keys(bands, watched.user, watched.video)
    rows = pair_keys(bands, asked.shown.user, asked.shown.video)
    return {
        "length_beside_usual": length[asked.shown.video] - usual[asked.shown.user],
        "user_length_taste": sums_of_pairs(seen, rows, watched.beyond_both)
        / (sums_of_pairs(seen, rows) + PAIR_WEIGHT),
    }


def known_lengths(feed: Feed) -> Floats:
    """Logarithm of each video's length; an unknown one counts as the mean."""
    length = np.log(feed.videos["video_duration"])
    return np.where(np.isnan(length), np.nanmean(length), length)


def length_bands(feed: Feed) -> Ints:
    """Tenth of the videos that each belongs to by length."""
    known = known_lengths(feed)
    return np.digitize(known, np.quantile(known, np.linspace(0, 1, LENGTH_BANDS + 1)[1:-1]))


def pair_keys(keys: Ints, users: Ints, videos: Ints) -> Ints:
    """One number for each user and key of the video."""
    return np.asarray(users * (int(keys.max()) + 1) + keys[videos])


def sums_of_pairs(pairs: Ints, asked: Ints, values: Floats | None = None) -> Floats:
    """For each asked pair the sum of the values (their number, without values) that stand under it."""
    known, places = np.unique(pairs, return_inverse=True)
    sums = np.append(np.bincount(places, values, len(known)), 0.0)
    found = np.searchsorted(known, asked).clip(max=len(known) - 1)
    return np.asarray(sums[np.where(known[found] == asked, found, len(known))])


def means(keys: Ints, values: Floats, count: int) -> Floats:
    """Mean of the values under each key, NaN where there are none."""
    numbers = np.bincount(keys, minlength=count).astype(float)
    numbers[numbers == 0] = np.nan
    return np.asarray(np.bincount(keys, values, count) / numbers)
