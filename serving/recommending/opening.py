"""What is proven of a bundle's retrieval graph before it is asked: ends, signals, items, golden requests."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from onnxruntime import InferenceSession

from features.recommending.content import WIDTH
from features.recommending.surfaces import SURFACES, Surface
from recsys.arrays import Ints
from recsys.bundle import Bundle
from recsys.errors import BundleError
from recsys.interactions import Histories
from recsys.retrieval import Asked, ask
from recsys.retrieval_facts import GoldenRequest, RetrievalFacts
from recsys.snapshot import Snapshot
from serving.sessions import open_session, signal_names

TOLERANCE = 1e-4
"""How far a golden score may be off: processors add up the terms of a product in different orders."""
PARTS = ("videos", "product_events", "video_events")
"""What a snapshot needs beyond what matching reads."""


@dataclass(frozen=True)
class OpenedRetrieval:
    """A retrieval graph that was proven, and how it is asked."""

    facts: RetrievalFacts
    session: InferenceSession
    items: Ints
    """Ids of training's items, rising: item `i` is column `i`."""


def surface_of(bundle: Bundle) -> Surface:
    """What a bundle recommends; raises BundleError if that is neither products nor videos."""
    retrieval = bundle.facts.retrieval
    if retrieval is None:
        expected, found = " or ".join(SURFACES), bundle.facts.recipe
        raise BundleError(f"{bundle.path}: expected a bundle of recipe {expected}, found {found!r}")
    return retrieval.surface


def open_retrieval(bundle: Bundle, surface: Surface) -> OpenedRetrieval:
    """The bundle's retrieval graph for this surface.

    Raises BundleError for a bundle without retrieval or for another surface, whose content has another width
    than this code's, or whose graph may not run, or does not answer as it did in training.
    """
    facts = bundle.facts.retrieval
    if facts is None or facts.surface != surface:
        found = "none" if facts is None else facts.surface
        raise BundleError(f"{bundle.path}: expected retrieval of {surface}, found {found}")
    if facts.content_width != WIDTH:
        raise BundleError(
            f"bundle {bundle.path} compares content of width {facts.content_width}, this code's is {WIDTH}; "
            "retrain it"
        )
    try:
        return _opened(bundle, facts)
    except BundleError as error:
        raise BundleError(f"{bundle.path}: graph {facts.graph}: {error}") from error


def _opened(bundle: Bundle, facts: RetrievalFacts) -> OpenedRetrieval:
    session = open_session(bundle.files[facts.graph])
    signals = signal_names(session)
    if signals != facts.signals:
        raise BundleError(f"expected the signals {facts.signals}, found {signals}")
    opened = OpenedRetrieval(facts, session, _ids(facts.items, bundle.files[facts.items]))
    _prove(opened)
    return opened


def _ids(name: str, content: bytes) -> Ints:
    """Ids of training's items; raises BundleError for anything but int64 that rise."""
    try:
        ids = np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise BundleError(f"{name} holds no ids: {error}") from error
    if ids.dtype != np.int64 or ids.ndim != 1 or (np.diff(ids) <= 0).any():
        raise BundleError(f"{name}: expected int64 ids that rise, found {ids.dtype} {ids[:3]} …")
    return np.asarray(ids, np.int64)


def _prove(opened: OpenedRetrieval) -> None:
    """Raises BundleError unless each golden request gets the items it got in training, and their scores."""
    if not opened.facts.golden:
        raise BundleError("there are no golden requests, so nothing proves that it answers as trained")
    for place, golden in enumerate(opened.facts.golden):
        found = ask(opened.session, _asked(golden, opened), len(golden.items))
        items, scores = found.items[0], found.scores[0]
        if items.tolist() != list(golden.items) or not _close(scores, golden):
            raise BundleError(
                f"golden request {place}: expected items {golden.items[:3]} … with scores "
                f"{golden.scores[:3]} …, found {items[:3].tolist()} … with {scores[:3].tolist()} …"
            )


def _close(scores: np.ndarray, golden: GoldenRequest) -> bool:
    return bool(np.allclose(scores, golden.scores, rtol=TOLERANCE, atol=TOLERANCE))


def _asked(golden: GoldenRequest, opened: OpenedRetrieval) -> Asked:
    """A user of training's items, all of them allowed, without content."""
    items, width = len(opened.items), opened.facts.content_width
    return Asked(
        histories=Histories(np.array([golden.history], np.int64), np.array([golden.confidence], np.float32)),
        segments=np.array([golden.row]),
        allowed=np.ones((1, items), np.bool_),
        user_content=np.zeros((1, width), np.float32),
        item_content=np.zeros((items, width), np.float32),
        columns=np.arange(items),
    )


def check_parts(snapshot: Snapshot) -> None:
    """Raises BundleError for a snapshot that was made for matching alone."""
    lacking = [part for part in PARTS if not getattr(snapshot, part).values]
    if lacking:
        raise BundleError(f"{snapshot.name} has no {', '.join(lacking)}; take it with `recsys snapshot`")
