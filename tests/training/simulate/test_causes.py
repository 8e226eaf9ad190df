"""What is true of a creator shows in the tables, through noise: else there were nothing to learn."""

import numpy as np
import pytest
from scipy.stats import spearmanr

OBSERVED = {
    "reliability": "select creator_id, avg((fulfilled_at is not null)::int) as seen, count(received_at) as n"
    " from {samples} where received_at is not null and campaign_id is null group by 1",
    "responsiveness": "select creator_id, avg((replied_at is not null)::int) as seen, count(*) as n"
    " from {messages} group by 1",
    "ambition": "select creator_id, avg((accepted_at is not null)::int) as seen, count(*) as n"
    " from {invitations} where replied_at is not null group by 1",
    "engagement": "select creator_id, sum(likes + comments + shares) / sum(views) as seen, count(*) as n"
    " from {video_daily} join {videos} using (video_id) group by 1",
    "click_rate": "select creator_id, sum(product_clicks) / sum(views) as seen, sum(product_clicks) as n"
    " from {video_daily} join {videos} using (video_id) where len(product_ids) > 0 group by 1",
    "conversion": "select creator_id, sum(orders) / sum(product_clicks) as seen, sum(orders) as n"
    " from {video_daily} join {videos} using (video_id) group by 1 having sum(product_clicks) > 0",
    "posts_per_day": "select creator_id, count(*) / 150.0 as seen, count(*) as n from {videos} group by 1",
    "followers": "select creator_id, max(followers) as seen, count(*) as n from {creator_daily} group by 1",
    "fee": "select creator_id, avg(fee) as seen, count(*) as n from {invitations}"
    " where fee is not null group by 1",
    "price_level": "select creator_id, avg(ln(price / usual)) as seen, count(*) as n from {showcase}"
    " join {products} using (product_id) join (select category, market, median(price) as usual"
    " from {products} group by all) using (category, market) group by 1",
}
LEAST = {"price_level": 4, "ambition": 2, "fee": 1}


@pytest.mark.parametrize("cause", OBSERVED)
def test_the_cause_shows_in_what_is_observed(world, cause):
    rows, latents = world.query(OBSERVED[cause]), world.query("select * from {latents} order by creator_id")
    enough = rows["n"] >= LEAST.get(cause, 5)
    true = latents[cause][np.searchsorted(latents["creator_id"], rows["creator_id"][enough])]

    assert spearmanr(rows["seen"][enough], true).statistic > 0.3


def test_of_equally_interesting_creators_those_higher_in_the_list_are_opened_more(world):
    position, opened = world.shown()["position"], world.reached("opened")
    bands = [(position >= low) & (position <= high) for low, high in ((1, 2), (3, 10), (11, 40))]

    opened_of_interesting = [opened[band].sum() / world.truth.chances[band, 0].sum() for band in bands]

    assert opened_of_interesting[0] > opened_of_interesting[1] > opened_of_interesting[2]
    assert opened_of_interesting[2] < 0.6


def test_logged_propensities_count_the_creators_left_to_choose_from(world):
    # Averaged over what was shown, 1 / propensity is the number that could have been.
    rows = world.query(
        "select position, avg(1 / propensity) as chosen_from,"
        " stddev(1 / propensity) / sqrt(count(*)) as error,"
        " avg(possible - position + 1) as possible from {invitations} join ("
        "   select campaign_id, count(*) as possible from {campaigns} c join {creators} k"
        "   on k.market = c.market and k.created_at <= c.created_at group by 1) using (campaign_id)"
        " where position <= 20 group by 1"
    )
    misses = (rows["chosen_from"] - rows["possible"]) / rows["error"]

    assert np.abs(misses).max() < 4.5
    assert abs(misses.mean()) < 1


def test_many_creators_sell_nothing_and_a_few_sell_most(world):
    sold = world.query("select sum(gmv_low) as gmv from {creator_daily} group by creator_id")["gmv"]
    sold = np.sort(sold.astype(float))

    assert 0.2 < (sold == 0).mean() < 0.7
    assert sold[-len(sold) // 10 :].sum() > 0.6 * sold.sum()


def test_withheld_gmv_is_a_range_around_what_was_sold(world):
    rows = world.query(
        "select gmv_low, gmv_high, sold from {creator_daily} join ("
        "   select creator_id, day, sum(v.gmv)::bigint as sold"
        "   from {video_daily} v join {videos} using (video_id) group by all) using (creator_id, day)"
        " where gmv is null"
    )

    assert (rows["gmv_high"] >= rows["sold"]).all()
    assert (rows["gmv_high"] > rows["gmv_low"]).all()


def test_followers_alone_do_not_decide_who_is_invited(world):
    rows = world.query("select p_invite, followers from {truth} join {latents} using (creator_id)")

    assert abs(spearmanr(rows["p_invite"], rows["followers"]).statistic) < 0.3
