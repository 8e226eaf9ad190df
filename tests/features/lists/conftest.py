"""What tests of ranking lists share: rules, and inputs of a peer group."""

from collections.abc import Callable

import numpy as np
import pytest

from features.lists.catalogue import MEASURES
from features.lists.credibility import Fit
from features.lists.measures import Inputs
from recsys.list_rules import ListRules
from recsys.policy import Policies

COLUMNS = (
    "gmv_low", "gmv_high", "gmv_low_before", "followers", "followers_before", "video_views", "video_watch",
    "video_engagements", "fresh_views", "shop_views", "shop_orders", "shop_gmv", "shop_views_before",
    "live_contents", "livestreams", "live_views", "live_viewers", "live_watch", "live_engagements",
    "live_orders", "live_gmv", "live_views_before", "live_products", "shoppable_posts", "linked_products",
    "video_contents", "active_days", "last_active", "messages_90", "answers_90", "waited_90",
    "samples_decided", "samples_fulfilled", "samples_received", "samples_used",
)  # fmt: skip


@pytest.fixture(scope="session")
def rules(policies: Policies) -> ListRules:
    """Those of the policy of 2023-09."""
    return next(policy.lists for policy in policies.policies if policy.policy_id == "2023-09")


@pytest.fixture(scope="session")
def group() -> Callable[..., Inputs]:
    """Columns by name, 0 where not named → the inputs of a peer group over a week."""

    def of(**given: list[int]) -> Inputs:
        size = len(next(iter(given.values())))
        columns = {name: np.zeros(size, np.int64) for name in COLUMNS} | {
            "days": np.full(size, 7),
            "there_before": np.full(size, 7),
        }
        assert set(given) <= set(columns)
        return columns | {name: np.array(values) for name, values in given.items()}

    return of


@pytest.fixture(scope="session")
def fits() -> dict[str, Fit]:
    """Priors that pull to a half with the weight of two, and know nothing of noise."""
    return {name: Fit(0.5, 2.0, np.nan) for name in MEASURES}
