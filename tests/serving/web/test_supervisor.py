"""Workers share a socket; they are replaced when they die, and end with those who started them."""

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

PATIENCE_S = 60
WORKER = """
import asyncio, os, signal, sys, time
from types import SimpleNamespace
from serving.web.server import run_uvicorn

SETTINGS = SimpleNamespace(keep_alive_s=5, drain_s=5)

async def app(scope, receive, send):
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    if scope["path"] == "/die":
        os._exit(3)
    body = b"%d" % os.getpid()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

def leave(*_):
    sys.exit(0)

def serve(what, listener, line):
    signal.signal(signal.SIGTERM, leave)
    if what == "broken":
        sys.exit(2)
    if what == "broken later" and os.path.exists("served"):
        sys.exit(2)
    open("served", "w").close()
    run_uvicorn(app, SETTINGS, listener, line, lambda: None)

def hang(what, listener, line):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    line.send_bytes(b"ready")
    time.sleep(600)
"""
MAIN = """
import logging, socket, sys
from serving.web import supervisor

if __name__ == "__main__":
    target, what, count = sys.argv[1:]
    logging.basicConfig(level="INFO", format="%(message)s")
    supervisor.MARGIN_S = 0.5
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    job = supervisor.Job(f"worker:{target}", what)
    sys.exit(supervisor.Supervisor(job, listener, int(count), drain_s=1.0).run())
"""


class Supervised:
    """A supervisor of small workers, as a process of its own."""

    def __init__(self, folder, target, what, count):
        (folder / "worker.py").write_text(WORKER)
        (folder / "main.py").write_text(MAIN)
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "main.py", target, what, str(count)],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
            )
        self.port = int(self.process.stdout.readline())

    def connected(self):
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def ask(self, path="/"):
        """The id of the process that answered; None where nobody did."""
        connection = self.connected()
        try:
            connection.request("GET", path)
            return int(connection.getresponse().read())
        except ConnectionError:
            return None
        finally:
            connection.close()

    def count(self, words):
        return self.log.read_text().count(words)

    def until(self, reached):
        over = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < over, self.log.read_text()
            time.sleep(0.02)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(what="", count=1, target="serve"):
        started.append(Supervised(tmp_path, target, what, count))
        return started[-1]

    yield start
    for service in started:
        service.process.kill()
        service.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_0_when_it_is_told_to(supervise, how):
    service = supervise(count=2)
    service.until(lambda: service.count("serves after") == 2)

    assert service.end(how) == 0
    assert service.ask() is None


def test_workers_that_cannot_start_end_it_with_1(supervise):
    service = supervise("broken", 2)

    assert service.process.wait(PATIENCE_S) == 1


def test_a_worker_that_dies_is_replaced(supervise):
    service = supervise()
    first = service.ask()
    assert service.ask("/die") is None

    assert service.ask() not in {first, None}
    assert service.end() == 0


def test_workers_that_cannot_start_any_more_are_tried_less_and_less(supervise):
    service = supervise("broken later")
    service.ask("/die")

    service.until(lambda: service.count("did not start") == 3)

    assert service.process.poll() is None
    assert service.end() == 0


def test_each_worker_is_replaced_once_another_serves(supervise):
    service = supervise(count=2)
    service.until(lambda: service.count("serves after") == 2)

    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.count(" ended") == 2)

    assert service.count("serves after") == 4
    assert service.end() == 0


def test_where_no_other_serves_the_old_ones_serve_on(supervise):
    service = supervise("broken later")
    before = service.ask()

    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.count("are not replaced") == 1)

    assert service.ask() == before
    assert service.end() == 0


def test_a_request_on_its_way_is_answered_before_the_end(supervise):
    service = supervise()
    worker = service.ask()
    connection = service.connected()
    connection.request("GET", "/slow")
    time.sleep(0.2)

    service.process.terminate()

    response = connection.getresponse()
    assert (response.status, int(response.read())) == (200, worker)
    assert service.process.wait(PATIENCE_S) == 0
    connection.close()


def test_a_connection_that_is_used_while_draining_is_told_to_close(supervise):
    service = supervise()
    service.ask()
    connection = service.connected()
    connection.request("GET", "/")
    first = connection.getresponse()
    first.read()
    service.process.terminate()
    time.sleep(0.4)

    connection.request("GET", "/")
    last = connection.getresponse()

    assert first.headers.get("connection") is None
    assert (last.status, last.headers["connection"]) == (200, "close")
    connection.close()


def test_nobody_is_accepted_while_draining(supervise):
    service = supervise()
    service.ask()
    connection = service.connected()
    connection.request("GET", "/slow")
    time.sleep(0.1)
    service.process.terminate()
    time.sleep(0.4)

    assert service.ask() is None
    assert connection.getresponse().status == 200
    connection.close()


def test_a_worker_that_does_not_end_is_killed(supervise):
    service = supervise(target="hang")
    service.until(lambda: service.count("serves after") == 1)

    assert service.end() == 0
    assert service.count("is killed") == 1


def test_workers_end_when_their_supervisor_is_killed(supervise):
    service = supervise(count=2)
    service.until(lambda: service.count("serves after") == 2)

    service.process.kill()

    service.until(lambda: service.ask() is None)
