"""The description of the API (OpenAPI 3.1), made from the routes and from the models that they use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from recsys import __version__
from serving.requests import BatchRequest
from serving.web import batching, health, inference_protocol, release_facts
from serving.web.batching import BatchAnswer
from serving.web.decoding import JSON
from serving.web.health import Health
from serving.web.inference_protocol import InferenceError, ModelFacts, ModelReady, ServerFacts, ServerHealth
from serving.web.problems import PROBLEM_JSON, ProblemDocument
from serving.web.release_facts import ReleaseFacts
from serving.web.routes import ROUTES
from serving.web.service import RELEASE
from serving.web.tensors import InferAnswer, InferRequest

Document: TypeAlias = dict[str, Any]
Model: TypeAlias = type[BaseModel]
Schemas: TypeAlias = Mapping[tuple[Any, JsonSchemaMode], Document]
"""By model and side of it."""
TEXT = "text/plain"
KEYED = (401, 403, 429, 503)
"""Statuses of whatever needs a key."""
POSTED = (*KEYED, 400, 408, 413, 415, 504)
"""Those of whatever has a body and asks an engine."""
REFUSALS = {
    400: "The body is not JSON, or is against the protocol.",
    401: "There is no key, or none that is valid.",
    403: "The key does not open this.",
    404: "An id or a version that is not known, or what this release does not serve.",
    408: "The body did not come in time.",
    413: "The body is too long.",
    415: "The body is not plain JSON.",
    422: "The body is no valid request, or asks for what cannot be answered.",
    429: "The key asks too often.",
    503: "There is too much to do, or the worker is ending.",
    504: "The request waited too long, and was not computed.",
}
WAIT = {"description": "Seconds until it is worth asking again.", "schema": {"type": "integer"}}
HEADERS = {429: {"retry-after": WAIT}, 503: {"retry-after": WAIT}}


@dataclass(frozen=True)
class ErrorForm:
    """How something that is not answered is said."""

    model: Model
    content_type: str


PROBLEM = ErrorForm(ProblemDocument, PROBLEM_JSON)
PROTOCOL_ERROR = ErrorForm(InferenceError, JSON)


@dataclass(frozen=True)
class Operation:
    """A method of a path: POST where it has a body, else GET."""

    path: str
    summary: str
    answer: Model | None
    """None for plain text."""
    statuses: Sequence[int] = ()
    """Besides 200."""
    body: Model | None = None
    scope: str | None = None
    """That a key needs; None where no key is."""
    refusal: ErrorForm = PROBLEM

    @property
    def models(self) -> list[tuple[Model, JsonSchemaMode]]:
        """Models that describe it, and whether they are read or written."""
        written: list[tuple[Model, JsonSchemaMode]] = [
            (each, "serialization") for each in (self.answer, self.refusal.model) if each
        ]
        return [*written, (self.body, "validation")] if self.body else written

    def described(self, schemas: Schemas) -> Document:
        """As OpenAPI says it."""
        refused = {str(status): self._refusal(status, schemas) for status in sorted(self.statuses)}
        described: Document = {
            "summary": self.summary,
            "parameters": self._parameters,
            "responses": {"200": self._answer(schemas), **refused},
        }
        if self.scope:
            described["description"] = f"Needs a key of the scope `{self.scope}`."
            described["security"] = [{"key": []}]
        if self.body:
            content = {JSON: {"schema": schemas[self.body, "validation"]}}
            described["requestBody"] = {"required": True, "content": content}
        return {"post" if self.body else "get": described}

    @property
    def _parameters(self) -> list[Document]:
        names = [part[1:-1] for part in self.path.split("/") if part.startswith("{")]
        text = {"type": "string"}
        return [{"name": name, "in": "path", "required": True, "schema": text} for name in names]

    def _answer(self, schemas: Schemas) -> Document:
        text = {TEXT: {"schema": {"type": "string"}}}
        content = {JSON: {"schema": schemas[self.answer, "serialization"]}} if self.answer else text
        release = {RELEASE: {"description": "Release that answers.", "schema": {"type": "string"}}}
        headers = {"headers": release} if self.scope else {}
        return {"description": "The answer.", "content": content} | headers

    def _refusal(self, status: int, schemas: Schemas) -> Document:
        # What is too much is refused before it is looked at whom it is for.
        forms = (self.refusal, PROBLEM) if status == 503 else (self.refusal,)
        content = {form.content_type: {"schema": schemas[form.model, "serialization"]} for form in forms}
        headers = {"headers": HEADERS[status]} if status in HEADERS else {}
        return {"description": REFUSALS[status], "content": content} | headers


def _engine_operations() -> list[Operation]:
    return [
        Operation(route.path, route.summary, route.answer, (*POSTED, 404, 422), route.request, route.name)
        for route in ROUTES.values()
    ]


def _own_operations() -> list[Operation]:
    batch, told = batching.BATCH, release_facts.NAME
    return [
        Operation(
            batching.PATH, "Several questions at once", BatchAnswer, (*POSTED, 422), BatchRequest, batch
        ),
        Operation(release_facts.PATH, "What is served now", ReleaseFacts, KEYED, scope=told),
        Operation(health.LIVE, "Whether the worker lives", Health),
        Operation(health.READY, "Whether to send requests here", Health, (503,)),
        Operation(health.METRICS, "Counters, for Prometheus", None, (401, 403, 429), scope="metrics"),
    ]


def _protocol_operations() -> list[Operation]:
    prefix, scope, keyed = inference_protocol.PREFIX, inference_protocol.SCOPE, (*KEYED, 404)
    infer = "Scores and ranks of given creators for a brief"
    found = [
        Operation(prefix, "Name and version of the service", ServerFacts, (503,)),
        Operation(inference_protocol.LIVE, "Whether the worker lives", ServerHealth),
        Operation(inference_protocol.READY, "Whether to send requests here", ServerHealth, (503,)),
    ]
    for path in inference_protocol.MODEL_PATHS:
        found += [
            Operation(path, "Inputs and outputs of a model", ModelFacts, keyed, scope=scope),
            Operation(f"{path}/ready", "Whether a model is served", ModelReady, keyed, scope=scope),
            Operation(f"{path}/infer", infer, InferAnswer, (*POSTED, 404), InferRequest, scope),
        ]
    return [replace(each, refusal=PROTOCOL_ERROR) for each in found]


@cache
def openapi() -> Document:
    """All of it: JSON that nobody may change."""
    operations = [*_engine_operations(), *_own_operations(), *_protocol_operations()]
    models = {each for operation in operations for each in operation.models}
    ordered = sorted(models, key=lambda each: (each[0].__name__, each[1]))
    schemas, defined = models_json_schema(ordered, ref_template="#/components/schemas/{model}")
    key = {"type": "http", "scheme": "bearer", "description": "An API key (`recsys keys add`)."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "creator-recsys", "version": __version__, "description": DESCRIPTION},
        "paths": {operation.path: operation.described(schemas) for operation in operations},
        "components": {"schemas": defined["$defs"], "securitySchemes": {"key": key}},
    }


DESCRIPTION = (
    "Creators for briefs, products and videos for creators, and ranking lists. Every answer comes from one "
    f"release, which the header `{RELEASE}` names. Whatever is not answered is `{PROBLEM_JSON}` (RFC 9457)."
)
