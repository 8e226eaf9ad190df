import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.feed.history import Watches, of_subject, shrunk_means, watches


def test_a_watch_is_long_if_the_video_was_also_watched_long(feed):
    watched = watches(feed)
    long = {(int(u), int(v)) for u, v in zip(*vars(feed.sequences["long_watch_seq"]).values(), strict=True)}

    expected = [pair in long for pair in zip(watched.user.tolist(), watched.video.tolist(), strict=True)]

    assert_array_equal(watched.long, expected)


def test_a_video_watched_twice_counts_once(feed):
    sequence = feed.sequences["watch_seq"]
    twice = type(sequence)(np.tile(sequence.user, 2), np.tile(sequence.video, 2))
    doubled = feed.__class__(**{**vars(feed), "sequences": {**feed.sequences, "watch_seq": twice}})

    assert_array_equal(watches(doubled).long, watches(feed).long)


def test_means_are_shrunk_to_zero():
    keys, values = np.array([0, 0, 2]), np.array([1.0, 1.0, 1.0])

    assert shrunk_means(keys, values, 3, weight=2) == pytest.approx([0.5, 0, 1 / 3])


def test_a_video_is_not_better_for_being_watched_by_generous_users(rng):
    users, videos = np.repeat(np.arange(200), 20), np.tile(np.arange(40), 100)
    generous = users % 2 == 0
    long = rng.random(4000) < np.where(generous, 0.8, 0.2)
    often_by_generous = (videos < 20) == generous
    kept = often_by_generous | (rng.random(4000) < 0.4)
    watched = Watches(users[kept], videos[kept], long[kept].astype(float), 200, 40)

    of_videos = watched.biases[1]
    raw = shrunk_means(watched.video, watched.long, 40, 0)

    assert raw[:20].mean() - raw[20:].mean() > 0.2
    assert abs(of_videos[:20].mean() - of_videos[20:].mean()) < 0.6 * (raw[:20].mean() - raw[20:].mean())


def test_counts_are_those_of_the_sequences(feed):
    columns = of_subject("video", np.arange(30), np.arange(30), feed, watches(feed))

    for name, kind in (("watches", "watch_seq"), ("long_watches", "long_watch_seq"), ("likes", "like_seq")):
        expected = np.bincount(feed.sequences[kind].video, minlength=30)
        assert_array_equal(columns[f"video_{name}"], expected)
