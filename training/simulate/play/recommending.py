"""Products and videos in a play: each week a policy chooses what some creators see, and the world answers."""

from collections.abc import Iterator

import numpy as np

from recsys.arrays import Ints
from training.simulate.activity.outreach import interaction_rows
from training.simulate.clock import ABSENT
from training.simulate.columns import Values
from training.simulate.draws import stream
from training.simulate.play.adopted import Answered, Showing, answer
from training.simulate.play.ground import Ground
from training.simulate.play.items import PRODUCT, ItemQuestion, Recommender
from training.simulate.play.question import Observed
from training.simulate.play.scene import BlockLife
from training.simulate.play.shown_log import ShownLog
from training.simulate.play.slots import Limits, fill
from training.simulate.play.wishlists import KINDS, Wishlist, Wishlists

WRITTEN = ("videos", "video_visibility", "video_daily", "interactions")
"""The tables that adopting adds rows to, besides `showcase`."""


class Recommending:
    """A recommender on a play's ground; `week` plays a week once."""

    def __init__(self, wishlists: Wishlists, ground: Ground, recommender: Recommender) -> None:
        self.wishlists, self.ground, self.recommender = wishlists, ground, recommender
        given = wishlists.config
        self.places = dict(zip(KINDS, (given.products, given.videos), strict=True))
        self.adopted: set[tuple[int, int]] = set()
        """Creator and product of all adoptions so far: not shown again."""
        self.logs: list[ShownLog] = []
        """Of the weeks played so far."""

    def week(self, week: int, observed: Observed) -> None:
        """Ask the recommender for every asked creator, and put what comes of it on the ground."""
        kinds = [kind for kind in KINDS if self.places[kind]]
        if kinds:
            self.recommender.learn(observed)
        for kind in kinds:
            for number, offered in enumerate(self.wishlists.of(kind, week)):
                self._block(week, number, offered)

    def _block(self, week: int, number: int, offered: Wishlist) -> None:
        showings = list(self._showings(week, offered))
        if not showings:
            return
        showing = Showing.joined([shown for shown, _ in showings])
        answered = answer(offered, showing)
        candidates = np.repeat([count for _, count in showings], [len(shown) for shown, _ in showings])
        log = _log(week - self.wishlists.scene.weeks[0], offered, showing, (answered, candidates))
        self.logs.append(log)
        self._write(week, number, offered, (answered, log))

    def _showings(self, week: int, offered: Wishlist) -> Iterator[tuple[Showing, int]]:
        """What each creator is shown, and of how many candidates."""
        seed = self.wishlists.scene.cast.config.seed
        for row, creator_id in enumerate(offered.creator_ids.tolist()):
            rows = self._candidates(offered, row, creator_id)
            question = ItemQuestion(offered.kind, week, creator_id, offered.item_ids[rows])
            rng = stream(seed, f"exploration {offered.kind} {week}", creator_id)
            if len(rows):
                yield self._showing(question, rows, rng), len(rows)

    def _candidates(self, offered: Wishlist, row: int, creator_id: int) -> Ints:
        rows = np.arange(*offered.rows_of(row).indices(len(offered.wishes)))
        if offered.kind != PRODUCT:
            return rows
        fresh = [(creator_id, item) not in self.adopted for item in offered.item_ids[rows].tolist()]
        return rows[np.array(fresh, np.bool_)]

    def _showing(self, question: ItemQuestion, rows: Ints, rng: np.random.Generator) -> Showing:
        free = np.ones(len(rows), np.bool_)
        limits = Limits(self.places[question.kind], 0, np.zeros(len(rows), np.int64), free)
        slots = fill(self.recommender.rank(question), limits, self.recommender.exploration, rng)
        return Showing(rows[slots.candidate], np.arange(len(slots)) + 1, slots.propensity)

    def _write(self, week: int, number: int, offered: Wishlist, came: tuple[Answered, ShownLog]) -> None:
        answered, log = came
        life = self.wishlists.scene.blocks[number]
        rows = answered.activity.rows()
        written = {name: rows[name] for name in WRITTEN}
        written["interactions"] = _interaction_rows(life, answered)
        if offered.kind == PRODUCT:
            written["showcase"] = _showcase_rows(offered, log)
            pairs = zip(log.creator_id[log.adopted], log.item_id[log.adopted], strict=True)
            self.adopted.update((int(creator), int(item)) for creator, item in pairs)
        self.ground.recommended(week, number, KINDS.index(offered.kind), (answered.activity, written))


def _interaction_rows(life: BlockLife, answered: Answered) -> dict[str, Values]:
    """The table `interactions`; videos are those the block's creators made on their own."""
    block, events = answered.activity.block, answered.activity.interactions
    rows, own = interaction_rows(block, events), interaction_rows(life.own.block, events)
    return rows | {"item_id": own["item_id"]}


def _showcase_rows(offered: Wishlist, log: ShownLog) -> dict[str, Values]:
    """The table `showcase`: adopted products, for good."""
    taken = log.take(log.adopted)
    row = np.searchsorted(offered.creator_ids, taken.creator_id)
    return {
        "creator_id": taken.creator_id,
        "product_id": taken.item_id,
        "added_at": offered.asked.at[row],
        "removed_at": np.full(len(taken), ABSENT),
    }


def _log(week: int, offered: Wishlist, showing: Showing, came: tuple[Answered, Ints]) -> ShownLog:
    answered, candidates = came
    wishes, size = offered.wishes.take(showing.wish), len(showing)
    is_product = offered.kind == PRODUCT
    return ShownLog(
        week=np.full(size, week),
        is_video=np.full(size, not is_product),
        creator_id=offered.creator_ids[wishes.asked],
        item_id=offered.item_ids[showing.wish],
        place=showing.place,
        candidates=candidates,
        propensity=showing.propensity,
        noticed=answered.noticed,
        adopted=answered.adopted,
        chance=answered.chance,
        gmv=answered.gmv,
        expected_gmv=answered.chance * wishes.worth * is_product,
    )
