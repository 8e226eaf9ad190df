"""What a snapshot's columns are computed from."""

from dataclasses import dataclass

import ibis

from features.known import Known
from features.profiles import audience, samples, videos
from features.profiles.creators import creator_profiles
from features.words import Words, words_of


@dataclass(frozen=True)
class Sources:
    """The known tables, and the results that several columns need, each computed once."""

    known: Known
    words: Words
    counts: ibis.Table
    """`videos.video_counts`."""
    shares: ibis.Table
    """`audience.measured`."""
    samples: ibis.Table
    """`samples.sample_states`."""
    profiles: ibis.Table
    """`creators.creator_profiles`."""


def gather(known: Known) -> Sources:
    """Compute the sources."""
    counts, shares = known.kept(videos.video_counts(known)), known.kept(audience.measured(known))
    states = known.kept(samples.sample_states(known))
    profiles = creator_profiles(known, counts, shares, states)
    return Sources(known, words_of(known), counts, shares, states, profiles)
