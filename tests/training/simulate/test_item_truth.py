from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import RequestError, TableError
from training.simulate import simulate_world
from training.simulate.activity.activity import Activity
from training.simulate.activity.block import Block, Part
from training.simulate.activity.prospects import Asked, HookProspects
from training.simulate.activity.showcase import Shelves, stock
from training.simulate.cast.cast import Cast
from training.simulate.clock import ABSENT, DAY
from training.simulate.funnel.steps import Funnel
from training.simulate.item_truth import SHIPPED, ItemTruth
from training.simulate.play.config import PlayConfig
from training.simulate.play.makings import gmv_of, with_products
from training.simulate.play.wishes import product_wishes, video_wishes
from training.simulate.truth import read_config

GIVEN = PlayConfig.load(Path(__file__).parents[3] / "configs" / "play.yaml").recommended
PEOPLE = ("size.creators=120", "size.block=50")
SMALL = (*PEOPLE, "size.brands=20", "size.products=60", "size.briefs=20", "size.days=100")
SELLING_HOOK = "facets.conversion={hook: {story: {beauty: 1, baby: 1, fashion: 1, home: 1, electronics: 1}}}"
EVEN = ("lift.zero_share=1", "followers.momentum_sigma=0", "fitted.viral_factor=2", "fitted.video_sigma=0.3")
"""Without what is left out of what is expected, and with a short tail of luck."""
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECOND = int(AT.timestamp())
MIDDLE = 1
"""Number of the block that is looked at."""
OBJECTIVES = ("gmv", "followers")


@pytest.fixture(scope="module")
def written(shipped, simulated, tmp_path_factory):
    """A world of three blocks."""
    folder = tmp_path_factory.mktemp("items")
    simulate_world(shipped([*SMALL, *EVEN, SELLING_HOOK]), folder / "tables", folder / "truth")
    return simulated(folder / "tables", folder / "truth", None)


@pytest.fixture(scope="module")
def truth(written) -> ItemTruth:
    return ItemTruth.open(written.truth_folder)


@pytest.fixture(scope="module")
def block(written) -> Block:
    return Block.of_cast(Cast.of(read_config(written.truth_folder)), MIDDLE, Funnel.without_rows())


@pytest.fixture(scope="module")
def shelves(block) -> Shelves:
    return stock(block)


@pytest.fixture(scope="module")
def own(block, shelves) -> Activity:
    return Activity.own(block, shelves)


@pytest.fixture(scope="module")
def asked(block) -> Asked:
    """Everybody who is there."""
    there = (block.creators.created_at <= SECOND) & (block.creators.leaves_at > SECOND)
    return Asked(np.flatnonzero(there), np.full(there.sum(), SECOND))


@pytest.fixture(scope="module")
def video_ids(written):
    """Own videos of the tables that were out by then."""
    found = written.query("select video_id, epoch(posted_at) as at from {videos} where campaign_id is null")
    return np.sort(found["video_id"][found["at"] < SECOND])


def every_creator(written):
    return written.query("select creator_id from {creators} order by all")["creator_id"]


def test_products_are_worth_what_a_play_says(truth, block, shelves, asked):
    wishes = product_wishes(block, shelves, asked, GIVEN)
    wished = np.zeros((len(asked), len(block.products)))
    wished[wishes.asked, wishes.item] = wishes.expected
    showcased = np.zeros(wished.shape, bool)
    row, slot = np.nonzero(shelves.added_at[asked.creator] != ABSENT)
    showcased[row, shelves.product[asked.creator[row], slot]] = True

    found = truth.products(block.creators.ids[asked.creator], block.products.ids, AT, "gmv")

    assert len(wishes) > 500
    assert_allclose(found[~showcased], wished[~showcased])
    assert (found[showcased] > 0).any()


def test_videos_are_watched_and_followed_as_in_a_play(truth, block, shelves, own, asked):
    wishes = video_wishes(block, own, asked)
    prospects = HookProspects(block, asked, shelves)

    for objective in OBJECTIVES:
        found = truth.videos(block.creators.ids[asked.creator], own.block.ids(len(own.posts)), AT, objective)
        worth = getattr(prospects, objective)[wishes.asked, own.posts.words[wishes.item, 0]]
        assert len(wishes) > 500
        assert_allclose(found[wishes.asked, wishes.item], wishes.expected * worth)


def brought_by_showing(block, shelves, pair, times):
    """(times, OBJECTIVES): what comes of showing one product to one creator, drawn again and again."""
    creator, product = pair
    asked = Asked(np.full(times, creator), np.full(times, SECOND))
    block = block.of(Part(f"{creator} shown {product} often", 1))
    wishes = product_wishes(block, shelves, asked, GIVEN)
    wishes = wishes.take(wishes.item == product)
    would = (wishes.luck < np.column_stack([wishes.notices, wishes.adopts])).all(axis=1)
    made, makes = with_products(block, asked, wishes.take(would), GIVEN)
    age = made.days.day - made.posts.posted_at[made.days.post] // DAY
    early = age < block.config.policy.result_days
    followers = np.bincount(
        made.days.post[early], made.days.followers_gained[early], minlength=len(made.posts)
    )
    showing = makes // len(block.products)
    return np.column_stack(
        [np.bincount(showing, some, minlength=times) for some in (gmv_of(made), followers)]
    )


def test_showing_a_product_again_and_again_brings_what_is_expected(truth, block, shelves):
    creators, products, times = block.creators, block.products, 1_500
    stays = (creators.created_at < block.clock.start) & (creators.leaves_at > block.clock.end)
    stays &= creators.sells & (creators.views > 5_000)
    offered = (products.created_at < SECOND) & (products.removed_at == ABSENT)
    scores = []
    for creator in np.flatnonzero(stays)[:5].tolist():
        unknown = offered & (products.market == creators.market[creator])
        unknown[shelves.product[creator][shelves.added_at[creator] != ABSENT]] = False
        ids = creators.ids[[creator]]
        expected = np.stack([truth.products(ids, products.ids, AT, name)[0] for name in OBJECTIVES])
        best = int(np.argmax(np.where(unknown, expected[0], -1)))
        values = brought_by_showing(block, shelves, (creator, best), times)
        scores.append((values.mean(axis=0) - expected[:, best]) / (values.std(axis=0) / times**0.5))

    assert np.abs(scores).max() < 4
    # Both objectives count the same videos, so only pairs are independent.
    assert abs(np.mean(scores)) < 3 / len(scores) ** 0.5


@pytest.mark.parametrize("kind", ["products", "videos"])
def test_each_objective_has_an_order_of_its_own(truth, written, video_ids, kind):
    creators, items = every_creator(written), {"products": truth.cast.products.ids, "videos": video_ids}[kind]
    found = [getattr(truth, kind)(creators, items, AT, name) for name in OBJECTIVES]
    sells = found[0].max(axis=1) > 0
    best = [np.argsort(-values[sells], axis=1)[:, :5] for values in found]
    brought = [[np.take_along_axis(values[sells], order, axis=1).sum() for order in best] for values in found]

    assert sells.sum() > 40
    assert (best[0] != best[1]).any(axis=1).mean() > 0.5
    assert brought[0][0] > 1.05 * brought[0][1]
    assert brought[1][1] > 1.05 * brought[1][0]


def test_nothing_is_shown_off_the_shelf_abroad_or_to_who_does_not_sell(truth, written):
    creators = every_creator(written)
    cast = truth.cast
    everybody = [cast.creators(number) for number in range(cast.config.size.blocks)]
    sells = np.concatenate([block.sells for block in everybody])
    market = np.concatenate([block.market for block in everybody])
    products = cast.products

    found = truth.products(creators, products.ids, AT, "followers")

    assert (found[~sells] == 0).all()
    assert (found[:, products.created_at > SECOND] == 0).all()
    assert (found[:, (products.removed_at != ABSENT) & (products.removed_at <= SECOND)] == 0).all()
    assert (found[market[:, None] != products.market] == 0).all()
    assert (found > 0).mean() > 0.2


def test_who_is_not_there_is_shown_nothing(truth, written, video_ids):
    found = written.query(
        "select creator_id, epoch(created_at) as first, leaves_at, has_ecommerce as sells from {creators} "
        "join {latents} using (creator_id) order by all"
    )
    late, left = found["first"] > SECOND, found["leaves_at"] <= SECOND

    of_videos = truth.videos(found["creator_id"], video_ids[::50], AT, "followers")
    of_products = truth.products(found["creator_id"], truth.cast.products.ids, AT, "followers")

    assert late.sum() > 3
    assert left.sum() > 3
    assert_array_equal((of_videos > 0).any(axis=1), ~(late | left))
    assert_array_equal((of_products > 0).any(axis=1), ~(late | left) & found["sells"])


def test_every_own_video_of_the_tables_is_known_and_none_of_a_campaign(truth, written, video_ids):
    campaigns = written.query("select video_id from {videos} where campaign_id is not null")["video_id"]
    asked = np.concatenate([video_ids, campaigns])[::-1]

    found = truth.videos(every_creator(written)[:3], asked, AT, "followers")

    assert len(campaigns) > 5
    assert_array_equal(np.isnan(found), np.broadcast_to(np.isin(asked, campaigns), found.shape))


def test_only_others_public_videos_of_the_market_are_shown(truth, written):
    videos = written.query(
        "select video_id, any_value(creator_id) as creator_id, any_value(market) as market, "
        "bool_or(epoch(public_from) < {{at}} and coalesce(epoch(public_until) > {{at}}, true)) as public "
        "from {videos} join {video_visibility} using (video_id) join {creators} using (creator_id) "
        "where campaign_id is null group by all order by all".replace("{{at}}", str(SECOND))
    )
    viewers = written.query(
        "select creator_id, market from {creators} join {latents} using (creator_id) "
        "where epoch(created_at) < {{at}} and leaves_at > {{at}}".replace("{{at}}", str(SECOND))
    )
    there = videos["public"] & (viewers["market"][:, None] == videos["market"])
    there &= viewers["creator_id"][:, None] != videos["creator_id"]

    found = truth.videos(viewers["creator_id"], videos["video_id"], AT, "followers")

    assert (~videos["public"]).sum() > 5
    assert_array_equal(found > 0, there)


def test_answers_do_not_depend_on_who_else_is_asked_about(truth, written, video_ids):
    creators, videos = every_creator(written)[[110, 3, 60]], video_ids[[-1, 0, 2000, 5]]

    together = truth.videos(creators, videos, AT, "gmv")
    apart = [
        [truth.videos(who, what, AT, "gmv")[0, 0] for what in videos[:, None]] for who in creators[:, None]
    ]

    assert_array_equal(together, apart)


def test_a_moment_without_a_zone_is_in_utc(truth):
    who, what = np.array([1_000_001]), truth.cast.products.ids
    naive, elsewhere = AT.replace(tzinfo=None), AT.astimezone(timezone(timedelta(hours=9)))

    expected = truth.products(who, what, AT, "gmv")

    assert_array_equal(truth.products(who, what, naive, "gmv"), expected)
    assert_array_equal(truth.products(who, what, elsewhere, "gmv"), expected)


def test_the_shipped_adoption_is_that_of_plays():
    assert (GIVEN.adopt_logit, GIVEN.again) == SHIPPED


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("products", {"creator_ids": [5]}, "creators .5. are none of the world's"),
        ("products", {"product_ids": [10_061]}, "products .10061. are none of the world's"),
        ("products", {"product_ids": [10_000]}, "products .10000. are none"),
        ("products", {"objective": "views"}, "objective must be one of .*'views'"),
        ("products", {"at": AT + timedelta(days=365)}, "the world lasts from 2026-01-01 to 2026-04-11"),
        ("videos", {"video_ids": [0]}, "videos .0. are none"),
        ("videos", {"video_ids": [40_000_000]}, "videos .40000000. are none"),
        ("videos", {"video_ids": [300_000_001]}, "videos .300000001. are none"),
        ("videos", {"creator_ids": [1_000_121]}, "creators .1000121. are none"),
        ("videos", {"objective": "engagement"}, "objective must be one of"),
    ],
)
def test_what_is_not_of_the_world_is_named(truth, kind, change, message):
    items = {"products": ("product_ids", [10_001]), "videos": ("video_ids", [1])}[kind]
    given = {"creator_ids": [1_000_001], items[0]: items[1], "at": AT, "objective": "gmv"} | change

    with pytest.raises(RequestError, match=message):
        getattr(truth, kind)(**{name: _array(value) for name, value in given.items()})


def _array(value):
    return np.array(value) if isinstance(value, list) else value


def test_a_folder_without_a_truth_is_named(tmp_path):
    with pytest.raises(TableError, match=r"holds no config\.json"):
        ItemTruth.open(tmp_path)
