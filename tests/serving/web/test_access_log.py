"""Logs: one line of JSON a request, and nothing in it that a caller wrote."""

import asyncio
import io
import json
import logging
import sys
import warnings
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from serving.web.access_log import AccessLog, JsonLines, log_as_json
from serving.web.admission import Admission
from serving.web.metrics import Metrics
from serving.web.settings import ServeConfig

SETTINGS = ServeConfig.load(Path(__file__).parents[3] / "configs" / "serving.yaml")
MARKER = "jane.doe@mail.example"


@pytest.fixture
def stream():
    """What is logged, as `log_as_json` sets it up; the process's own logging is as before afterwards."""
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    before = root.handlers, root.level, access.disabled
    stream = io.StringIO()
    with warnings.catch_warnings():
        log_as_json(stream)
        yield stream
        logging.captureWarnings(capture=False)
    root.handlers, root.level, access.disabled = before


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def hello(request):
    call = request.state.call
    call.tenant, call.release = "demo", "release-1"
    return PlainTextResponse("hello")


async def crash(request):
    return {}[MARKER]


async def half(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError(MARKER)


ROUTES = [Route("/v1/match", hello, methods=["POST"]), Route("/v1/crash/{who}", crash, methods=["POST"])]


def asked(path, method="POST", app=None):
    """Messages of the answer, through the layers as they are served."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": MARKER.encode(), "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "headers": [(b"x-request-id", MARKER.encode()), (b"user-agent", MARKER.encode())],
        "query_string": MARKER.encode(), "state": {}, "client": ("203.0.113.9", 5),
    }  # fmt: skip
    served = Admission(AccessLog(app or Starlette(routes=ROUTES)), SETTINGS, Metrics(dict), lambda: 0.0)
    asyncio.run(served(scope, receive, send))
    return sent


def test_a_request_is_one_line_with_its_facts(stream):
    start, _ = asked("/v1/match")

    (line,) = lines(stream)
    assert line.pop("ms") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line.pop("request_id").encode() == dict(start["headers"])[b"x-request-id"]
    assert line == {
        "level": "info", "logger": "serving.web.access_log.requests", "message": "request",
        "route": "/v1/match", "method": "POST", "status": 200, "tenant": "demo", "release": "release-1",
        "bytes": 5,
    }  # fmt: skip


@pytest.mark.parametrize(("path", "method"), [(f"/{MARKER}", "POST"), ("/v1/match", MARKER), ("/", "GET")])
def test_what_is_not_known_is_called_other(stream, path, method):
    asked(path, method)

    (line,) = lines(stream)
    assert MARKER not in stream.getvalue()
    assert "other" in (line["route"], line["method"])


def test_a_fault_is_told_by_its_kind_and_place_and_not_by_its_text(stream):
    start, body = asked(f"/v1/crash/{MARKER}")

    (line,) = lines(stream)
    assert start["status"] == line["status"] == 500
    assert (line["level"], line["error"], line["route"]) == ("error", "KeyError", "/v1/crash/{who}")
    assert line["raised"][-1].endswith(" crash")
    assert MARKER not in stream.getvalue() + str(body)


def test_a_fault_of_the_app_itself_is_answered_by_a_problem(stream):
    async def fail(scope, receive, send):
        raise ZeroDivisionError(MARKER)

    start, body = asked("/", app=fail)

    document = json.loads(body["body"])
    assert (start["status"], document["title"], document["detail"]) == (500, "Internal error", "")
    assert document["request_id"] == lines(stream)[0]["request_id"]


def test_a_fault_after_the_answer_began_sends_nothing_more(stream):
    assert len(asked("/", app=half)) == 1
    assert lines(stream)[0]["error"] == "ValueError"


def test_messages_of_libraries_are_withheld_and_their_place_is_told(stream):
    logging.getLogger("asyncio").error("future: %s", MARKER)
    logging.getLogger("some.library").warning(MARKER, extra={"who": MARKER})
    warnings.warn(MARKER, stacklevel=1)

    assert MARKER not in stream.getvalue()
    assert [line["logger"] for line in lines(stream)] == ["asyncio", "some.library", "py.warnings"]
    assert lines(stream)[0]["at"].startswith("test_access_log:")


def test_messages_of_this_project_and_of_the_server_are_told(stream):
    logging.getLogger("serving.release.watch").info("moved from %s to %s", "release-1", "release-2")
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)

    assert [line["message"] for line in lines(stream)] == [
        "moved from release-1 to release-2",
        "Started server process [7]",
    ]


def test_paths_of_the_servers_own_log_are_not_told(stream):
    logging.getLogger("uvicorn.access").info('"GET /%s"', MARKER)

    assert stream.getvalue() == ""


def test_the_text_of_an_exception_is_not_told_by_whoever_logs_it():
    try:
        {}[MARKER]
    except KeyError:
        logger, text = logging.getLogger("uvicorn.error"), "Exception in ASGI application\n"
        record = logger.makeRecord(logger.name, logging.ERROR, __file__, 1, text, (), sys.exc_info())
    line = JsonLines().format(record)

    assert MARKER not in line
    assert json.loads(line)["error"] == "KeyError"
    assert "\n" not in line
