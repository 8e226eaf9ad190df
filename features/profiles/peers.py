"""A creator among their peers: priors for rates of small counts, and percentile ranks (R11)."""

import ibis

from features.portable import exact_mean, exact_sum, quantile, ratio, real, rounded

PEERS = ("market", "category_1")
"""Creators of one market and level-1 category are peers."""
RATES = {
    "response": ("answers_90", "messages_90"),
    "fulfilment": ("samples_fulfilled", "samples_decided"),
    "sample_use": ("samples_used", "samples_received"),
    "invite": ("invited", "shown"),
    "accept": ("accepted", "answerable"),
    "deliver": ("delivered", "deliverable"),
    "cvr": ("shop_orders_90", "shop_clicks_90"),
}
"""Rate → successes and trials."""
RATES_BY_VIEW = {"ctr": ("shop_clicks_90", "shop_views_90"), "follow": ("video_followers_90", "views_90")}
"""Rate → successes and views, which are too many to square in 64 bits, as a fitted prior would need."""
VIEWS_STRENGTH = 5_000.0
"""Views of a creator that weigh as much as the market's rate."""
STRONGEST = 1e6
WEAKEST = 1.0
"""Limits of a prior's strength, in trials."""
ALIKE = 1e-4
"""Least variance of a level: what lies closer together is alike."""


def trials(profiles: ibis.Table) -> ibis.Table:
    """Per peer group and rate: successes, trials, creators with a trial, and second moments."""
    rates = [
        profiles.select(*PEERS, rate=ibis.literal(rate), part=profiles[part], whole=profiles[whole])
        for rate, (part, whole) in RATES.items()
    ]
    rows = ibis.union(*rates)
    rows = rows.filter(rows.whole > 0)
    return rows.group_by(*PEERS, "rate").aggregate(
        parts=real(rows.part.sum()),
        trials=real(rows.whole.sum()),
        others=real(rows.whole.count()) - 1.0,
        squares=real((rows.whole * rows.whole).sum()),
        between=exact_sum(ratio(real(rows.part) * real(rows.part), rows.whole)),
    )


def fitted(moments: ibis.Table) -> ibis.Table:
    """Per peer group and rate: `prior`, the pooled rate, and `strength`, what it weighs in trials.

    Moments of the beta-binomial with unequal trials (Kleinman, 1973). `alike`, the intraclass correlation, is
    how much more the peers' rates vary than chance makes them vary, over the most they could: with each
    creator always or never succeeding. The less peers differ beyond chance, the stronger the prior.
    """
    rows = moments.mutate(prior=ratio(moments.parts, moments.trials))
    chance = rows.prior * (1.0 - rows.prior)
    excess = rows.between - rows.parts * rows.prior - rows.others * chance
    most = chance * (rows.trials - ratio(rows.squares, rows.trials) - rows.others)
    alike = ibis.greatest(ratio(excess, most).fill_null(0.0), 1.0 / (1.0 + STRONGEST))
    strength = ibis.greatest(1.0 / alike - 1.0, WEAKEST)
    return rows.select(*PEERS, "rate", "prior", strength=strength)


def priors(profiles: ibis.Table, priors_of_peers: ibis.Table) -> ibis.Table:
    """Per creator: `<rate>_prior` and `<rate>_strength` of their peers; NULL where no peer has a trial."""
    rows = priors_of_peers
    columns = {
        f"{rate}_{name}": rows[name].max(where=rows.rate == rate)
        for rate in RATES
        for name in ("prior", "strength")
    }
    peers = rows.group_by(PEERS).aggregate(**columns)
    return profiles.select("creator_id", *PEERS).join(peers, PEERS).drop(*PEERS)


def pooled(profiles: ibis.Table) -> ibis.Table:
    """Per creator: `<rate>_pooled`, the market's rate by view; NULL where the market has no view."""
    sums = {
        f"{rate}_pooled": ratio(profiles[part].sum(), profiles[views].sum())
        for rate, (part, views) in RATES_BY_VIEW.items()
    }
    markets = profiles.group_by("market").aggregate(**sums)
    return profiles.select("creator_id", "market").join(markets, "market").drop("market")


def usual_prices(profiles: ibis.Table) -> ibis.Table:
    """Per creator: `price_peers`, the median of their peers' usual prices."""
    peers = profiles.group_by(PEERS).aggregate(price_peers=quantile(profiles.price_median, 0.5))
    return profiles.select("creator_id", *PEERS).join(peers, PEERS).drop(*PEERS)


def expected_fees(profiles: ibis.Table) -> ibis.Table:
    """Per creator: `fee_expected`, the usual fee; without one what the market pays for such views."""
    seen = ratio(profiles.latest_views, profiles.latest_videos)
    rows = profiles.select("creator_id", "market", "fee_median", seen=seen)
    per_1000 = quantile(1000.0 * ratio(rows.fee_median, rows.seen), 0.5)
    rows = rows.join(rows.group_by("market").aggregate(per_1000=per_1000), "market")
    return rows.select(
        "creator_id", fee_expected=rows.fee_median.fill_null(rows.per_1000 * rows.seen / 1000.0)
    )


def standings(profiles: ibis.Table, levels: dict[str, ibis.Value]) -> ibis.Table:
    """Per creator: `standing_<name>`, each level's distance from the market's mean in standard deviations.

    0 where all of the market are alike, NULL where the level is.
    """
    on_grid = {name: rounded(level) for name, level in levels.items()}
    rows = profiles.select("creator_id", "market", **on_grid)
    means = {f"{name}_mean": exact_mean(rows[name]) for name in levels}
    squares = {f"{name}_square": exact_mean(rows[name] * rows[name]) for name in levels}
    rows = rows.join(rows.group_by("market").aggregate(**means, **squares), "market")
    return rows.select("creator_id", **{f"standing_{name}": _standing(rows, name) for name in levels})


def _standing(rows: ibis.Table, name: str) -> ibis.Value:
    mean, square = rows[f"{name}_mean"], rows[f"{name}_square"]
    return (rows[name] - mean) / ibis.greatest(square - mean * mean, ALIKE).sqrt()


def ranks(profiles: ibis.Table, levels: dict[str, ibis.Value]) -> ibis.Table:
    """Per creator: `rank_<name>`, each level's percentile rank in the market, 0 to 1; lowest for ties."""
    rows = profiles.select("creator_id", "market", **levels)
    ranked = {
        f"rank_{name}": ibis.percent_rank().over(group_by=rows.market, order_by=rows[name]) for name in levels
    }
    return rows.select("creator_id", **ranked)
