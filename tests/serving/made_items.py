"""Bundles of products and of inspiration videos on the small world, made by hand of what training exports."""

import io

import lightgbm
import numpy as np

from features.recommending.asking import columns_of
from features.recommending.content import CONTENT_BLOCKS, WIDTH
from features.recommending.matrix import ITEM_FEATURES, Pairs, item_features
from features.recommending.surfaces import LADDER, SURFACES, events_of, items_of, offered
from recsys.bundle import BundleFacts, Calibration, Model
from recsys.interactions import Histories
from recsys.interactions.weights import EventWeights, Result, confidence
from recsys.lift import LIFTS, TraitLift, TraitLifts
from recsys.retrieval import Asked, ask
from recsys.retrieval_facts import GoldenRequest, RetrievalFacts
from training.bundling import golden_rows
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.retrieval import retrieval_graph
from training.export.running import open_session
from training.export.trees import read_trees
from training.retrieval.forms import Alike, Fixed, ItemToItem

GONE = 999_999_999
"""An item that training knew and the snapshot does not."""
CONTENT = ("category", "audience", "popular", "trend")
SIGNALS = ("together", "bestsellers", *CONTENT)
WEIGHTS = EventWeights(
    weights={"showcased": 1.0, "sampled": 0.5, "posted": 1.0, "sold": 2.0, "watched": 1.0, "liked": 2.0},
    half_life_days=60.0,
    results={"gmv": Result(scale=1_000, weight=0.5)},
)
MODELS = {"rank_gmv": "regression", "rank_followers": "regression", "taken": "binary"}


def trained_items(snapshot, surface):
    """Ids that training knew: every second one of those met, as if the others had arrived since, and GONE."""
    met = np.unique(events_of(snapshot, surface).item)
    return np.append(items_of(snapshot, surface).ids[met][::2], GONE)


def choices(snapshot, surface, trained):
    """(creators, training items): confidences."""
    users, items, confidences = confidence(events_of(snapshot, surface), WEIGHTS, "gmv")
    columns = columns_of(items_of(snapshot, surface).ids[items], trained)
    wide = np.zeros((len(snapshot.creators), len(trained)), np.float32)
    wide[users[columns >= 0], columns[columns >= 0]] = confidences[columns >= 0]
    return wide


def retrieval_graph_of(snapshot, surface):
    """What is chosen together, what is chosen most, and likeness of content."""
    trained = trained_items(snapshot, surface)
    wide = choices(snapshot, surface, trained)
    together = wide.T @ wide
    np.fill_diagonal(together, 0)
    one = np.ones(len(trained), np.float32)
    forms = {"together": ItemToItem(one, together, one), "bestsellers": Fixed(wide.sum(axis=0))}
    forms |= {name: Alike(*CONTENT_BLOCKS[name]) for name in CONTENT}
    weights = np.array([[0, 0.2, 1, 1, 0.5, 0.1], [1, 0.2, 1, 1, 0.5, 0.1]], np.float32)[[0, 1, 1, 0, 1, 1]]
    return retrieval_graph(forms, weights, (0.1,), f"{surface}_retrieval", open_catalogue=True), trained


def golden_request(graph, trained, history):
    """What the graph answers a history when there is no content."""
    items = len(trained)
    confidences = np.ones(len(history), np.float32)
    asked = Asked(
        histories=Histories(np.array([history]), confidences[None, :]),
        segments=np.array([1]),
        allowed=np.ones((1, items), np.bool_),
        user_content=np.zeros((1, WIDTH), np.float32),
        item_content=np.zeros((items, WIDTH), np.float32),
        columns=np.arange(items),
    )
    found = ask(open_session(graph), asked, 5)
    return GoldenRequest(
        history=history, confidence=confidences.tolist(), row=1,
        items=found.items[0].tolist(), scores=found.scores[0].tolist(),
    )  # fmt: skip


def pairs_of(snapshot, surface, rows=1_500):
    """Some creators and items on offer."""
    rng = np.random.default_rng(1)
    creators = rng.integers(len(snapshot.creators), size=rows)
    return Pairs(creators, rng.choice(offered(snapshot, surface), rows))


def booster_of(matrix, names, kind, seed):
    """A canonical booster on a target that mixes all features."""
    rng = np.random.default_rng(seed)
    known = np.nan_to_num(matrix)
    known = (known - known.mean(axis=0)) / (known.std(axis=0) + 1e-6)
    target = np.tanh(known) @ rng.normal(size=matrix.shape[1])
    settings = {"objective": kind, "num_leaves": 15, "num_threads": 1, "verbosity": -1, "seed": seed}
    data = lightgbm.Dataset(matrix, target > 0 if kind == "binary" else target, feature_name=list(names))
    return canonical(lightgbm.train(settings, data, 20))


def models_of(kinds):
    logistic = np.linspace(-6, 6, 25)
    calibration = Calibration(raw=logistic, probability=1 / (1 + np.exp(-logistic)))
    return {
        name: Model(graph=f"{name}.onnx", calibration=calibration if kind == "binary" else None)
        for name, kind in kinds.items()
    }


def item_contents(snapshot, surface, **changes):
    """Facts and files of a bundle; `changes` are of how it retrieves."""
    catalogue = ITEM_FEATURES[surface]
    said = {name: np.linspace(-1, 1, 1_500).astype(np.float32) for name in ("collaborative", "content")}
    said |= {name: np.linspace(0, 1, 1_500).astype(np.float32) for name in ("popularity",)}
    said |= {
        "score": np.linspace(-2, 0, 1_500).astype(np.float32),
        "rank": np.arange(1, 1_501, dtype=np.float32),
    }
    matrix = item_features(snapshot, surface, pairs_of(snapshot, surface), said)
    graphs = {
        name: tree_graph(read_trees(booster_of(matrix, catalogue, kind, place)), name)
        for place, (name, kind) in enumerate(MODELS.items())
    }
    graph, trained = retrieval_graph_of(snapshot, surface)
    retrieval = {
        "surface": surface,
        "graph": "retrieval.onnx",
        "items": "items.npy",
        "signals": SIGNALS,
        "events": WEIGHTS,
        "segments": LADDER,
        "candidates": 40,
        "rerankers": (),
        "content_width": WIDTH,
        "golden": (golden_request(graph, trained, (0, 2)),),
    }
    facts = BundleFacts(
        recipe=surface,
        code_version="0.1.0",
        seed=1,
        data={},
        feature_names=tuple(catalogue),
        reason_groups={name: feature.reason for name, feature in catalogue.items()},
        models=models_of(MODELS),
        golden=golden_rows(graphs, matrix, 8),
        retrieval=RetrievalFacts.model_validate(retrieval | changes),
    )
    ids = io.BytesIO()
    np.save(ids, trained)
    files = {f"{name}.onnx": content for name, content in graphs.items()}
    return facts, files | {"retrieval.onnx": graph, "items.npy": ids.getvalue()}


def some_lifts(snapshot):
    """Each hook raises views and does nothing else; talking points were compared too seldom."""
    levels = sorted({name.split("/")[0] for name in snapshot.facts.categories})
    rows = [
        TraitLift(
            facet="hook", word=word, category=level, measure=measure, lift=1.3, low=1.2, high=1.41,
            videos_with=100, videos_without=900, verdict="raises" if measure == "views" else "no evidence",
        )
        for level in levels
        for word in snapshot.facts.facets["hook"]
        for measure in ("views", "engagement", "conversion")
    ]  # fmt: skip
    return TraitLifts(as_of="2026-04-01T00:00:00", level=0.95, false_discovery_rate=0.05, rows=tuple(rows))


def every_contents(snapshot):
    """Facts and files of a complete bundle, by surface."""
    made = {surface: item_contents(snapshot, surface) for surface in SURFACES}
    facts, files = made["inspiration"]
    lifts = some_lifts(snapshot).model_dump_json().encode()
    return made | {"inspiration": (facts, files | {LIFTS: lifts})}
