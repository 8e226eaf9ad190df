"""Every feature of the match matrix, in its order."""

from types import ModuleType

from features.creators import content, cooperation, diligence, growth, popularity, sales
from features.feature import Feature
from features.pairs import audience, category, history, objective, price

CREATOR_MODULES = (popularity, sales, growth, diligence, cooperation, content)
PAIR_MODULES = (audience, category, price, objective, history)


def features_of(*modules: ModuleType) -> dict[str, Feature]:
    """The features that modules declare, by name, in the order they are written down."""
    declared = [value for module in modules for value in vars(module).values() if isinstance(value, Feature)]
    return {feature.name: feature for feature in declared}


CREATOR_FEATURES = features_of(*CREATOR_MODULES)
"""Computed once a snapshot: the columns of the creators' `profile` matrix, in order."""
PAIR_FEATURES = features_of(*PAIR_MODULES)
"""Computed for each brief; a feature may read those above it."""
FEATURES = CREATOR_FEATURES | PAIR_FEATURES
"""The columns of the match matrix, in order."""
