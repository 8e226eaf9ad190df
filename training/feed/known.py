"""What users are known to like as of a moment, as confidences: their histories, and long views since."""

import numpy as np
from pydantic import Field

from recsys.arrays import Flags, Floats, Ints
from recsys.config import Config
from recsys.interactions import Interactions
from training.feed.reading import LIKED, LONG_WATCHED, WATCHED, Feed, Outcome


class ConfidencesConfig(Config):
    """What each kind of event says of a pair (Hu, Koren and Volinsky 2008); 0 leaves a kind out.

    Sequences overlap and confidences add up: a video that was watched, long-watched and liked has all three.
    """

    watched: float = Field(0.3, ge=0)
    """Of a watched sequence: the app chose it and the user stayed, for however short a time."""
    long_watched: float = Field(1.0, ge=0)
    """Of a long-watched sequence: what a positive impression of the log is."""
    liked: float = Field(1.0, ge=0)
    """Of a liked sequence: rare, and said on purpose."""
    long_view: float = Field(1.3, ge=0)
    """Of a long view in the log: watched and long-watched at once."""


def day_starts(feed: Feed) -> dict[int, int]:
    """Date → its first moment, in ms, that is later than every history.

    Dates of the log overlap by some minutes, so a day's start is a time and not "all earlier dates".
    """
    shown = feed.impressions
    later = shown.time_ms > feed.history_end_ms
    dates, of_row = np.unique(shown.date[later], return_inverse=True)
    starts = np.full(len(dates), np.iinfo(np.int64).max)
    np.minimum.at(starts, of_row, shown.time_ms[later])
    return dict(zip(dates.tolist(), starts.tolist(), strict=True))


def known_before(feed: Feed, moment: int, says: ConfidencesConfig) -> Interactions:
    """(users, videos): everything said before `moment`; histories end before every query and always count."""
    parts = [
        of_sequence(feed, kind, confidence)
        for kind, confidence in (
            (WATCHED, says.watched),
            (LONG_WATCHED, says.long_watched),
            (LIKED, says.liked),
        )
    ]
    parts.append(long_views(feed, moment, says.long_view))
    users, videos, confidence = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    said = confidence > 0
    user_count, video_count = feed.counts
    return Interactions.of_pairs(
        np.arange(user_count), np.arange(video_count), (users[said], videos[said]), confidence[said]
    )


def of_sequence(feed: Feed, kind: str, confidence: float) -> tuple[Ints, Ints, Floats]:
    """The distinct pairs of a kind of history, all with this confidence."""
    sequence = feed.sequences[kind]
    pairs = np.unique(sequence.user * feed.counts[1] + sequence.video)
    return pairs // feed.counts[1], pairs % feed.counts[1], np.full(len(pairs), confidence)


def long_views(feed: Feed, moment: int, confidence: float) -> tuple[Ints, Ints, Floats]:
    """The log's long views that began before `moment`."""
    shown = feed.impressions
    earlier = shown.outcomes["long_view"] & (shown.time_ms < moment)
    return shown.user[earlier], shown.video[earlier], np.full(int(earlier.sum()), confidence)


def later_positives(feed: Feed, date: int, positive: Outcome, known: Interactions) -> tuple[Ints, Ints]:
    """(users, videos) of a day's positives that `known`, as of its start, lacks; each pair once, by user."""
    shown, width = feed.impressions, feed.counts[1]
    wanted: Flags = (shown.date == date) & (shown.time_ms > feed.history_end_ms) & shown.outcomes[positive]
    pairs = np.unique(shown.user[wanted] * width + shown.video[wanted])
    new = pairs[~np.isin(pairs, known.rows * width + known.items)]
    return new // width, new % width
