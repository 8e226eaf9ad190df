"""Bodies: read up to a limit, and decoded as exactly what the API describes, or refused."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.types import Receive

from serving.web.problems import Problem, invalid

JSON = "application/json"
IN_WORDS = {
    "EOF while parsing a value": "the body ends where a value is expected",
    "EOF while parsing a string": "the body ends inside a text",
    "EOF while parsing a list": "the body ends inside an array",
    "EOF while parsing an object": "the body ends inside an object",
    "expected ident": "expected null, true or false; texts and keys stand in double quotes",
    "expected value": "expected a value",
    "key must be a string": "expected a key in double quotes",
    "trailing comma": "expected no comma before the end",
    "trailing characters": "expected nothing after the end",
}
"""What is wrong with a JSON text, by what pydantic's reader says."""
Body = TypeVar("Body", bound=BaseModel)


def check_json(headers: Mapping[str, str]) -> None:
    """Raises Problem 415 for a body that its headers do not call plain JSON in UTF-8."""
    given = headers.get("content-type", "")
    kind, _, parameters = given.lower().partition(";")
    if kind.strip() != JSON or parameters.strip() not in ("", "charset=utf-8", 'charset="utf-8"'):
        raise Problem(415, "Unsupported media type", f"expected content-type {JSON}, found {given[:80]!r}")
    check_unencoded(headers)


def check_unencoded(headers: Mapping[str, str]) -> None:
    """Raises Problem 415 for a compressed body, whose length says nothing about what it holds."""
    encoding = headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        detail = f"expected a body without content-encoding, found {encoding[:80]!r}"
        raise Problem(415, "Unsupported encoding", detail, {"accept-encoding": "identity"})


async def read_body(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """The body of a request; raises Problem 413 as soon as it is longer than `most` bytes.

    No more than that is ever held. Raises Problem 400 where the caller left before the end.
    """
    said = headers.get("content-length", "0")
    # What is no number is the server's to refuse; Python reads no endless ones.
    if said.isdecimal() and (len(said) > len(str(most)) or int(said) > most):
        raise too_long(most)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "Incomplete body", "the connection was closed before the end of the body")
        body += message.get("body", b"")
        if len(body) > most:
            raise too_long(most)
        if not message.get("more_body", False):
            return bytes(body)


def too_long(most: int) -> Problem:
    """Says so, and that the rest of the body is not read."""
    return Problem(413, "Body too long", f"expected at most {most:,} bytes", {"connection": "close"})


def decode(body: bytes, model: type[Body]) -> Body:
    """The request in a JSON body. Types are those of the JSON: no text is taken for a number.

    Raises Problem 400 for what is not JSON: with NaN, a byte order mark, half a surrogate pair, nesting
    without end, or a key twice, where two readers could understand two things. Raises Problem 422 with the
    wrong keys for JSON that is no such request.
    """
    try:
        found = model.model_validate_json(body, strict=True)
        json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except ValidationError as error:
        raise _refusal(error, model) from None
    except ValueError as error:
        raise malformed(str(error)) from None
    return found


def _refusal(error: ValidationError, model: type[BaseModel]) -> Problem:
    # What is no JSON is one error; to build many takes long.
    if error.error_count() == 1:
        (only,) = error.errors(include_url=False, include_input=False)
        if only["type"] == "json_invalid":
            return malformed(in_words(only["msg"]))
    return invalid(error, model)


def malformed(why: str) -> Problem:
    """A body that is not JSON."""
    return Problem(400, "Malformed JSON", why)


def in_words(why: str) -> str:
    """What pydantic says of broken JSON, for whoever does not know its reader; it names the place."""
    said, at, place = why.removeprefix("Invalid JSON: ").partition(" at line ")
    return IN_WORDS.get(said, said) + at + place


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")
