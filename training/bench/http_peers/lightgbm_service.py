"""A bare service of a LightGBM model, as a good engineer writes it in an hour: features in, order out.

`uvicorn --factory training.bench.http_peers.lightgbm_service:create`, with the model's text file in the
variable `BOOSTER`. The body is parsed by pydantic's own JSON parser, not as a parameter of FastAPI.
"""

import os

import lightgbm
import numpy as np
from fastapi import FastAPI, Request
from pydantic import BaseModel


class Candidates(BaseModel):
    """Rows of features; null where one is missing."""

    features: list[list[float | None]]


class Ranked(BaseModel):
    """Places of the rows and their scores, best first."""

    order: list[int]
    scores: list[float]


def create() -> FastAPI:
    """The app."""
    booster = lightgbm.Booster(model_file=os.environ["BOOSTER"])
    app = FastAPI()

    @app.get("/health")
    async def health() -> str:
        return "ok"

    @app.post("/rank")
    async def rank(request: Request) -> Ranked:
        candidates = Candidates.model_validate_json(await request.body())
        rows = np.array(candidates.features, np.float32)
        scores = np.asarray(booster.predict(rows, num_threads=1))
        order = np.argsort(-scores, kind="stable")
        return Ranked(order=order.tolist(), scores=scores[order].tolist())

    return app
