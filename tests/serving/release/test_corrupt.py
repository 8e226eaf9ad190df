"""A release that is wrong in any way is refused, and the old one answers on.

Some are tried in each test run; RECSYS_SOAK=1 tries all.
"""

import os
import shutil

import numpy as np
import pytest

from recsys.errors import BundleError
from serving.engine import Engine
from serving.release.slot import Slot
from serving.requests import CreatorSearch, ItemRequest, MatchRequest
from tests.serving.release.corruptions import corruptions_of, forged, in_anothers_place

SOAK = bool(os.environ.get("RECSYS_SOAK"))
ACCIDENTS, LIES = (1, 1) if SOAK else (12, 4)
"""One of so many is tried."""
LEAST = 200 if SOAK else 40
PARTS = ("match", "products", "inspiration", "snapshot")


@pytest.fixture(scope="module")
def sources(cascaded, item_bundles, other_snapshot):
    """By part: folders whose every file matters."""
    items = {surface: bundle.path for surface, bundle in item_bundles.items()}
    return {"match": cascaded.path, **items, "snapshot": other_snapshot.path}


@pytest.fixture(scope="module")
def tried(sources, other_bundle):
    """Every corruption."""
    rng = np.random.default_rng(6)
    accidents = [one for part in PARTS for one in corruptions_of(part, sources[part], rng)]
    other = (other_bundle.path / "rank.onnx").read_bytes()
    lies = [one for part in PARTS for one in forged(part, sources[part], other)]
    return [*accidents[::ACCIDENTS], *lies[::LIES], *in_anothers_place(sources)]


@pytest.fixture
def questions(brief, snapshot):
    """One of each kind."""
    creator_id = int(snapshot.creators.ids[0])
    about = ItemRequest(creator_id=creator_id, objective="gmv")
    return {"match": MatchRequest(brief=brief), "products": about, "inspire": about, "find": CreatorSearch()}


def outcome(slot, release, corruption, folder):
    """What became of a corrupt release: nothing is what is wanted."""
    copy = shutil.copytree(release.folders[corruption.part], folder / release.folders[corruption.part].name)
    changed = release.model_copy(update={corruption.part: corruption.make(copy)})
    try:
        slot.move_to(changed)
    except BundleError:
        return None
    except Exception as error:
        return f"{corruption.what}: {error!r}"
    return f"{corruption.what}: served"


def test_every_corrupt_release_is_refused(tried, sources, first, questions, tmp_path):
    slot = Slot(Engine.open(first))
    before = {method: getattr(slot.engine, method)(asked) for method, asked in questions.items()}

    found = []
    for corruption in tried:
        folder = tmp_path / "copy"
        folder.mkdir()
        found.append(outcome(slot, first.model_copy(update=sources), corruption, folder))
        slot.engine = slot.engine if found[-1] is None else Engine.open(first)
        shutil.rmtree(folder)

    wrong = [each for each in found if each]
    assert not wrong, "\n".join(wrong)
    assert len(found) >= LEAST
    assert {method: getattr(slot.engine, method)(asked) for method, asked in questions.items()} == before


def test_what_is_not_corrupted_is_served(sources, first):
    release = first.model_copy(update=sources)
    slot = Slot(Engine.open(first))

    slot.move_to(release)

    assert slot.engine.release == release
