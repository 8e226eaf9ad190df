"""Samples counted by what became of them; how that is decided is tested with `fulfilment`."""

from datetime import datetime, timedelta

import pytest

from features.known import known
from features.profiles.samples import asked, sample_states, samples

OPENED = datetime.fromisoformat("2024-01-02")
GIVEN = {"requested_at": OPENED, "shipped_at": OPENED, "received_at": OPENED}


@pytest.fixture
def later(tables_of, policies):
    """What was known 30 days after the samples were received, and the creator posted about product 1."""

    def of(*rows):
        posted = OPENED + timedelta(days=1)
        tables = tables_of({
            "creators": [{"creator_id": 1, "created_at": OPENED - timedelta(days=9)}],
            "samples": [{"sample_id": number, **row} for number, row in enumerate(rows, start=1)],
            "videos": [{"video_id": 1, "posted_at": posted, "product_ids": [1]}],
            "video_visibility": [{"video_id": 1, "public_from": posted}],
        })  # fmt: skip
        return known(tables, OPENED + timedelta(days=30), policies)

    return of


def test_only_decided_samples_count(later):
    """Fulfilled; failed; void; pending, and posted about only before it came."""
    then = later(
        GIVEN,
        GIVEN | {"product_id": 2},
        GIVEN | {"cancelled_at": OPENED},
        GIVEN | {"received_at": OPENED + timedelta(days=20)},
    )

    assert samples(sample_states(then)).to_pyarrow().to_pylist() == [
        {
            "creator_id": 1,
            "samples_decided": 2,
            "samples_fulfilled": 1,
            "samples_received": 2,
            "samples_used": 1,
        }
    ]


def test_samples_of_campaigns_were_not_asked_for(later):
    then = later(GIVEN, GIVEN | {"campaign_id": 1})

    assert asked(then).to_pyarrow().to_pylist() == [{"creator_id": 1, "samples_asked_90": 1}]
