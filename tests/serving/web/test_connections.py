"""Whoever sends nothing, or never ends, is hung up on; those who ask are answered."""

import asyncio
import resource
import socket
from contextlib import ExitStack
from multiprocessing import Pipe
from threading import Semaphore, Thread
from types import SimpleNamespace

import pytest

from serving.web.connections import RESERVE, most_connections
from serving.web.server import run_uvicorn

PATIENCE_S = 30
HEAD_S = 0.3
ROOM = 4
ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"
BEGUN = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n"


reached = Semaphore(0)
"""Counts requests that take longer than a head may."""


async def app(scope, receive, send):
    """Answers before the body is there."""
    if scope["path"] == "/slow":
        reached.release()
        await asyncio.sleep(3 * HEAD_S)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def connect():
    """Connects to a small service: a head in 0.3 s, or as given; at most four connections."""
    with ExitStack() as ending:

        def start(head_s=HEAD_S):
            settings = SimpleNamespace(connections=ROOM, head_s=head_s, keep_alive_s=PATIENCE_S, drain_s=5)
            listener, (ours, theirs) = socket.create_server(("127.0.0.1", 0)), Pipe()
            thread = Thread(target=run_uvicorn, args=(app, settings, listener, theirs, lambda: None))
            thread.start()
            assert ours.recv_bytes() == b"ready"
            for last in (listener.close, theirs.close, thread.join, ours.close):
                ending.callback(last)
            ending.callback(ours.send_bytes, b"end")
            address = listener.getsockname()
            return lambda: ending.enter_context(socket.create_connection(address, PATIENCE_S))

        yield start


def answer_to(connection, sent=ASKED):
    """Status and all that is there of an answer; nothing where the connection is closed."""
    try:
        connection.sendall(sent)
        found = connection.recv(4_096)
        while found and not found.endswith(b"ok"):
            found += connection.recv(4_096)
    except ConnectionError:
        return b""
    return found[9:12]


def is_closed(connection):
    """Whether it is closed within a while, without an answer."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def is_open(connection):
    """Whether nothing has come for as long as a head may take."""
    connection.settimeout(2 * HEAD_S)
    try:
        connection.recv(1)
    except TimeoutError:
        return True
    else:
        return False
    finally:
        connection.settimeout(PATIENCE_S)


@pytest.mark.parametrize("sent", [b"", b"G", ASKED[:-2]])
def test_who_sends_no_whole_head_in_time_is_hung_up_on(connect, sent):
    connection = connect()()
    connection.sendall(sent)

    assert is_closed(connection)


@pytest.mark.parametrize("sent", [b"G", ASKED[:-2]])
def test_so_is_who_was_answered_before(connect, sent):
    connection = connect()()
    assert answer_to(connection) == b"200"
    connection.sendall(sent)

    assert is_closed(connection)


def test_so_is_who_was_answered_before_the_body_and_never_ends_it(connect):
    connection = connect()()
    assert answer_to(connection, BEGUN) == b"200"
    connection.sendall(b"1234")

    assert is_closed(connection)


def test_who_ends_a_body_after_the_answer_may_ask_again_later(connect):
    connection = connect()()
    assert answer_to(connection, BEGUN) == b"200"
    connection.sendall(b"123456789")

    assert is_open(connection)
    assert answer_to(connection) == b"200"


def test_who_was_answered_may_ask_again_later(connect):
    connection = connect()()
    assert answer_to(connection) == b"200"

    assert is_open(connection)
    assert answer_to(connection) == b"200"


def test_an_answer_may_take_longer_than_a_head(connect):
    connection = connect()()

    assert answer_to(connection, SLOW) == b"200"
    assert reached.acquire(timeout=PATIENCE_S)


def test_silent_strangers_take_nobodys_place(connect):
    connected = connect(head_s=PATIENCE_S)
    known = connected()
    assert answer_to(known) == b"200"
    strangers = [connected() for _ in range(5 * ROOM)]

    assert answer_to(connected()) == b"200"
    assert answer_to(known) == b"200"
    assert is_closed(strangers[0])
    assert answer_to(strangers[-1]) == b"200"


def test_where_all_were_answered_the_one_that_waits_longest_leaves(connect):
    connected = connect()
    known = [connected() for _ in range(ROOM)]
    assert [answer_to(one) for one in (*known, known[0])] == [b"200"] * (ROOM + 1)

    assert answer_to(connected()) == b"200"
    assert is_closed(known[1])
    assert [answer_to(one) for one in (known[0], *known[2:])] == [b"200"] * (ROOM - 1)


def test_who_is_being_answered_stays(connect):
    connected = connect()
    asking = [connected() for _ in range(ROOM)]
    for one in asking:
        one.sendall(SLOW)
        assert reached.acquire(timeout=PATIENCE_S)

    assert is_closed(connected())
    assert [one.recv(12) for one in asking] == [b"HTTP/1.1 200"] * ROOM


def test_open_files_are_left_for_a_worker_itself():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_000, hard))
    try:
        assert most_connections(5_000) == 1_000 - RESERVE
        assert most_connections(500) == 500
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
