"""Engine calls on their thread."""

import asyncio
import threading
import time

import pytest

from recsys.errors import RequestError
from serving.web.call import Call
from serving.web.problems import Problem
from serving.web.running import Runner, smoothed


async def stays():
    """A caller who stays."""
    await asyncio.Event().wait()


async def leaves():
    """A caller who leaves at once."""
    return {"type": "http.disconnect"}


@pytest.fixture
def timings():
    return []


@pytest.fixture
def runner(timings):
    runner = Runner(lambda name, seconds: timings.append((name, seconds)))
    yield runner
    runner.close()


def call(seconds=60.0):
    return Call({}, time.monotonic() + seconds, "1")


async def begun(runner, work, receive=stays, seconds=60.0):
    """A task whose work is in the queue."""
    task = asyncio.create_task(runner.run("match", work, call(seconds), receive))
    await asyncio.sleep(0)
    return task


def test_the_work_is_done_on_another_thread_and_timed(runner, timings):
    thread = asyncio.run(runner.run("match", threading.current_thread, call(), stays))

    assert thread is not threading.current_thread()
    ((name, seconds),) = timings
    assert name == "match"
    assert 0 < seconds == runner.seconds_per_call


def test_short_work_is_done_on_the_event_loop_and_timed(runner, timings):
    thread = asyncio.run(runner.run("rank", threading.current_thread, call(), stays, short=True))

    assert thread is threading.current_thread()
    assert timings == [("rank", runner.seconds_per_call)]


def test_short_work_lets_in_what_has_come_before_it_begins(runner):
    """Else nothing would be shed: each request would be over before the next one is counted."""
    seen = []

    def look():
        seen.append(runner.waiting)

    async def run():
        await asyncio.gather(*[runner.run("rank", look, call(), stays, short=True) for _ in range(5)])

    asyncio.run(run())
    assert seen == [5, 4, 3, 2, 1]


def test_the_next_work_waits_for_one_whose_request_was_cancelled(runner):
    at_once = []

    async def run():
        held, over = threading.Event(), threading.Event()
        first = await begun(runner, lambda: (held.wait(), over.set()))
        await asyncio.sleep(0.01)
        first.cancel()
        second = await begun(runner, lambda: at_once.append(over.is_set()))
        await asyncio.sleep(0.01)
        held.set()
        await asyncio.gather(first, second, return_exceptions=True)

    asyncio.run(run())
    assert at_once == [True]


def test_what_the_work_raises_comes_back(runner, timings):
    def refuse():
        raise RequestError("no such creator")

    with pytest.raises(RequestError, match="no such creator"):
        asyncio.run(runner.run("match", refuse, call(), stays))
    assert len(timings) == 1


def test_the_loop_is_free_while_the_engine_works(runner):
    async def run():
        held = threading.Event()
        task = await begun(runner, held.wait)
        # Would never get here if the loop waited for the work.
        held.set()
        return await task

    assert asyncio.run(run()) is True


def test_works_are_done_one_by_one_in_the_order_they_came(runner):
    order, at_once = [], threading.Semaphore(1)

    def work(number):
        assert at_once.acquire(blocking=False)
        time.sleep(0.001)
        order.append(number)
        at_once.release()

    async def run():
        await asyncio.gather(*[await begun(runner, lambda n=n: work(n)) for n in range(20)])

    asyncio.run(run())
    assert order == list(range(20))


def queued(runner, receive=stays, seconds=60.0, leave=False):
    """What becomes of work that waits behind another; whether it was done."""
    done = []

    async def run():
        held = threading.Event()
        first = await begun(runner, held.wait)
        second = await begun(runner, lambda: done.append(1), receive, seconds)
        if leave:
            second.cancel()
        await asyncio.sleep(0.03)
        held.set()
        await first
        return (await asyncio.gather(second, return_exceptions=True))[0]

    return asyncio.run(run()), done


def test_work_whose_deadline_passed_in_the_queue_is_not_done(runner, timings):
    problem, done = queued(runner, seconds=0.01)

    assert isinstance(problem, Problem)
    assert (problem.status, done) == (504, [])
    assert len(timings) == 1


def test_work_that_waited_less_than_its_deadline_is_done(runner):
    assert queued(runner) == (None, [1])


def test_work_of_a_caller_who_left_is_dropped(runner):
    problem, done = queued(runner, receive=leaves)

    assert isinstance(problem, Problem)
    assert (problem.status, done) == (499, [])


def test_work_of_a_cancelled_request_is_dropped(runner):
    error, done = queued(runner, leave=True)

    assert isinstance(error, asyncio.CancelledError)
    assert done == []
    assert not runner.turn.locked()


def test_nobody_is_counted_as_waiting_afterwards(runner):
    queued(runner, leaves)

    assert runner.waiting == 0
    assert not runner.turn.locked()


def after(usual, *latest):
    for seconds in latest:
        usual = smoothed(usual, seconds)
    return usual


def test_the_time_of_a_call_follows_what_calls_take():
    assert after(0.0, 0.02) == 0.02
    assert after(0.02, *[0.02] * 10) == pytest.approx(0.02)
    assert after(0.02, *[0.5] * 50) == pytest.approx(0.5, rel=0.1)
    assert after(0.5, *[0.02] * 50) == pytest.approx(0.02, rel=0.2)


def test_one_slow_call_changes_it_little():
    assert after(0.02, 60.0) < 0.03
