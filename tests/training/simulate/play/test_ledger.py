import numpy as np
import pytest

from training.simulate.play.config import LimitConfig
from training.simulate.play.ledger import Asked, Ledger

LIMITS = LimitConfig(open_deals=2, samples_a_week=4, invitations_a_week=5)
POOL = np.array([7, 8, 9])
FEES = np.array([10, 20, 30])


def asked(at=0, brand=1, product=1, wanted=3):
    return Asked(at, brand, product, wanted, budget=100, pool=POOL)


@pytest.fixture
def ledger():
    return Ledger(LIMITS, creators=10)


def test_an_unused_ledger_gives_what_the_brief_asks_for(ledger):
    limits = ledger.limits(asked(), FEES)

    assert (limits.places, limits.budget) == (3, 100)
    assert limits.open.all()


def test_a_creator_with_all_deals_open_has_no_room_until_one_closes(ledger):
    ledger.book(asked(), np.array([8, 8]), until=np.array([50, 90]))

    assert ledger.limits(asked(at=49), FEES).open.tolist() == [True, False, True]
    assert ledger.limits(asked(at=50), FEES).open.tolist() == [True, True, True]


def test_samples_are_counted_by_product(ledger):
    ledger.book(asked(product=1), POOL, until=np.array([9, 9, 9]))

    assert ledger.limits(asked(at=10, brand=2, product=1), FEES).places == 1
    assert ledger.limits(asked(at=10, brand=2, product=2), FEES).places == 3


def test_invitations_are_counted_by_brand(ledger):
    ledger.book(asked(brand=1), POOL, until=np.array([9, 9, 9]))

    assert ledger.limits(asked(at=10, brand=1, product=2), FEES).places == 2
    assert ledger.limits(asked(at=10, brand=2, product=2), FEES).places == 3


def test_stock_and_quota_start_again_with_the_week_and_open_deals_do_not(ledger):
    ledger.book(asked(), np.array([7, 7, 8, 9]), until=np.full(4, 1_000))
    ledger.new_week()

    limits = ledger.limits(asked(), FEES)

    assert limits.places == 3
    assert limits.open.tolist() == [False, True, True]
