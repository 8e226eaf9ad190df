"""Token buckets."""

import pytest

from serving.web.rate_limits import Rate, RateLimits

FIVE_A_SECOND = Rate(5.0, 3)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def granted(limits, tries, rate=FIVE_A_SECOND, key="a"):
    return sum(limits.take(key, rate) == 0 for _ in range(tries))


def test_a_burst_is_granted_and_then_the_rate(clock):
    limits = RateLimits(clock=clock)

    assert granted(limits, 10) == 3
    clock.now += 0.2
    assert granted(limits, 10) == 1
    clock.now += 60
    assert granted(limits, 10) == 3


def test_what_is_told_to_wait_is_granted_after_that_time_and_not_before(clock):
    limits = RateLimits(clock=clock)
    granted(limits, 3)

    seconds = limits.take("a", FIVE_A_SECOND)

    assert seconds == pytest.approx(0.2)
    clock.now += seconds - 0.001
    assert limits.take("a", FIVE_A_SECOND) == pytest.approx(0.001)
    clock.now += 0.001
    assert limits.take("a", FIVE_A_SECOND) == 0


def test_asking_in_vain_costs_nothing(clock):
    limits = RateLimits(clock=clock)
    granted(limits, 1_000)

    clock.now += 0.4
    assert granted(limits, 10) == 2


def test_several_are_granted_or_none_is(clock):
    limits = RateLimits(clock=clock)
    granted(limits, 1)

    assert limits.take("a", FIVE_A_SECOND, 3) == limits.wait("a", FIVE_A_SECOND, 3) == pytest.approx(0.2)
    assert limits.take("a", FIVE_A_SECOND, 2) == 0
    assert granted(limits, 10) == 0


def test_what_can_be_taken_at_once_is_a_full_bucket_and_not_one_more(clock):
    for workers, burst in ((1, 3), (4, 10), (4, 2), (3, 3)):
        rate, limits = Rate(5.0, burst), RateLimits(workers, clock)
        most = limits.most(rate)

        assert limits.take("a", rate, most + 1) > 0
        assert limits.take("a", rate, most) == 0


def test_keys_do_not_share_a_bucket(clock):
    limits = RateLimits(clock=clock)
    granted(limits, 10)

    assert granted(limits, 10, key="b") == 3


def test_over_a_long_time_the_rate_is_kept_whatever_the_pattern(clock):
    limits = RateLimits(clock=clock)
    count = 0
    for step in range(6_000):
        clock.now += 0.01 if step % 7 else 0.03
        count += granted(limits, 2)

    seconds = clock.now - 1_000
    assert 5 * seconds - 1 <= count <= 5 * seconds + 3


def test_workers_grant_their_share_so_that_together_they_keep_the_rate(clock):
    workers = [RateLimits(4, clock) for _ in range(4)]
    rate = Rate(40.0, 8)

    assert [granted(limits, 20, rate) for limits in workers] == [2, 2, 2, 2]
    count = 0
    for _ in range(1_000):
        clock.now += 0.01
        count += sum(granted(limits, 2, rate) for limits in workers)
    assert count == pytest.approx(40 * 10, abs=8)
    assert RateLimits(4, clock).take("a", Rate(1.0, 1)) == 0


def test_buckets_of_keys_that_are_gone_are_forgotten(clock):
    limits = RateLimits(clock=clock)
    granted(limits, 1)
    granted(limits, 1, key="b")

    limits.keep({"b"})

    assert set(limits.full_at) == {"b"}
