"""Ranking as a model of the Open Inference Protocol, called `match`; its versions are names of bundles.

Inputs are `brief` (BYTES [1], a brief as JSON) and `creator_ids` (INT64 [n]); outputs are `scores` (FP32 [n])
and `ranks` (INT64 [n], from 1), in the order of the creators given.
"""

from collections.abc import Mapping

import numpy as np
from pydantic import ValidationError

from recsys.arrays import Array
from recsys.brief import Brief
from serving.engine import Engine
from serving.matching.answers import RankAnswer
from serving.matching.engine import MatchEngine
from serving.requests import RankRequest, Which
from serving.web.decoding import decode
from serving.web.problems import Problem, cut, invalid
from serving.web.tensors import (
    Datatype,
    InferAnswer,
    InferRequest,
    Input,
    Output,
    integers,
    texts,
    write_answer,
    wrong,
)

MODEL = "match"
INPUTS: dict[str, Datatype] = {"brief": "BYTES", "creator_ids": "INT64"}
OUTPUTS: dict[str, Datatype] = {"scores": "FP32", "ranks": "INT64"}


def versions_of(engine: Engine) -> dict[str, Which]:
    """Names of the bundles that rank, the served one first."""
    served: tuple[tuple[Which, MatchEngine | None], ...] = (
        ("champion", engine.matching),
        ("challenger", engine.challenger),
    )
    return {found.bundle.name: which for which, found in served if found}


def version_of(model: str, version: str | None, engine: Engine) -> Which:
    """The bundle that a path names; raises Problem 404 for a model or version that is not served."""
    versions = versions_of(engine)
    wanted = next(iter(versions), None) if version is None else version
    if model != MODEL or wanted not in versions:
        known = ", ".join(f"{MODEL} in version {name}" for name in versions) or "no model"
        raise Problem(404, "Unknown model", f"expected {known}, found {cut(model)} in {cut(str(wanted))}")
    return versions[wanted]


def question_of(asked: InferRequest, behind: Mapping[str, bytes | None], model: Which) -> RankRequest:
    """The inputs as a request; raises Problem for others than the model's, and for broken ones."""
    inputs = {each.name: each for each in asked.inputs}
    if inputs.keys() != INPUTS.keys() or len(asked.inputs) != len(INPUTS):
        raise wrong(f"expected inputs {' and '.join(INPUTS)}, found {cut(', '.join(inputs))}")
    brief = brief_of(inputs["brief"], behind["brief"])
    ids = integers(inputs["creator_ids"], behind["creator_ids"])
    try:
        return RankRequest(brief=brief, creator_ids=tuple(ids.tolist()), model=model)
    except ValidationError as error:
        raise invalid(error, RankRequest) from None


def brief_of(given: Input, raw: bytes | None) -> Brief:
    """The brief in a tensor of one."""
    if given.shape != (1,):
        raise wrong("expected one brief, in a tensor of the shape [1]")
    (found,) = texts(given, raw)
    return decode(found.encode() if isinstance(found, str) else found, Brief)


def outputs_of(asked: InferRequest) -> dict[str, Datatype]:
    """The outputs that are asked for; raises Problem for one that the model does not have."""
    names = [each.name for each in asked.outputs] or list(OUTPUTS)
    unknown = [name for name in names if name not in OUTPUTS]
    if unknown:
        raise wrong(f"expected outputs among {', '.join(OUTPUTS)}, found {cut(unknown[0])}")
    return {name: OUTPUTS[name] for name in names}


def infer(
    engine: Engine, question: RankRequest, asked: InferRequest, outputs: dict[str, Datatype]
) -> tuple[bytes, int]:
    """The answer's body, and how much of it is JSON; raises Problem for creators who are not known."""
    ranked = engine.rank(question)
    values = tensors_of(ranked, question)
    shape = (len(question.creator_ids),)
    answer = InferAnswer(
        model_name=MODEL,
        model_version=ranked.bundle,
        id=asked.id,
        outputs=tuple(Output(name=name, datatype=kind, shape=shape) for name, kind in outputs.items()),
    )
    return write_answer(asked, answer, values)


def tensors_of(ranked: RankAnswer, question: RankRequest) -> dict[str, Array]:
    """Scores and ranks in the order of the question."""
    if ranked.unknown:
        # JSON has no NaN to stand for their scores.
        raise Problem(404, "Unknown id", f"unknown creators: {cut(', '.join(map(str, ranked.unknown)))}")
    places = {each.creator_id: each for each in ranked.items}
    found = [places[number] for number in question.creator_ids]
    return {
        "scores": np.array([each.score for each in found], np.float32),
        "ranks": np.array([each.rank for each in found], np.int64),
    }
