"""Logs: a JSON object a line, one for each request, and nothing in it that a caller wrote."""

import json
import logging
import sys
import traceback
import warnings
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.web.call import Call, call_of
from serving.web.problems import Problem, problem_response

REQUESTS = logging.getLogger(f"{__name__}.requests")
FACTS = "facts"
"""Where a record carries what is told as it is: `LOG.info("…", extra={FACTS: {…}})`."""
TOLD = ("recsys", "features", "serving", "uvicorn.error")
"""Loggers whose messages hold no request. Of any other only the level and the place are told."""
FRAMES = 5
"""Innermost places of an error that are told."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON. Errors are told by their kind and place: messages repeat values."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, without a line break."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": time, "level": record.levelname.lower(), "logger": record.name}
        if record.name.startswith(TOLD):
            line["message"] = record.getMessage().strip()
        else:
            line["at"] = f"{record.module}:{record.lineno}"
        if record.exc_info:
            line |= told(*record.exc_info[1:])
        return json.dumps(line | getattr(record, FACTS, {}))


def told(error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    """What may be known of an error: its kind, and where it was raised, innermost last."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return {"error": type(error).__name__, "raised": places[-FRAMES:]}


def log_as_json(stream: TextIO | None = None) -> None:
    """Send every log of this process to a stream (stdout), as JSON lines, warnings of Python among them."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.INFO
    # Uvicorn's own lines would name paths; those of requests are `AccessLog`'s.
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)
    warnings.simplefilter("default")


class AccessLog:
    """Logs each request behind it; what fails unforeseen is answered by a problem that says nothing of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, then log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        call = call_of(scope)
        failed: BaseException | None = None
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            # The last stop: the server behind would log the error's text.
            failed = error
            if not call.status:
                await problem_response(Problem(500, "Internal error"), call.request_id)(scope, receive, send)
        finally:
            _log(call, failed)


def _log(call: Call, failed: BaseException | None) -> None:
    facts = {
        "request_id": call.request_id,
        "route": call.route,
        "method": call.method,
        "status": call.status,
        "ms": round(1_000 * call.seconds, 2),
        "tenant": call.tenant,
        "release": call.release,
        "bytes": call.sent,
    }
    if failed is not None:
        facts |= told(failed, failed.__traceback__)
    level = logging.ERROR if failed is not None or call.status == 500 else logging.INFO
    REQUESTS.log(level, "request", extra={FACTS: facts})
