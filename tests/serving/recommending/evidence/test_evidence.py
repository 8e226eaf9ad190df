"""Evidence of products and of videos is what the snapshot says of this creator and this item."""

import numpy as np
import pytest

from features.recommending.surfaces import SURFACES, event_codes
from recsys.vocabulary import CREATOR_OBJECTIVES, ITEM_REASON_GROUPS
from serving.recommending.creator_view import LEAST_SHARE
from serving.recommending.reasons import EVIDENCE

SOLD = event_codes("sold")[0]
PERIODS = ("28", "before_28")


@pytest.fixture(scope="session")
def view(engines, snapshot):
    """Of whoever sold the most products."""
    sold = snapshot.product_events["event"] == SOLD
    row = np.bincount(snapshot.product_events["creator"][sold]).argmax()
    return engines["products"].view(int(snapshot.creators.ids[row]), "gmv")


def told(view, surface, group, row, part=1.0):
    return {evidence.kind: evidence for evidence in EVIDENCE[surface][group](view, row, part)}


@pytest.fixture(scope="session")
def similar(view, snapshot):
    """Rows of products in the category of which the creator sold most products."""
    category = snapshot.products["category"]
    return np.flatnonzero(category == np.bincount(category[view.sold.products]).argmax())


def test_similar_products_sold_are_counted_by_product_units_and_gmv(view, snapshot, similar):
    events = snapshot.product_events
    own = [
        (float(events["count"][place]), int(events["gmv"][place]), int(events["item"][place]))
        for place in range(len(events))
        if events["creator"][place] == view.row and events["event"][place] == SOLD
    ]
    of_category = [event for event in own if event[2] in similar.tolist()]

    found = told(view, "products", "similar", int(similar[0]))["similar_sold"]

    assert len(of_category) > 1
    assert found.products == len(of_category)
    assert found.units == pytest.approx(sum(units for units, _, _ in of_category))
    assert found.gmv == sum(gmv for _, gmv, _ in of_category)
    assert found.best_product_id == snapshot.products.ids[max(of_category)[2]]
    assert found.category == snapshot.facts.categories[snapshot.products["category"][similar[0]]]


def test_views_of_similar_videos_are_those_of_the_creators_own(view, snapshot):
    videos = snapshot.videos
    category = int(
        np.bincount(videos["category"][view.videos][videos["category"][view.videos] >= 0]).argmax()
    )
    product = int(np.flatnonzero(snapshot.products["category"] == category)[0])

    found = told(view, "products", "similar", product)["similar_viewed"]

    own = (videos["creator"] == view.row) & videos["available"] & (videos["category"] == category)
    assert (found.videos, found.views) == (own.sum(), videos["views"][own].sum())


def test_a_creator_who_sold_nothing_alike_is_told_of_nothing_sold(view, snapshot):
    levels = [name.split("/")[0] for name in snapshot.facts.categories]
    sold = {levels[code] for code in snapshot.products["category"][view.sold.products]}
    other = [row for row, code in enumerate(snapshot.products["category"]) if levels[code] not in sold]

    assert other
    assert "similar_sold" not in told(view, "products", "similar", other[0])


def test_groups_of_buyers_are_the_products(view, snapshot):
    rows = [row for row in range(len(snapshot.products)) if told(view, "products", "audience", row)]

    assert rows
    group = told(view, "products", "audience", rows[0])["audience_group"]
    place = snapshot.facts.vocabularies[group.dimension].index(group.group)
    assert group.others == pytest.approx(snapshot.products[f"buyers_{group.dimension}"][rows[0], place])
    assert group.others > group.market < group.followers
    assert group.others >= LEAST_SHARE


COUNTED = {
    "units": ("orders",), "gmv": ("gmv",), "followers gained": ("followers_gained",), "views": ("views",),
    "times chosen": ("showcased", "sampled"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("objective", "measures"),
    [("gmv", ("units", "gmv", "times chosen")), ("followers", ("followers gained", "views", "times chosen"))],
)
def test_a_product_is_told_what_rose_and_against_it_what_fell(engines, view, snapshot, objective, measures):
    asking, products = engines["products"].view(view.creator_id, objective), snapshot.products

    for row in range(len(products)):
        change = {
            measure: tuple(
                sum(products[f"{one}_{period}"][row] for one in COUNTED[measure]) for period in PERIODS
            )
            for measure in measures
        }
        for part in (1.0, -1.0):
            found = EVIDENCE["products"]["growth"](asking, row, part)
            expected = [name for name, (now, before) in change.items() if (now - before) * part > 0]
            assert [trend.measure for trend in found] == expected
            assert all((trend.now, trend.before) == change[trend.measure] for trend in found)


def test_price_commission_and_demand_are_the_products(view, snapshot):
    products, creators = snapshot.products, snapshot.creators

    price = told(view, "products", "price", 5)["price"]
    commission = told(view, "products", "commission", 5)["commission"]
    demand = told(view, "products", "popularity", 5)["demand"]
    sales = told(view, "products", "sales", 5)["sales"]

    assert (price.price, price.usual) == (products["price"][5], creators["price_median"][view.row])
    assert (commission.rate, commission.usual) == (
        products["commission"][5], creators["commission_usual"][view.row],
    )  # fmt: skip
    assert (demand.creators, demand.videos) == (products["creators_28"][5], products["videos_28"][5])
    assert demand.chosen == products["showcased_28"][5] + products["sampled_28"][5]
    assert sales.gpm == pytest.approx(1000 * products["gmv_28"][5] / products["views_28"][5])


def test_how_much_of_a_category_the_creator_makes_is_told_by_level_1_where_nothing_is_closer(view, snapshot):
    mix, categories = snapshot.creators["category_mix"][view.row], snapshot.facts.categories
    levels = np.array([name.split("/")[0] for name in categories])

    for row in range(len(snapshot.products)):
        code = snapshot.products["category"][row]
        akin = mix[levels == levels[code]].sum()
        found = told(view, "products", "category", row).get("category_share")
        if mix[code] > 0:
            assert (found.category, found.videos) == (categories[code], pytest.approx(mix[code]))
        elif akin > 0:
            assert (found.category, found.videos) == (levels[code], pytest.approx(akin))
        else:
            assert found is None


@pytest.fixture(scope="session")
def watched(snapshot):
    """A creator who watched a video, and that video."""
    events = snapshot.video_events
    place = np.flatnonzero(events["event"] == event_codes("watched")[0])[0]
    return int(events["creator"][place]), int(events["item"][place])


def test_what_was_done_with_similar_videos_is_counted(engines, snapshot, watched):
    creator, video = watched
    view = engines["inspiration"].view(int(snapshot.creators.ids[creator]), "gmv")

    found = told(view, "inspiration", "similar", video)["similar_met"]

    events = snapshot.video_events
    own = (events["creator"] == creator) & (events["event"] == event_codes("watched")[0])
    category = snapshot.videos["category"]
    assert found.category == snapshot.facts.categories[category[video]]
    assert found.watched == (category[events["item"][own]] == category[video]).sum() > 0


def test_whose_video_it_is_and_how_it_did_is_told(engines, snapshot, watched):
    view = engines["inspiration"].view(int(snapshot.creators.ids[watched[0]]), "followers")
    videos, creators = snapshot.videos, snapshot.creators
    video = int(np.flatnonzero(videos["views_7"] != videos["views_before_7"])[0])
    owner = videos["creator"][video]

    maker = told(view, "inspiration", "similar", video)["similar_creator"]
    reach = told(view, "inspiration", "popularity", video)["reach"]
    rose = videos["views_7"][video] > videos["views_before_7"][video]
    trend = told(view, "inspiration", "growth", video, 1.0 if rose else -1.0)["trend"]
    assert not told(view, "inspiration", "growth", video, -1.0 if rose else 1.0)

    assert (maker.creator_id, maker.followers) == (creators.ids[owner], creators["followers"][owner])
    assert maker.standing == pytest.approx(creators["objective_rank"][owner, 1])
    assert reach.times_usual == pytest.approx(videos["views"][video] / creators["mean_views"][owner])
    assert (trend.days, trend.now, trend.before) == (
        7,
        videos["views_7"][video],
        videos["views_before_7"][video],
    )


@pytest.mark.parametrize(
    ("objective", "measures"), [("gmv", ("views", "conversion")), ("followers", ("views", "engagement"))]
)
def test_a_video_tells_each_word_of_its_script_with_the_lifts_of_the_objective(
    engines, snapshot, objective, measures
):
    videos, facets = snapshot.videos, snapshot.facts.facets
    items = engines["inspiration"].recommend(int(snapshot.creators.ids[3]), objective, 20, explain=0).items

    hooks = 0
    for item in items:
        (row,), _ = videos.rows_of(np.array([item.item_id]))
        words = {(trait.facet, trait.word): trait for trait in item.facts.traits}
        said = np.array(facets["talking_points"])[videos["talking_points"][row] == 1]
        assert [word for facet, word in words if facet == "talking_points"] == said.tolist()
        if videos["hook"][row] >= 0:
            hooks += 1
            trait = words["hook", facets["hook"][videos["hook"][row]]]
            assert tuple(lift.measure for lift in trait.lifts) == measures
            assert trait.phrase.endswith(f": views × 1.30 (1.20 to 1.41), {measures[1]} no evidence")
    assert hooks > 5


def test_a_word_that_was_never_compared_has_no_evidence(engines, snapshot):
    items = engines["inspiration"].recommend(int(snapshot.creators.ids[3]), "gmv", 20, explain=0).items

    others = [trait for item in items for trait in item.facts.traits if trait.facet != "hook"]
    assert others
    assert all(trait.phrase == f"{trait.name}: no evidence" for trait in others)


@pytest.mark.parametrize("surface", SURFACES)
def test_evidence_belongs_to_groups_that_reasons_can_have(surface):
    assert set(EVIDENCE[surface]) <= set(ITEM_REASON_GROUPS)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("objective", CREATOR_OBJECTIVES)
def test_every_creator_can_be_told_of_every_item(engines, snapshot, surface, objective):
    rows = engines[surface].retriever.offered[::7]
    for creator_id in snapshot.creators.ids[::9].tolist():
        view = engines[surface].view(creator_id, objective)
        for tell in EVIDENCE[surface].values():
            assert all(evidence.phrase for row in rows[:20] for evidence in tell(view, int(row), -1.0))
