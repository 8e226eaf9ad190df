"""What a snapshot's columns are computed from."""

from dataclasses import dataclass

import ibis

from features.known import Known
from features.profiles import audience, samples
from features.profiles.creators import creator_profiles
from features.words import Words, words_of


@dataclass(frozen=True)
class Sources:
    """The known tables, and the results that several columns need, each computed once."""

    known: Known
    words: Words
    shares: ibis.Table
    """`audience.measured`."""
    samples: ibis.Table
    """`samples.sample_states`."""
    profiles: ibis.Table
    """`creators.creator_profiles`."""


def gather(known: Known) -> Sources:
    """Compute the sources."""
    shares, states = known.kept(audience.measured(known)), known.kept(samples.sample_states(known))
    profiles = creator_profiles(known, shares, states)
    return Sources(known, words_of(known), shares, states, profiles)
