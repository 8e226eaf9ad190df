"""Workers share a socket; they are replaced when they die, and end with those who started them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

PATIENCE_S = 60
WORKER = """
import asyncio, os, signal, sys, time
from types import SimpleNamespace
from serving.web.server import run_uvicorn

SETTINGS = SimpleNamespace(connections=100, head_s=10, keep_alive_s=5, drain_s=5)

async def app(scope, receive, send):
    if scope["path"] == "/held":
        open("held", "w").close()
        while not os.path.exists("let go"):
            await asyncio.sleep(0.01)
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
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    job = supervisor.Job(f"worker:{target}", what)
    patience = supervisor.Patience(drain=600.0 if what == "patient" else 1.0, margin=0.1, pause=0.05)
    heard = supervisor.Heard(served=lambda: print("listening", flush=True))
    sys.exit(supervisor.Supervisor(job, listener, int(count), patience, heard).run())
"""


class Supervised:
    """A supervisor of small workers, as a process of its own."""

    def __init__(self, folder, what="", count=1, target="serve"):
        self.folder = folder
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

    @property
    def told(self):
        """What it has printed; complete once it has ended."""
        return self.process.stdout.read()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(*how, **more):
        started.append(Supervised(tmp_path, *how, **more))
        return started[-1]

    yield start
    for service in started:
        service.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_0_when_it_is_told_to(supervise, how):
    service = supervise(count=2)
    service.until(lambda: service.count("serves after") == 2)

    assert service.end(how) == 0
    assert service.ask() is None


def test_workers_that_cannot_start_end_it_with_1(supervise):
    service = supervise("broken", 2)

    assert service.process.wait(PATIENCE_S) == 1
    assert not service.told


def test_a_worker_that_dies_is_replaced_and_only_the_first_is_told_of(supervise):
    service = supervise()
    first = service.ask()
    assert service.ask("/die") is None

    assert service.ask() not in {first, None}
    assert service.end() == 0
    assert service.told == "listening\n"


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


@dataclass
class Drained:
    """What callers saw of a service that ended while a request was on its way."""

    worker: int
    used_before: HTTPResponse
    used_again: HTTPResponse
    accepted: int | None
    held: HTTPResponse
    answered: int
    code: int


@pytest.fixture(scope="module")
def drained(tmp_path_factory):
    service = Supervised(tmp_path_factory.mktemp("drained"))
    with closing(service), closing(service.connected()) as kept, closing(service.connected()) as busy:
        worker, before = service.ask(), answer_on(kept)
        busy.request("GET", "/held")
        service.until((service.folder / "held").exists)
        service.process.terminate()
        service.until(lambda: service.ask() is None)
        again, accepted = answer_on(kept), service.ask()
        (service.folder / "let go").touch()
        held = busy.getresponse()
        answered, code = int(held.read()), service.process.wait(PATIENCE_S)
    return Drained(worker, before, again, accepted, held, answered, code)


def answer_on(connection):
    """What a request on an open connection is answered."""
    connection.request("GET", "/")
    response = connection.getresponse()
    response.read()
    return response


def test_a_request_on_its_way_is_answered_before_the_end(drained):
    assert (drained.held.status, drained.answered) == (200, drained.worker)
    assert drained.code == 0


def test_a_connection_that_is_used_while_draining_is_told_to_close(drained):
    assert drained.used_before.headers.get("connection") is None
    assert (drained.used_again.status, drained.used_again.headers["connection"]) == (200, "close")


def test_nobody_is_accepted_while_draining(drained):
    assert drained.accepted is None


def test_a_worker_that_does_not_end_is_killed(supervise):
    service = supervise(target="hang")
    service.until(lambda: service.count("serves after") == 1)

    assert service.end() == 0
    assert service.count("is killed") == 1


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGTERM])
def test_one_signal_more_does_not_kill_a_worker_that_is_being_replaced(supervise, how):
    service = supervise("patient")
    with closing(service.connected()) as busy:
        busy.request("GET", "/held")
        service.until((service.folder / "held").exists)
        service.process.send_signal(signal.SIGHUP)
        service.until(lambda: service.count("serves after") == 2)
        service.process.send_signal(how)
        time.sleep(0.2)
        (service.folder / "let go").touch()

        assert busy.getresponse().status == 200
    assert service.count("is killed") == 0


def test_a_worker_that_is_killed_as_it_is_replaced_is_not_replaced_again(supervise):
    service = supervise(target="hang")
    service.until(lambda: service.count("serves after") == 1)
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.count("serves after") == 2)
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.count("is killed") == 2)

    assert service.end() == 0
    assert (service.count("serves after"), service.count("is killed")) == (3, 3)


def test_told_twice_to_stop_it_waits_for_nobody(supervise):
    service = supervise("patient", target="hang")
    service.until(lambda: service.count("serves after") == 1)
    service.process.terminate()
    time.sleep(0.1)

    assert service.end() == 0


def test_workers_end_when_their_supervisor_is_killed(supervise):
    service = supervise(count=2)
    service.until(lambda: service.count("serves after") == 2)

    service.process.kill()

    service.until(lambda: service.ask() is None)
