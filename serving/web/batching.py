"""Batches: several questions in one request, all answered by one release."""

import json
from functools import reduce
from operator import or_
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from recsys.errors import RecsysError
from serving.engine import Engine
from serving.requests import BatchRequest, Question
from serving.web.answering import EngineEndpoint, body_of, json_response
from serving.web.call import call_of
from serving.web.problems import Problem, ProblemDocument, document_of, problem_of
from serving.web.routes import ROUTES, VERSION
from serving.web.running import CALLER_LEFT, caller_left
from serving.web.service import Service

BATCH = "batch"
PATH = f"{VERSION}/{BATCH}"
Answer: Any = reduce(or_, (route.answer for route in ROUTES.values()))


class BatchPart(BaseModel):
    """What became of one question: an answer or a problem."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: int
    """What the question alone would have been answered with."""
    answer: Answer = None
    """As its route answers; absent where there is a problem."""
    problem: ProblemDocument | None = None


class BatchAnswer(BaseModel):
    """In the order of the questions; all of one release."""

    release: str
    answers: tuple[BatchPart, ...]


class BatchEndpoint:
    """Answers batches. An ASGI app."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.endpoints = {name: EngineEndpoint(route, service) for name, route in ROUTES.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem for a batch that is refused as a whole.

        Each question needs the scope of its route, and counts as a request of its key. Once the caller has
        left, nothing more is computed.
        """
        headers = Headers(scope=scope)
        tenant = self.service.admit(scope, headers, BATCH)
        batch = await body_of(headers, receive, BatchRequest, self.service)
        self.service.gate.admit_all(headers, [question.asked[0] for question in batch.questions])
        engine = self.service.engine_of(scope, tenant)
        parts = [await self._part(question, engine, scope, receive) for question in batch.questions]
        release = engine.release.name
        body = f'{{"release":{json.dumps(release)},"answers":[{",".join(parts)}]}}'
        await json_response(body, release)(scope, receive, send)

    async def _part(self, question: Question, engine: Engine, scope: Scope, receive: Receive) -> str:
        """One question, in turn with other requests and by the batch's deadline; JSON of its `BatchPart`."""
        if await Request(scope, receive).is_disconnected():
            raise caller_left()
        name, request = question.asked
        try:
            answer = await self.endpoints[name].answer(engine, request, scope, receive)
        except (Problem, RecsysError) as error:
            problem = error if isinstance(error, Problem) else problem_of(error)
            if problem.status == CALLER_LEFT:
                raise
            document = json.dumps(document_of(problem, call_of(scope).request_id))
            return f'{{"status":{problem.status},"problem":{document}}}'
        return f'{{"status":200,"answer":{answer}}}'
