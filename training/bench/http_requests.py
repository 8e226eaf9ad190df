"""Requests that rank the same candidates by each service: ids for ours, features for its peers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from features.first_stage.briefs import made_briefs
from features.matrix import match_features
from recsys.arrays import Features, Ints, Scores
from recsys.brief import Brief
from recsys.snapshot import Snapshot


@dataclass(frozen=True)
class Asked:
    """A brief, its candidates and their features, which a caller of a peer would have to have."""

    brief: Brief
    creator_ids: Ints
    features: Features


@dataclass(frozen=True)
class Ranked:
    """What any service answers: candidates and scores, best first."""

    creator_ids: list[int]
    scores: list[np.float32]


def made_requests(snapshot: Snapshot, count: int, candidates: int, seed: int) -> Iterator[Asked]:
    """Different briefs, each with different candidates of all creators."""
    rng = np.random.default_rng(seed)
    markets = snapshot.facts.markets
    for place in range(count):
        (brief,) = made_briefs(snapshot, markets[place % len(markets)], 1, seed + place)
        rows = rng.choice(len(snapshot.creators), candidates, replace=False)
        yield Asked(brief, snapshot.creators.ids[rows], match_features(brief, snapshot, rows))


def post(path: str, body: object, **headers: str) -> bytes:
    """A request over HTTP/1.1 on a connection that stays open."""
    content = json.dumps(body, separators=(",", ":")).encode()
    fields = {
        "host": "127.0.0.1",
        "content-type": "application/json",
        "content-length": len(content),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content


def to_ours(asked: Asked) -> bytes:
    """Ids, for the features are there already."""
    brief = asked.brief.model_dump(mode="json")
    return post("/v1/rank", {"brief": brief, "creator_ids": asked.creator_ids.tolist()})


def to_lightgbm(asked: Asked) -> bytes:
    """Features, null where one is missing."""
    return post("/rank", {"features": rows_of(asked.features)})


def to_mlflow(asked: Asked) -> bytes:
    """The same as MLflow's `inputs`, *measured* faster for it than `dataframe_split`."""
    return post("/invocations", {"inputs": {"features": rows_of(asked.features, missing=np.nan)}})


def rows_of(features: Features, missing: float | None = None) -> list[list[float | None]]:
    """As JSON numbers, the shortest that are read as the same float32."""
    texts = [[float(str(value)) for value in row] for row in features]
    return [[missing if value != value else value for value in row] for row in texts]  # noqa: PLR0124  NaN


def read_ours(answer: bytes, asked: Asked) -> Ranked:
    """What `POST /v1/rank` answers."""
    items = json.loads(answer)["items"]
    return Ranked([item["creator_id"] for item in items], [np.float32(item["score"]) for item in items])


def read_lightgbm(answer: bytes, asked: Asked) -> Ranked:
    """What the bare service answers."""
    document = json.loads(answer)
    ids = asked.creator_ids[document["order"]].tolist()
    return Ranked(ids, [np.float32(score) for score in document["scores"]])


def read_mlflow(answer: bytes, asked: Asked) -> Ranked:
    """What MLflow answers: scores in the order of the rows, which its caller has to sort."""
    found = json.loads(answer)["predictions"]
    scores: Scores = np.array(found["score"] if isinstance(found, dict) else found, np.float32)
    order = np.argsort(-scores, kind="stable")
    return Ranked(asked.creator_ids[order].tolist(), list(scores[order]))


def disagreement(name: str, found: Sequence[Ranked], expected: Sequence[Ranked]) -> str | None:
    """What is different in the first answer that is; None where all are the same to the bit."""
    for place, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one != other:
            ids, others = one.creator_ids[:3], other.creator_ids[:3]
            return f"{name} ranks request {place} otherwise: {ids} … instead of {others} …"
    return None
