"""Engines of items on the small world, and bundles of them with something changed."""

import pytest

from features.recommending.surfaces import SURFACES
from recsys.bundle import Bundle
from recsys.retrieval_facts import RetrievalFacts
from serving.recommending import InsightsEngine, ItemEngine


@pytest.fixture
def bundle_with(item_contents, tmp_path):
    """A bundle of a surface whose retrieval facts, or files, are changed."""

    def write(surface, files=None, **changes):
        facts, known = item_contents[surface]
        retrieval = RetrievalFacts.model_validate(facts.retrieval.model_dump() | changes)
        changed = facts.model_copy(update={"retrieval": retrieval})
        return Bundle.write(tmp_path, changed, known | (files or {}))

    return write


@pytest.fixture(scope="session")
def engines(item_bundles, snapshot):
    """By surface."""
    return {surface: ItemEngine.of(item_bundles[surface], snapshot) for surface in SURFACES}


@pytest.fixture(scope="session")
def insights(item_bundles, snapshot):
    return InsightsEngine.of(item_bundles["products"], item_bundles["inspiration"], snapshot)
