"""Every true effect is found in the tables with its size, and none is found in a world without it.

Effects are recovered as a slope within creators (and products): 1 where what is true is what was meant,
0 where the same videos and campaigns did nothing. Tolerances are four standard errors.
"""

import numpy as np
import pytest

from recsys.tables.check import check
from recsys.tables.read import read_tables
from recsys.vocabulary import FACETS
from training.simulate import simulate_world
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import draw_creators
from training.simulate.cast.facets import CHOSEN, true_effects
from training.simulate.cast.geography import LEVEL1
from training.simulate.cast.seasons import season
from training.simulate.clock import DAY
from training.simulate.funnel.results import MEASURES, expected
from training.simulate.truth import read_truth

SIZE = ("start_on=2025-10-01", "size.creators=600", "size.briefs=800", "size.days=120", "size.block=300")
NOTHING = (
    "facets.views={}", "facets.engagement={}", "facets.conversion={}", "facets.confounding=0",
    "trends.sound_effect=0", "trends.hashtag_effect=0", "seasons.amplitude={}", "seasons.peaks={}",
    "gaming.bursts=0", "gaming.bots=0", "gaming.stuffing=0", "lift.zero_share=1", "survival.weekly_hazard=0",
)  # fmt: skip
GAMED = ("gaming.bursts=.2", "gaming.bots=.2", "gaming.stuffing=.2")


@pytest.fixture(scope="module")
def meant(shipped):
    """The parameters of the world with effects, and everything that follows from them."""
    return Cast.of(shipped(SIZE))


@pytest.fixture(scope="module")
def made(shipped, simulated, tmp_path_factory):
    def make(settings):
        folder = tmp_path_factory.mktemp("world")
        simulate_world(shipped((*SIZE, *settings)), folder / "tables", folder / "truth")
        return simulated(folder / "tables", folder / "truth", read_truth(folder / "truth"))

    return make


@pytest.fixture(scope="module")
def full(made):
    return made(())


@pytest.fixture(scope="module")
def quiet(made):
    return made(NOTHING)


@pytest.fixture(scope="module")
def gamed(made):
    return made(GAMED)


@pytest.fixture(params=["full", "quiet"])
def case(request):
    """A world, and the slope its effects should have on what was meant."""
    return request.getfixturevalue(request.param), float(request.param == "full")


def within(groups, values):
    """Values less their group's mean."""
    _, group = np.unique(groups, return_inverse=True)
    return values - (np.bincount(group, values) / np.bincount(group))[group]


def slope(groups, x, y):
    """Least squares of y on x within groups: the slope and its standard error."""
    x, y = within(groups, x), within(groups, y)
    estimate = (x @ y) / (x @ x)
    residuals = y - estimate * x
    return estimate, np.sqrt(x**2 @ residuals**2) / (x @ x)


def rate_slope(rows, x):
    """Log-linear slope of orders per click on x within creator and product, by conditional likelihood.

    Its standard error allows for whatever else the sales of a product depend on.
    """
    _, group = np.unique(rows["creator_id"] * 1_000_000 + rows["product_id"], return_inverse=True)
    _, product = np.unique(rows["product_id"], return_inverse=True)
    total, estimate = np.bincount(group, rows["orders"]), 0.0
    for _ in range(30):
        weights = rows["clicks"] * np.exp(estimate * x)
        share = weights / np.bincount(group, weights)[group]
        mean = np.bincount(group, share * x)
        information = total @ (np.bincount(group, share * x**2) - mean**2)
        scores = np.bincount(product, rows["orders"] * x - total[group] * share * x)
        estimate += scores.sum() / information
    return estimate, np.sqrt(scores @ scores) / information


def effect_on(measure, config, rows):
    """The log factor of every video's script on a measure."""
    place = ("views", "engagement", "conversion").index(measure)
    category = np.array([LEVEL1.index(name) for name in rows["level1"]])
    total = np.zeros(len(category))
    for facet in CHOSEN:
        effects = true_effects(config.facets, facet)[place]
        total += effects[category, np.array([FACETS[facet].index(name) for name in rows[facet]])]
    points = true_effects(config.facets, "talking_points")[place]
    for word, name in enumerate(FACETS["talking_points"]):
        said = np.array([name in said for said in rows["talking_points"]])
        total += points[category, word] * said
    return total


def finished_videos(world):
    """Views and engagements of videos whose life is over, of creators with enough views who buy none."""
    return world.query(
        "select v.*, split_part(category, '/', 1) as level1, epoch(posted_at)::bigint as at,"
        " d.views, engagements from {videos} v join (select video_id, sum(views)::double as views,"
        "   sum(likes + comments + shares)::double as engagements from {video_daily} group by 1) d"
        " using (video_id) join {latents} l using (creator_id)"
        " where posted_at < '2026-01-04' and campaign_id is null and bought_views = 0 and bought_likes = 0"
        " and l.views > 200 and hook is not null and structure is not null and call_to_action is not null"
    )


def sales(world, cast):
    """Clicks and orders by day of videos that link one product.

    Clicks are weighed by what else is known to move sales, here the product's own trend.
    """
    rows = world.query(
        "select v.*, split_part(category, '/', 1) as level1, product_ids[1] as product_id,"
        " product_clicks::double as clicks, d.orders::double as orders,"
        " (d.day - date '1970-01-01')::bigint as day from {video_daily} d join {videos} v using (video_id)"
        " where product_clicks > 0 and len(product_ids) = 1 and campaign_id is null"
        " and hook is not null and structure is not null and call_to_action is not null"
        # Where nearly every click sells, conversion is at its limit and nothing can raise it.
        " window pair as (partition by creator_id, product_ids[1])"
        " qualify sum(d.orders) over pair < 0.3 * sum(product_clicks) over pair"
    )
    product = np.searchsorted(cast.products.ids, rows["product_id"])
    rows["clicks"] *= np.exp(cast.products.trend[product] * cast.clock.years(rows["day"] * DAY))
    return rows


def seasons(rows, cast):
    level1 = np.array([LEVEL1.index(name) for name in rows["level1"]])
    return season(level1, rows["day"], cast.config.seasons)


def lifts(rows, cast):
    return cast.climate.lift.of_product(np.searchsorted(cast.products.ids, rows["product_id"]), rows["day"])


def assert_slope(found, expected, precise):
    estimate, error = found
    assert error < precise, "the world is too small to tell"
    assert abs(estimate - expected) < 4 * error


@pytest.mark.parametrize("measure", ["views", "engagement"])
def test_scripts_do_what_is_true_of_them(case, meant, measure):
    world, expected = case
    rows = finished_videos(world)
    log_views = np.log(rows["views"])
    y = log_views if measure == "views" else np.log((rows["engagements"] + 0.5) / rows["views"])

    assert_slope(slope(rows["creator_id"], effect_on(measure, meant.config, rows), y), expected, precise=0.1)


SALES = {
    "scripts": lambda rows, cast: effect_on("conversion", cast.config, rows),
    "seasons": seasons,
    "lifts": lifts,
}
"""What moves orders for a click: the log factor of each row."""


@pytest.mark.parametrize("name", SALES)
def test_scripts_seasons_and_campaigns_move_orders_for_a_click(case, meant, name):
    world, expected = case
    rows = sales(world, meant)
    effects = {effect: of(rows, meant) for effect, of in SALES.items()}
    # The others are true in their world, and would only blur the view.
    rows["clicks"] *= np.exp(expected * sum(x for effect, x in effects.items() if effect != name))

    assert_slope(rate_slope(rows, effects[name]), expected, precise=0.1)


def test_words_without_an_effect_look_good_where_good_creators_like_them(full, quiet):
    """Compared between creators: the hook that good ones prefer, with the one they avoid."""

    def naive(world):
        found = world.query(
            "select avg(ln(d.views / followers)) filter (hook = 'question') -"
            " avg(ln(d.views / followers)) filter (hook = 'reaction') as difference from {videos}"
            " join {latents} using (creator_id) join {video_daily} d using (video_id)"
            " where d.views > 0 and split_part(category, '/', 1) in ('electronics', 'home', 'fashion')"
        )
        return found["difference"][0]

    assert naive(full) > 0.2
    assert abs(naive(quiet)) < 0.1


def test_sounds_and_hashtags_on_the_rise_bring_views(case, meant):
    world, expected = case
    rows, trends = finished_videos(world), meant.config.trends
    sounds, tags = meant.climate.sounds, meant.climate.tags
    known = ~np.ma.getmaskarray(rows["sound_id"])
    heard = sounds.is_rising(np.where(known, rows["sound_id"].filled(1) - 1, 0), rows["at"]) & known
    place = {name: number for number, name in enumerate(meant.climate.tag_names)}
    seen = np.array(
        [
            any(tags.is_rising(np.array([place[name]]), np.array([at]))[0] for name in names)
            for names, at in zip(rows["hashtags"], rows["at"], strict=True)
        ]
    )
    x = trends.sound_effect * heard + trends.hashtag_effect * seen

    assert_slope(slope(rows["creator_id"], x, np.log(rows["views"])), expected, precise=0.15)


def test_bought_followers_come_in_a_jump(gamed):
    rows = gamed.query(
        "select bought_followers > 0 as bought, max(gain) / any_value(l.followers) as jump from ("
        "  select creator_id, followers - lag(followers) over (partition by creator_id order by day) as gain"
        "  from {creator_daily}) join {latents} l using (creator_id) group by creator_id, bought_followers"
    )

    assert np.median(rows["jump"][rows["bought"]]) > 0.2
    assert np.quantile(rows["jump"][~rows["bought"]], 0.9) < 0.1


def test_bought_views_stay_shorter_and_click_less(gamed):
    rows = gamed.query(
        "select bought_views > 0 as bought, sum(views_6s) / sum(d.views) as vtr,"
        " sum(product_clicks) / sum(d.views) / any_value(click_rate) as clicks from {video_daily} d join"
        " {videos} using (video_id) join {latents} using (creator_id) where len(product_ids) > 0"
        " group by creator_id, 1"
    )
    bots = rows["bought"]

    assert np.median(rows["vtr"][bots]) < 0.6 * np.median(rows["vtr"][~bots])
    assert np.median(rows["clicks"][bots]) < 0.5
    assert 0.9 < np.median(rows["clicks"][~bots]) < 1.1


def test_link_stuffers_link_many_products_in_many_videos(gamed):
    rows = gamed.query(
        "select stuffs, count(*)::double as videos, max(len(product_ids)) as links from {videos}"
        " join {latents} using (creator_id) where campaign_id is null group by creator_id, 1"
    )
    stuffs = rows["stuffs"]

    assert np.median(rows["videos"][stuffs]) > 2 * np.median(rows["videos"][~stuffs])
    assert rows["links"][stuffs].max() > 3 >= rows["links"][~stuffs].max()


def test_a_gamed_world_keeps_every_rule_of_the_contract(gamed):
    assert [breach.rule.rule_id for breach in check(read_tables(str(gamed.tables))).breaches] == []


@pytest.mark.parametrize("trait", ["bought_views", "bought_likes", "stuffs"])
@pytest.mark.parametrize("measure", MEASURES)
def test_results_of_who_games_are_what_was_expected(gamed, shipped, trait, measure):
    cast = Cast.of(shipped((*SIZE, *GAMED)))
    rows = gamed.query(
        "select campaign_id, creator_id, result_views, result_engagements, result_followers, result_gmv"
        " from {invitations} where result_at is not null"
    )
    creators = draw_creators(cast.config, cast.clock)
    creators = creators.take(np.searchsorted(creators.ids, rows["creator_id"]))
    briefs = cast.briefs.take(np.searchsorted(cast.briefs.ids, rows["campaign_id"]))
    true = expected(briefs, creators, cast.products, cast.config, cast.clock)[:, MEASURES.index(measure)]

    games = (getattr(creators, trait) > 0) & (true > 1)
    ratio = rows[f"result_{measure}"].astype(float)[games] / true[games]

    assert abs(ratio.mean() - 1) < 4 * ratio.std() / np.sqrt(len(ratio))
    assert ratio.std() / np.sqrt(len(ratio)) < 0.35


def test_nobody_posts_after_leaving(full):
    rows = full.query(
        "select sum((epoch(posted_at) > leaves_at)::int) as late, count(distinct creator_id)"
        " filter (leaves_at < epoch(timestamp '2026-01-29')) as left"
        " from {videos} join {latents} using (creator_id) where campaign_id is null"
    )

    assert rows["left"][0] > 20
    assert rows["late"][0] == 0


def test_who_creates_after_an_inspiration_video_takes_over_its_hook(full):
    rows = full.query(
        "select own.hook as own, seen.hook as seen from {interactions} i join {videos} seen"
        " on seen.video_id = i.item_id join {videos} own on own.creator_id = i.creator_id"
        " and own.posted_at = i.at where event = 'created' and own.hook is not null and seen.hook is not null"
    )

    assert len(rows["own"]) > 50
    assert (rows["own"] == rows["seen"]).all()


def test_a_product_is_sold_for_the_first_time_once(full):
    rows = full.query(
        "select count(*) as events, count(distinct (creator_id, item_id)) as pairs from {interactions}"
        " where event = 'sold'"
    )

    assert rows["events"][0] == rows["pairs"][0] > 100
