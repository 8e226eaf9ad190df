"""Answers that are errors: application/problem+json (RFC 9457), and one table from kinds to statuses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response
from starlette.types import Scope

from recsys.config import meant_by
from recsys.errors import (
    BundleError,
    ConfigError,
    NotServedError,
    RecsysError,
    RequestError,
    TableError,
    UnknownIdError,
)

PROBLEM_JSON = "application/problem+json"
REQUEST_ID = "request_id"
"""Where a middleware leaves the id of a request: `scope["state"][REQUEST_ID]`."""
MOST_FOUND = 80
"""Characters of a wrong value that an answer repeats."""
MOST_ERRORS = 20
"""Wrong keys that an answer lists."""
COUNTED_ONLY = 1_000
"""From so many wrong keys on, none is listed: to describe them all would cost more than to answer."""
MOST_DETAIL = 500
"""Characters of a detail, which may repeat what the caller sent."""


class WrongKey(BaseModel):
    """One key of a request that is not as it should be."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    where: str
    """Path to the key, such as `brief.product_ids.0`; `body` for all of it."""
    expected: str
    found: str | None = None
    """The start of what stood there; None where nothing did."""


class ProblemDocument(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """Names the kind of problem; the same for all of a kind."""
    title: str
    status: int
    detail: str
    request_id: str
    """Of this request, as in the header `x-request-id` and in the log."""
    errors: tuple[WrongKey, ...] | None = None
    """The wrong keys, of an array the first, where a body was read and is not a valid request."""


class Problem(Exception):  # noqa: N818  RFC 9457 calls it a problem
    """A request that is answered by an error; `title` names the kind, `detail` this case."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        errors: Sequence[WrongKey] = (),
    ) -> None:
        super().__init__(f"{status} {title}")
        self.status, self.title, self.detail = status, title, detail
        self.headers = dict(headers or {})
        self.errors = tuple(errors)

    @property
    def type(self) -> str:
        """A URN of the title, so that a program can tell kinds of one status apart."""
        return f"urn:recsys:problem:{self.title.lower().replace(' ', '-')}"


class Refused(Problem):
    """A request that the gate does not let in."""


@dataclass(frozen=True)
class Kind:
    """How an error of the engine is answered."""

    status: int
    title: str


# An error is answered as the first kind that it is one of.
KINDS: Mapping[type[RecsysError], Kind] = {
    UnknownIdError: Kind(404, "Unknown id"),
    NotServedError: Kind(404, "Not served here"),
    RequestError: Kind(422, "Request cannot be answered"),
    ConfigError: Kind(422, "Request cannot be answered"),
    BundleError: Kind(503, "Release unusable"),
    TableError: Kind(503, "Release unusable"),
}


def problem_of(error: RecsysError) -> Problem:
    """The problem that an error of the engine is."""
    kind = next(kind for cls, kind in KINDS.items() if isinstance(error, cls))
    return Problem(kind.status, kind.title, cut(str(error), MOST_DETAIL))


def invalid(error: ValidationError, model: type[BaseModel]) -> Problem:
    """A body that is JSON but no valid `model`: 422 with the wrong keys, and the key that was meant."""
    count = error.error_count()
    if count >= COUNTED_ONLY:
        return Problem(422, "Invalid request", f"{count:,} values are wrong: too many to list")
    listed = error.errors(include_url=False, include_context=False)[:MOST_ERRORS]
    errors = [_wrong_key(dict(each), model) for each in listed]
    more = f", and {count - 1} more" if count > 1 else ""
    return Problem(422, "Invalid request", f"{errors[0].where}: {errors[0].expected}{more}", errors=errors)


def _wrong_key(error: Mapping[str, Any], model: type[BaseModel]) -> WrongKey:
    where = ".".join(str(part) for part in error["loc"])
    meant = meant_by(str(error["loc"][-1]), model) if error["type"] == "extra_forbidden" else ""
    return WrongKey(
        where=cut(where) or "body",
        expected=cut(error["msg"].removeprefix("Value error, "), MOST_DETAIL) + meant,
        found=None if error["type"] == "missing" else shown(error["input"]),
    )


def shown(value: object) -> str:
    """The start of a JSON value that a caller sent; of an object or an array how much it holds."""
    if isinstance(value, dict):
        return f"an object with {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}"
    return cut(json.dumps(cut(value) if isinstance(value, str) else value, default=str))


def cut(text: str, most: int = MOST_FOUND) -> str:
    """The start of a text that a caller sent."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def document_of(problem: Problem, request_id: str) -> dict[str, Any]:
    """What is sent about a problem: a `ProblemDocument` as JSON values."""
    document: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": request_id,
    }
    errors = [each.model_dump(exclude_none=True) for each in problem.errors]
    return document | ({"errors": errors} if errors else {})


def problem_response(problem: Problem, request_id: str) -> Response:
    """The answer that says so. Lone surrogates that a caller sent go back as escapes."""
    body = json.dumps(document_of(problem, request_id)).encode("ascii")
    return Response(body, problem.status, problem.headers, PROBLEM_JSON)


def request_id_of(scope: Scope) -> str:
    """The id that a middleware gave this request; empty where none did."""
    found = scope.get("state", {}).get(REQUEST_ID, "")
    return str(found)
