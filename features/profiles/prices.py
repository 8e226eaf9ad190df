"""How dear products are beside their kind, and how dear those are that a creator chooses (R13)."""

import ibis

from features.known import Known
from features.portable import exact_mean, exact_sum, log1p, rounded

KIND = ("market", "category")
"""Products of one market and category are compared with each other."""


def positions(known: Known) -> ibis.Table:
    """Per product: `price_position`, ln of its price less the mean ln of the prices of its kind."""
    products = known["products"]
    usual = products.group_by(KIND).aggregate(usual=exact_mean(log1p(products.price)))
    rows = products.select("product_id", "price", *KIND).join(usual, KIND)
    return rows.select("product_id", price_position=rounded(log1p(rows.price) - rows.usual))


def chosen(known: Known) -> ibis.Table:
    """Per creator: number and sum of price positions of the products that they chose themselves.

    Chosen is what was ever put in the showcase or asked for as a sample, each product once; what a campaign
    brought was the brand's choice.
    """
    samples = known["samples"].filter(known["samples"].campaign_id.isnull())
    pair = ["creator_id", "product_id"]
    rows = ibis.union(known["showcase"].select(pair), samples.select(pair), distinct=True)
    rows = rows.join(positions(known), "product_id")
    return rows.group_by("creator_id").aggregate(
        chosen_products=rows.product_id.count(), chosen_position=exact_sum(rows.price_position)
    )
