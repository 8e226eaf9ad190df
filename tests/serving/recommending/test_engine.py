"""Products and videos for creators from end to end: R34, scores, reasons, and what is refused."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from features.recommending.matrix import item_features
from features.recommending.proposed import proposed
from features.recommending.surfaces import OWNED, SURFACES, allowed, event_codes, items_of
from recsys.bundle import Bundle
from recsys.errors import BundleError, RequestError
from recsys.lift import LIFTS
from recsys.shapley import typical_candidate
from recsys.snapshot import NOTHING, Columns
from recsys.vocabulary import CREATOR_OBJECTIVES, ITEM_EVENTS, ITEM_REASON_GROUPS
from serving.recommending import ItemEngine, opening
from serving.recommending.answers import OF_ITEM

CASES = [(surface, objective) for surface in SURFACES for objective in CREATOR_OBJECTIVES]
WHOLE = 100_000
TRAINING = "training ibis duckdb lightgbm implicit sklearn scipy pandas onnx mlflow optuna matplotlib"


def passing(snapshot, surface, creator_id, objective):
    """Ids of the items that pass every filter for a creator."""
    (row,), _ = snapshot.creators.rows_of(np.array([creator_id]))
    flags = np.logical_and.reduce(list(allowed(snapshot, surface, np.array([row]), objective).values()))
    return items_of(snapshot, surface).ids[flags[0]]


def ids_of(answer):
    return [item.item_id for item in answer.items]


@pytest.fixture(scope="session")
def seller(snapshot):
    """A creator who sells and has a history."""
    sold = snapshot.product_events["event"] == event_codes("sold")[0]
    row = np.bincount(snapshot.product_events["creator"][sold]).argmax()
    return int(snapshot.creators.ids[row])


@pytest.fixture(scope="session")
def forgotten(snapshot, seller):
    """The snapshot as if that creator had never met a product."""
    events, row = snapshot.product_events, snapshot.creators.rows_of(np.array([seller]))[0][0]
    others = events["creator"] != row
    kept = Columns(events.ids[others], {name: values[others] for name, values in events.values.items()})
    return replace(snapshot, product_events=kept)


@pytest.mark.parametrize(("surface", "objective"), CASES)
def test_every_answer_holds_as_many_distinct_items_as_asked_for_or_says_why_not(
    engines, snapshot, surface, objective
):
    for creator_id in snapshot.creators.ids.tolist():
        answer = engines[surface].recommend(creator_id, objective, count=7, explain=0)

        items = ids_of(answer)
        possible = passing(snapshot, surface, creator_id, objective)
        assert len(set(items)) == len(items) <= 7
        assert set(items) <= set(possible.tolist())
        assert answer.filters[-1].left == len(possible)
        assert (len(items) == 7) == (answer.fewer_because is None)
        assert all(np.isfinite([item.score, item.retrieval_score]).all() for item in answer.items)
        assert [item.rank for item in answer.items] == list(range(1, len(items) + 1))


def test_the_answer_names_what_made_it(engines, item_bundles, snapshot, seller):
    answer = engines["products"].recommend(seller, "gmv", 3)

    assert (answer.bundle, answer.snapshot) == (item_bundles["products"].name, snapshot.name)
    assert (answer.as_of, answer.creator_id, answer.asked) == (snapshot.facts.as_of, seller, 3)
    assert answer.catalogue == len(snapshot.products)


@pytest.mark.parametrize("surface", SURFACES)
def test_each_filter_says_how_many_it_left(engines, snapshot, surface, seller):
    filters = engines[surface].recommend(seller, "gmv", 1, explain=0).filters

    (row,), _ = snapshot.creators.rows_of(np.array([seller]))
    left = np.ones(len(items_of(snapshot, surface)), np.bool_)
    for told, (name, flags) in zip(
        filters, allowed(snapshot, surface, np.array([row]), "gmv").items(), strict=True
    ):
        left &= flags[0]
        assert (told.filter, told.left) == (name, left.sum())


@pytest.mark.parametrize("objective", CREATOR_OBJECTIVES)
def test_items_stand_in_the_order_of_the_objectives_model(engines, objective, seller):
    answer = engines["products"].recommend(seller, objective, WHOLE, explain=0)

    scores = [item.score for item in answer.items]
    assert len(scores) > 5
    assert scores == sorted(scores, reverse=True)
    assert [item.place_by_score for item in answer.items] == [item.rank for item in answer.items]
    assert answer.fit_given_up == 0


def test_another_objective_gives_another_list(engines, seller):
    lists = [ids_of(engines["products"].recommend(seller, each, 5, explain=0)) for each in CREATOR_OBJECTIVES]

    assert lists[0] != lists[1]


def test_a_creator_without_history_is_served_by_content_and_popularity(item_bundles, forgotten, seller):
    answer = ItemEngine.of(item_bundles["products"], forgotten).recommend(seller, "gmv", 10, explain=0)

    assert answer.known_items == 0
    assert len(answer.items) == 10
    assert {item.source for item in answer.items} <= {
        "bestsellers", "content.category", "content.audience", "popular", "trend",
    }  # fmt: skip


def test_a_creator_with_history_is_served_by_what_is_chosen_together(engines, seller):
    answer = engines["products"].recommend(seller, "gmv", WHOLE, explain=0)

    assert answer.known_items > 0
    assert "together" in {item.source for item in answer.items}


def test_items_that_arrived_after_training_come_in_by_content_and_those_gone_do_not(engines, seller):
    served = engines["products"]
    trained = set(served.retriever.opened.items.tolist())
    items = served.recommend(seller, "gmv", WHOLE, explain=0).items

    fresh = [item for item in items if item.item_id not in trained]
    assert fresh
    assert {item.source for item in fresh} <= {"content.category", "content.audience", "popular", "trend"}
    assert trained - set(served.snapshot.products.ids.tolist())


def test_more_than_there_are_gives_all_with_the_reason(engines, snapshot, seller):
    answer = engines["products"].recommend(seller, "gmv", WHOLE, explain=0)

    possible = passing(snapshot, "products", seller, "gmv")
    assert sorted(ids_of(answer)) == possible.tolist()
    assert answer.fewer_because == f"only {len(possible)} items pass every filter"


def test_as_many_are_retrieved_as_are_asked_for_though_fewer_go_on_to_the_ranker_otherwise(
    bundle_with, snapshot, seller
):
    narrow = ItemEngine.of(bundle_with("products", candidates=3), snapshot)

    assert narrow.recommend(seller, "gmv", 2, explain=0).ranked == 3
    assert len(narrow.recommend(seller, "gmv", 8, explain=0).items) == 8


def owning_everything(snapshot, creator_row, event):
    """The snapshot in which a creator did `event` with every product, and nobody did anything else."""
    items = np.arange(len(snapshot.products))
    code = int(event_codes(event)[0])
    columns = {
        "creator": np.full(len(items), creator_row, np.int32),
        "item": items.astype(np.int32),
        "event": np.full(len(items), code, np.int8),
        "count": np.ones(len(items), np.float32),
        "age_days": np.ones(len(items), np.float32),
        "gmv": np.zeros(len(items), np.int64),
        "followers": np.zeros(len(items), np.int64),
    }
    ids = (creator_row * len(items) + items) * len(ITEM_EVENTS) + code
    return replace(snapshot, product_events=Columns(ids, columns))


@pytest.mark.parametrize("event", OWNED["products"])
def test_everything_owned_gives_an_empty_answer_that_says_so(item_bundles, snapshot, seller, event):
    (row,), _ = snapshot.creators.rows_of(np.array([seller]))
    owning = ItemEngine.of(item_bundles["products"], owning_everything(snapshot, int(row), event))

    answer = owning.recommend(seller, "gmv", 5)

    assert answer.items == ()
    assert answer.fewer_because == "the filter not_owned removed the last item"
    assert answer.fit_given_up == 0
    assert answer.typical_score is None


def test_without_any_item_on_offer_the_answer_is_empty(item_bundles, snapshot, seller):
    products = dict(snapshot.products.values) | {"available": np.zeros(len(snapshot.products), np.bool_)}
    closed = replace(snapshot, products=Columns(snapshot.products.ids, products))

    answer = ItemEngine.of(item_bundles["products"], closed).recommend(seller, "gmv", 5)

    assert answer.items == ()
    assert answer.fewer_because == "the filter available removed the last item"


@pytest.mark.parametrize("creator_id", [0, -1, 2**62, 2**70, -(2**70)])
def test_an_unknown_creator_is_refused(engines, creator_id):
    with pytest.raises(RequestError, match=f"unknown creator {creator_id}: snapshot-"):
        engines["products"].recommend(creator_id, "gmv")


def test_an_unknown_objective_is_refused(engines, seller):
    with pytest.raises(
        RequestError, match="unknown objective 'views' of a creator, expected gmv or followers"
    ):
        engines["products"].recommend(seller, "views")


@pytest.mark.parametrize(("count", "explain"), [(0, 0), (-3, 0), (5, -1)])
def test_a_senseless_count_is_refused(engines, seller, count, explain):
    with pytest.raises(RequestError, match="expected count ≥ 1 and explain ≥ 0, found"):
        engines["products"].recommend(seller, "gmv", count, explain)


def test_a_reason_of_the_item_alone_says_what_is_typical(engines, seller):
    items = engines["products"].recommend(seller, "gmv", 10).items

    told = [reason for item in items for reason in item.reasons if reason.group in OF_ITEM and reason.numbers]
    assert told
    for reason in told:
        assert f": {reason.numbers[0].phrase}" in reason.phrase
        assert all(evidence.phrase in reason.phrase for evidence in reason.evidence)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_parts_of_a_reason_add_up_to_the_difference_from_the_typical_score(engines, surface, seller):
    answer = engines[surface].recommend(seller, "gmv", 8)

    assert len(answer.items) == 8
    parts = [sum(reason.part for reason in item.reasons) for item in answer.items]
    assert_allclose(parts, [item.score - answer.typical_score for item in answer.items], atol=1e-5)
    for item in answer.items:
        sizes = [abs(reason.part) for reason in item.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert {reason.group for reason in item.reasons} <= set(ITEM_REASON_GROUPS)


def test_the_typical_item_is_the_median_of_those_ranked(engines, snapshot, seller):
    served = engines["products"]
    (row,), _ = snapshot.creators.rows_of(np.array([seller]))
    retrieved = served.retriever.find(int(row), "gmv", 3).retrieved
    pairs, said = proposed(retrieved, served.retriever.signals, np.array([row]), served.retriever.offered)
    typical = typical_candidate(item_features(snapshot, "products", pairs, said))

    answer = served.recommend(seller, "gmv", 3)

    assert answer.ranked == len(pairs)
    assert answer.typical_score == served.scorers["rank_gmv"].exact(typical[None, :])[0]


def test_only_as_many_are_explained_as_asked_for(engines, seller):
    answer = engines["products"].recommend(seller, "gmv", 4, explain=2)

    assert [item.reasons is not None for item in answer.items] == [True, True, False, False]


def test_probabilities_are_the_calibrated_models_and_what_no_model_predicts_is_null(engines, seller):
    answer = engines["products"].recommend(seller, "gmv", 5, explain=0)

    assert all(0 < item.p_taken < 1 for item in answer.items)
    assert all(item.expected_result is None for item in answer.items)
    assert answer.degraded == ()


def test_a_limit_on_brands_is_kept_and_its_cost_told(bundle_with, snapshot, engines, seller):
    limited = bundle_with("products", rerankers=[{"kind": "caps", "at_most": {"brand": 1}}])

    answer = ItemEngine.of(limited, snapshot).recommend(seller, "gmv", 6, explain=0)

    free = engines["products"].recommend(seller, "gmv", 6, explain=0)
    assert len({item.facts.brand_id for item in free.items}) < 6
    assert len({item.facts.brand_id for item in answer.items}) == 6
    assert 0 < answer.fit_given_up < 1
    assert [item.place_by_score for item in answer.items] != [item.rank for item in answer.items]


def test_what_re_rankers_drop_is_told(bundle_with, snapshot, seller):
    strict = {"kind": "caps", "at_most": {"category": 1}, "over_cap": "dropped"}

    answer = ItemEngine.of(bundle_with("products", rerankers=[strict]), snapshot).recommend(seller, "gmv", 40)

    assert len({item.facts.category for item in answer.items}) == len(answer.items)
    assert answer.fewer_because.startswith("the re-rankers dropped ")


def test_exploration_logs_its_chances_and_answers_the_same_again(bundle_with, snapshot, seller):
    exploring = ItemEngine.of(
        bundle_with("products", rerankers=[{"kind": "exploration", "epsilon": 0.5}]), snapshot
    )

    answer = exploring.recommend(seller, "gmv", 8, explain=0)

    propensities = [item.propensity for item in answer.items]
    assert all(0 < chance < 1 for chance in propensities)
    assert [item.place_by_score for item in answer.items] != list(range(1, 9))
    assert exploring.recommend(seller, "gmv", 8, explain=0) == answer
    assert propensities[:3] == [item.propensity for item in exploring.recommend(seller, "gmv", 3, 0).items]


def test_without_exploration_there_are_no_chances(engines, seller):
    assert all(item.propensity is None for item in engines["products"].recommend(seller, "gmv", 3, 0).items)


def test_re_rankers_that_need_what_is_not_known_are_refused_at_opening(bundle_with, snapshot):
    with pytest.raises(BundleError, match="products: re-ranker freshness needs age_days"):
        ItemEngine.of(bundle_with("products", rerankers=[{"kind": "freshness"}]), snapshot)
    with pytest.raises(BundleError, match=r"exploration must be the last re-ranker, found \['exploration'"):
        ItemEngine.of(bundle_with("products", rerankers=[{"kind": "exploration"}, {"kind": "mmr"}]), snapshot)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_re_ranker_that_suits_a_surface_can_be_served(bundle_with, snapshot, surface, seller):
    kinds = ["seen", *(["freshness"] if surface == "inspiration" else []), "mmr"]
    groups = {"category": 4} | ({"brand": 3} if surface == "products" else {"creator": 2, "hook": 4})
    chain = [{"kind": kind} for kind in kinds] + [
        {"kind": "caps", "at_most": groups},
        {"kind": "exploration"},
    ]

    answer = ItemEngine.of(bundle_with(surface, rerankers=chain), snapshot).recommend(seller, "gmv", 10)

    assert len(set(ids_of(answer))) == 10


def test_any_number_of_threads_get_the_same_answers(engines, snapshot):
    creators = snapshot.creators.ids[:12].tolist()

    def asked(creator_id):
        return engines["products"].recommend(creator_id, "gmv", 4, explain=1)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(asked, creators)) == list(map(asked, creators))


@pytest.mark.parametrize("part", opening.PARTS)
def test_a_snapshot_that_was_made_for_matching_alone_is_refused(item_bundles, snapshot, part):
    with pytest.raises(BundleError, match=f"has no {part}; take it with `recsys snapshot`"):
        ItemEngine.of(item_bundles["products"], replace(snapshot, **{part: NOTHING}))


def test_a_bundle_of_another_recipe_is_refused(bundle, snapshot):
    with pytest.raises(
        BundleError, match="expected a bundle of recipe products or inspiration, found 'match'"
    ):
        ItemEngine.of(bundle, snapshot)


@pytest.mark.parametrize("missing", ["rank_gmv", "rank_followers"])
def test_a_bundle_without_a_model_for_each_objective_is_refused(item_contents, snapshot, tmp_path, missing):
    facts, files = item_contents["products"]
    models = {name: model for name, model in facts.models.items() if name != missing}
    golden = tuple(
        row.model_copy(update={"scores": {name: row.scores[name] for name in models}}) for row in facts.golden
    )
    lacking = facts.model_copy(update={"models": models, "golden": golden})

    with pytest.raises(BundleError, match=f"expected a model '{missing}'"):
        ItemEngine.of(Bundle.write(tmp_path, lacking, files), snapshot)


def test_a_probability_that_is_not_calibrated_is_refused(item_contents, snapshot, tmp_path):
    facts, files = item_contents["products"]
    raw = facts.models["taken"].model_copy(update={"calibration": None})
    facts = facts.model_copy(update={"models": facts.models | {"taken": raw}})

    with pytest.raises(BundleError, match=r"models \['taken'\] give no probability"):
        ItemEngine.of(Bundle.write(tmp_path, facts, files), snapshot)


def test_videos_bundle_without_lifts_serves_and_says_so(item_contents, snapshot, tmp_path, seller):
    facts, files = item_contents["inspiration"]
    bare = Bundle.write(tmp_path, facts, {name: files[name] for name in files if name != LIFTS})

    answer = ItemEngine.of(bare, snapshot).recommend(seller, "gmv", 3)

    assert answer.degraded == (f"the bundle has no {LIFTS}: there is no evidence of any trait",)
    traits = [trait for item in answer.items for trait in item.facts.traits]
    assert traits
    assert all(trait.phrase.endswith(": no evidence") for trait in traits)


def test_serving_imports_nothing_of_training():
    code = (
        "import sys, serving.recommending.cli; "
        f"print(*[name for name in {TRAINING.split()!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
