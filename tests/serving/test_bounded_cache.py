"""What is kept between questions."""

import gc
import weakref

from serving.bounded_cache import BoundedCache


class Thing:
    def __init__(self, size):
        self.size = size


def kept(most):
    return BoundedCache(most, lambda thing: thing.size)


def made(size):
    return lambda: Thing(size)


def test_what_is_kept_is_made_once():
    cache = kept(10)

    assert cache.get("a", made(3)) is cache.get("a", made(3))


def test_what_was_not_asked_for_longest_goes_first():
    cache = kept(10)
    first, second = cache.get("a", made(4)), cache.get("b", made(4))
    cache.get("a", made(4))
    cache.get("c", made(4))

    assert cache.get("a", made(4)) is first
    assert cache.get("b", made(4)) is not second


def test_what_is_larger_than_all_room_is_kept_alone():
    cache = kept(10)
    cache.get("a", made(4))
    large = cache.get("b", made(100))

    assert (len(cache), cache.get("b", made(1))) == (1, large)


def test_nothing_is_kept_of_what_could_not_be_made():
    cache = kept(10)
    for _ in range(2):
        try:
            cache.get("a", lambda: 1 / 0)
        except ZeroDivisionError:
            continue
    assert not len(cache)


def test_a_cache_that_is_gone_keeps_nothing_alive():
    cache = kept(10)
    held = weakref.ref(cache.get("a", made(1)))
    del cache
    gc.collect()

    assert held() is None
