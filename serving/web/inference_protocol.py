"""The Open Inference Protocol v2, which clients of KServe and Triton speak, with the one model `match`."""

from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from recsys import __version__
from serving.engine import Engine
from serving.requests import Which
from serving.web.answering import json_response
from serving.web.call import call_of
from serving.web.decoding import check_unencoded, read_body
from serving.web.health import check_ready
from serving.web.match_model import (
    INPUTS,
    MODEL,
    OUTPUTS,
    infer,
    outputs_of,
    question_of,
    version_of,
    versions_of,
)
from serving.web.problems import Problem
from serving.web.routes import ranks_few
from serving.web.service import Service
from serving.web.tensors import JSON_LENGTH, Datatype, Message, read_request

PREFIX = "/v2"
LIVE, READY = f"{PREFIX}/health/live", f"{PREFIX}/health/ready"
MODEL_PATHS = tuple(f"{PREFIX}/models/{{model}}{version}" for version in ("", "/versions/{version}"))
SCOPE = "rank"
"""A key that may rank may do so by this protocol."""
STATUSES = {422: 400}
"""The protocol knows no 422."""
OCTETS = "application/octet-stream"


class TensorFacts(Message):
    """A tensor of a model; -1 stands for any length."""

    name: str
    datatype: Datatype
    shape: tuple[int, ...]


class ModelFacts(Message):
    """What a model is called, asked and answers."""

    name: str
    versions: tuple[str, ...]
    """Bundles: what is served, then what it is compared with."""
    platform: str
    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]


class ServerFacts(Message):
    """What this service is."""

    name: str
    version: str
    extensions: tuple[str, ...]


class ServerHealth(Message):
    """That the worker lives, or is ready: what was asked for."""

    live: Literal[True] | None = None
    ready: Literal[True] | None = None


class ModelReady(Message):
    """A model that is served."""

    name: str
    ready: Literal[True] = True


class InferenceError(BaseModel):
    """How the protocol says that something went wrong."""

    model_config = ConfigDict(frozen=True)

    error: str


class InferenceProtocol:
    """Answers below `/v2`; a key needs the scope `rank`, and the model is that of its tenant."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @property
    def routes(self) -> list[Route]:
        """All of them; every path of a model may name a version."""
        return [
            *(Route(f"{path}/infer", self.infer, methods=["POST"]) for path in MODEL_PATHS),
            *(Route(f"{path}/ready", self.model_ready) for path in MODEL_PATHS),
            *(Route(path, self.model) for path in MODEL_PATHS),
            Route(PREFIX, self.server),
            Route(LIVE, self.live),
            Route(READY, self.ready),
        ]

    async def live(self, request: Request) -> Response:
        """The process answers."""
        return JSONResponse(ServerHealth(live=True).model_dump(exclude_none=True))

    async def ready(self, request: Request) -> Response:
        """Raises Problem 503 while the worker drains."""
        check_ready(self.service)
        return JSONResponse(ServerHealth(ready=True).model_dump(exclude_none=True))

    async def server(self, request: Request) -> Response:
        """Name and version."""
        facts = ServerFacts(name="creator-recsys", version=__version__, extensions=("binary_tensor_data",))
        return JSONResponse(facts.model_dump())

    async def model_ready(self, request: Request) -> Response:
        """Whether the model, in this version, is served; raises Problem 404 where it is not."""
        _version(request, self._engine(request))
        return JSONResponse(ModelReady(name=MODEL).model_dump())

    async def model(self, request: Request) -> Response:
        """Inputs, outputs and versions; raises Problem 404 where it is not served."""
        engine = self._engine(request)
        _version(request, engine)
        facts = ModelFacts(
            name=MODEL,
            versions=tuple(versions_of(engine)),
            platform="onnxruntime",
            inputs=tuple(_tensor(name, kind) for name, kind in INPUTS.items()),
            outputs=tuple(_tensor(name, kind) for name, kind in OUTPUTS.items()),
        )
        return json_response(facts.model_dump_json(), engine.release.name)

    async def infer(self, request: Request) -> Response:
        """Scores and ranks; raises Problem for what is not as the protocol says, and for unknown ids."""
        service, scope = self.service, request.scope
        tenant = service.admit(scope, request.headers, SCOPE)
        check_unencoded(request.headers)
        body = await read_body(request.headers, request.receive, service.settings.most_body_bytes)
        asked, behind = read_request(body, request.headers)
        outputs = outputs_of(asked)
        engine = service.engine_of(scope, tenant)
        question = question_of(asked, behind, _version(request, engine))
        work = partial(infer, engine, question, asked, outputs)
        call, short = call_of(scope), ranks_few(question)
        answer, length = await service.runner.run(SCOPE, work, call, request.receive, short)
        tensors_follow = {JSON_LENGTH: str(length), "content-type": OCTETS} if length < len(answer) else {}
        return json_response(answer, engine.release.name, **tensors_follow)

    def _engine(self, request: Request) -> Engine:
        tenant = self.service.admit(request.scope, request.headers, SCOPE)
        return self.service.engine_of(request.scope, tenant)


def _version(request: Request, engine: Engine) -> Which:
    return version_of(request.path_params["model"], request.path_params.get("version"), engine)


def _tensor(name: str, datatype: Datatype) -> TensorFacts:
    return TensorFacts(name=name, datatype=datatype, shape=(1,) if name == "brief" else (-1,))


def error_response(problem: Problem) -> Response:
    """A problem as the protocol says it."""
    error = InferenceError(error=f"{problem.title}: {problem.detail}")
    return JSONResponse(error.model_dump(), STATUSES.get(problem.status, problem.status), problem.headers)
