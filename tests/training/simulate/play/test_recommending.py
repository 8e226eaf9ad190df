from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.tables.check import check
from recsys.tables.read import read_tables
from training.simulate.cast.creators import FIRST_ID
from training.simulate.clock import ABSENT, DAY
from training.simulate.play.adopted import Showing, answer
from training.simulate.play.config import WEEK
from training.simulate.play.ground import Ground
from training.simulate.play.items import PRODUCT, VIDEO
from training.simulate.play.loop import Play
from training.simulate.play.recommenders import RECOMMENDERS
from training.simulate.play.recommending import Recommending
from training.simulate.play.registry import PLAYED, POLICIES, Seat
from training.simulate.play.shown_log import ShownLog
from training.simulate.play.wishlists import KINDS, Wishlists

SEED, EXPLORATION = 3, 0.25
every_recommender = pytest.mark.parametrize("name", PLAYED)


@dataclass(frozen=True)
class Recommended:
    """A play in which creators are invited at random, and shown what one recommender chooses."""

    log: ShownLog
    tables: Path
    invitations: np.ndarray


@pytest.fixture(scope="module")
def eager(config):
    """Creators who adopt most of what they click, so that a small world shows something."""
    given = config.recommended.model_copy(update={"adopt_logit": 3.0, "creators_a_week": 70})
    return config.model_copy(update={"recommended": given})


@pytest.fixture(scope="module")
def wishlists(eager, scene):
    return Wishlists(eager.recommended, scene)


@pytest.fixture(scope="module")
def recommended(eager, scene, written, wishlists, tmp_path_factory):
    """Recommender → its play; each is played once for all tests, unless `again` is another."""
    done = {}

    def of(name: str, again: int = 0) -> Recommended:
        if (name, again) not in done:
            ground = Ground(scene, written, tmp_path_factory.mktemp("recommended") / name)
            recommending = Recommending(wishlists, ground, RECOMMENDERS[name](EXPLORATION, wishlists.worth))
            play = Play(eager, scene, ground)
            log = play.run(POLICIES["random"](Seat(eager, SEED, play.truth)), recommending)
            done[name, again] = Recommended(ShownLog.joined(recommending.logs), ground.folder, log.creator_id)
        return done[name, again]

    return of


def products_of(log):
    return log.take(~log.is_video)


@every_recommender
def test_each_creator_is_shown_as_many_different_items_as_there_are_places_or_candidates(
    recommended, eager, name
):
    log = recommended(name).log

    keys = np.column_stack([log.week, log.is_video, log.creator_id])
    _, first, each = np.unique(keys, axis=0, return_index=True, return_counts=True)

    places = np.where(log.is_video[first], eager.recommended.videos, eager.recommended.products)
    assert_array_equal(each, np.minimum(places, log.candidates[first]))
    assert len(np.unique(np.column_stack([keys, log.item_id]), axis=0)) == len(log)


@every_recommender
def test_no_product_is_owned_or_taken_off_or_of_another_market(recommended, scene, name):
    log = products_of(recommended(name).log)
    products, row = scene.cast.products, log.creator_id - FIRST_ID
    item = np.searchsorted(products.ids, log.item_id)
    starts = scene.starts_at(scene.weeks[0]) + log.week * WEEK * DAY
    owned = {
        (creator, product)
        for life in scene.blocks
        for creator, shelf, added in zip(
            life.block.creators.ids, life.shelves.product, life.shelves.added_at, strict=True
        )
        for product in products.ids[shelf[added != ABSENT]]
    }

    assert (products.market[item] == scene.creators.market[row]).all()
    assert scene.creators.sells[row].all()
    assert (products.created_at[item] <= starts + WEEK * DAY).all()
    assert ((products.removed_at[item] == ABSENT) | (products.removed_at[item] > starts)).all()
    assert not owned & set(zip(log.creator_id, log.item_id, strict=True))


@every_recommender
def test_no_adopted_product_is_shown_to_its_creator_again(recommended, name):
    log = products_of(recommended(name).log)
    adopted = log.take(log.adopted)
    weeks = dict(zip(zip(adopted.creator_id, adopted.item_id, strict=True), adopted.week, strict=True))

    assert len(weeks) == len(adopted) > 0
    assert all(
        week <= weeks.get((creator, item), week)
        for creator, item, week in zip(log.creator_id, log.item_id, log.week, strict=True)
    )


@every_recommender
def test_propensities_are_those_of_the_draw(recommended, name):
    log = recommended(name).log
    explores = {"random": 1.0, "engine": EXPLORATION}.get(name, 0.0)
    even = explores / (log.candidates - log.place + 1)

    is_best = np.isclose(log.propensity, even + 1 - explores)

    assert (is_best | np.isclose(log.propensity, even)).all()
    assert is_best.mean() >= 1 - explores


@pytest.mark.parametrize("name", ["random", "popularity"])
def test_a_play_with_recommendations_can_be_played_again(recommended, name):
    first, second = recommended(name).log, recommended(name, again=1).log

    for column in ("item_id", "propensity", "adopted", "gmv"):
        assert_array_equal(getattr(first, column), getattr(second, column))


def test_the_tables_with_recommendations_keep_every_rule_of_the_contract(recommended):
    report = check(read_tables(recommended("oracle").tables))

    assert [breach.rule.rule_id for breach in report.breaches] == []


def test_without_places_a_play_is_what_it_was(config, scene, written, played, tmp_path):
    none = config.recommended.model_copy(update={"products": 0, "videos": 0})
    ground = Ground(scene, written, tmp_path / "ground")
    wishlists = Wishlists(none, scene)
    play = Play(config, scene, ground)

    recommending = Recommending(wishlists, ground, RECOMMENDERS["random"](0, wishlists.worth))
    play.run(POLICIES["random"](Seat(config, SEED, play.truth)), recommending)

    before = played("random").tables
    files = sorted(path.relative_to(before) for path in before.rglob("*.parquet"))
    assert files == sorted(path.relative_to(ground.folder) for path in ground.folder.rglob("*.parquet"))
    assert all((before / file).read_bytes() == (ground.folder / file).read_bytes() for file in files)
    assert recommending.logs == []


def test_everybody_meets_the_same_luck_under_every_recommender(recommended):
    """What two recommenders showed the same creator in the same place is adopted under both or neither."""
    found = []
    for name in ("random", "oracle", "popularity"):
        log = products_of(recommended(name).log)
        key = zip(log.week, log.creator_id, log.item_id, log.place, strict=True)
        found.append(dict(zip(key, zip(log.noticed, log.adopted, log.gmv, strict=True), strict=True)))

    for one, other in ((0, 1), (0, 2), (1, 2)):
        common = found[one].keys() & found[other].keys()
        assert len(common) > 10
        assert all(found[one][key] == found[other][key] for key in common)


def test_what_creators_do_on_their_own_does_not_depend_on_what_they_are_shown(recommended, written):
    for name in ("random", "oracle"):
        for table in ("videos", "video_daily", "interactions", "showcase"):
            own = recommended(name).tables / table / "part-00000.parquet"
            assert own.read_bytes() == (written / table / "part-00000.parquet").read_bytes()


def test_the_oracle_expects_to_earn_more_than_anybody(recommended):
    expected = {name: products_of(recommended(name).log).expected_gmv.sum() for name in PLAYED}

    assert max(expected, key=expected.get) == "oracle"


def test_adoptions_are_as_frequent_as_their_chances_say(recommended):
    logs = [recommended(name).log for name in ("random", "oracle", "popularity", "engine")]
    products = [products_of(log) for log in logs]
    adopted = sum(log.adopted.sum() for log in products)
    chances = np.concatenate([log.chance for log in products])

    assert abs(adopted - chances.sum()) < 4 * np.sqrt((chances * (1 - chances)).sum() * len(logs))


def test_what_is_shown_and_done_is_in_the_tables_with_places_and_chances(recommended, written):
    played = recommended("oracle")
    before, after = (read_tables(folder)["interactions"].count() for folder in (written, played.tables))
    rows = read_tables(played.tables)["interactions"].to_pyarrow().to_pylist()
    ours = [row for row in rows if row["event"] == "shown" and row["position"] is not None]
    found = {(row["creator_id"], row["item_id"], row["position"], row["propensity"]) for row in ours}
    log = played.log

    shown = zip(log.creator_id, log.item_id, log.place, log.propensity, strict=True)

    assert after.to_pyarrow().as_py() > before.to_pyarrow().as_py() + len(log)
    assert set(shown) <= found


def test_an_adopted_product_is_in_the_showcase_and_in_one_or_two_videos_soon(recommended, scene, eager):
    played = recommended("oracle")
    tables, log = read_tables(played.tables), products_of(played.log)
    showcase = tables["showcase"].to_pyarrow().to_pylist()
    added = {(row["creator_id"], row["product_id"]): row["added_at"] for row in showcase}
    videos = [row for row in tables["videos"].to_pyarrow().to_pylist() if row["video_id"] % 10**8 >= 10**7]
    videos = [row for row in videos if row["campaign_id"] is None and row["campaign_type"] == "review"]
    days = []

    for creator, product in zip(log.creator_id[log.adopted], log.item_id[log.adopted], strict=True):
        posted = [
            row["posted_at"]
            for row in videos
            if row["creator_id"] == creator and row["product_ids"] == [product]
        ]
        assert len(posted) <= 2
        days += [(at - added[creator, product]).total_seconds() / DAY for at in posted]

    assert len(days) > log.adopted.sum() * 0.8
    assert 0 < min(days) <= max(days) <= eager.recommended.post_days


def test_recommended_gmv_is_in_the_creators_daily_gmv(recommended, scene, played):
    with_items, without = (
        read_tables(folder)["creator_daily"].gmv_high.sum().to_pyarrow().as_py()
        for folder in (recommended("oracle").tables, played("random").tables)
    )
    log = recommended("oracle").log
    shown_openly = ~scene.creators.withholds[log.creator_id - FIRST_ID]

    assert with_items - without >= log.gmv[shown_openly].sum() > 0


def test_creators_make_one_video_at_most_of_what_they_saw_in_a_week_with_its_hook(recommended):
    played = recommended("oracle")
    log = played.log.take(played.log.is_video & played.log.adopted)
    videos = read_tables(played.tables)["videos"].select("video_id", "creator_id", "posted_at", "hook")
    hooks = {row["video_id"]: row for row in videos.to_pyarrow().to_pylist()}
    made = {(row["creator_id"], row["posted_at"]): row["hook"] for row in hooks.values()}
    events = read_tables(played.tables)["interactions"]
    created = events.filter(events.event == "created").to_pyarrow().to_pylist()
    shown = set(zip(log.creator_id, log.item_id, strict=True))

    pairs = [
        (made[row["creator_id"], row["at"]], hooks[row["item_id"]]["hook"])
        for row in created
        if (row["creator_id"], row["item_id"]) in shown
    ]

    assert len(np.unique(np.column_stack([log.week, log.creator_id]), axis=0)) == len(log) > 5
    assert len(pairs) >= len(log)
    read = [pair for pair in pairs if None not in pair]
    assert read
    assert all(ours == theirs for ours, theirs in read)


def test_successful_creators_are_not_shown_their_own_videos(wishlists, scene):
    for offered in wishlists.of(VIDEO, scene.weeks[0]):
        owners = scene.blocks[offered.made.block.number].own.posts.creator[offered.wishes.item]
        assert not np.isin(offered.asked.creator[offered.wishes.asked], owners).any()


def test_a_lower_place_is_clicked_less(wishlists, scene):
    offered = wishlists.of(PRODUCT, scene.weeks[0])[0]
    rows = np.arange(len(offered.wishes))

    first, ninth = (
        answer(offered, Showing(rows, np.full(len(rows), place), np.ones(len(rows)))) for place in (1, 9)
    )

    assert_allclose(ninth.chance, first.chance / 3)
    assert 0 < ninth.noticed.sum() < first.noticed.sum()
    assert not (ninth.adopted & ~first.adopted).any()


def test_what_is_worth_more_brings_more(wishlists, scene):
    worth, brought = [], []
    for week in scene.weeks:
        for offered in wishlists.of(PRODUCT, week):
            rows = np.flatnonzero(np.isin(offered.wishes.makes, offered.makes))
            answered = answer(offered, Showing(rows, np.ones(len(rows), np.int64), np.ones(len(rows))))
            worth += offered.wishes.worth[rows].tolist()
            brought += answered.gmv.tolist()
    order, brought = np.argsort(worth), np.array(brought)

    lower, upper = (brought[rows].mean() for rows in np.array_split(order, 2))

    assert len(worth) > 20
    assert lower * 3 < upper


@pytest.mark.parametrize("kind", KINDS)
def test_the_asked_are_those_who_can_be(wishlists, scene, eager, kind):
    week = scene.weeks[0]
    ids = np.concatenate([offered.creator_ids for offered in wishlists.of(kind, week)])
    rows = ids - FIRST_ID

    assert len(np.unique(ids)) == len(ids) <= eager.recommended.creators_a_week
    assert (scene.creators.created_at[rows] < scene.starts_at(week)).all()
