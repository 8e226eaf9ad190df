"""R8: what a creator does worse never raises their cooperation index or place, whoever their peers are.

10,000 random histories go through the tables and expressions twice: as they are, and each a little worse.
What one creator does has no influence on another's inputs, so each can be made worse alone among their peers.
"""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from features.lists.gather import inputs_of
from features.lists.groups import columns, take
from features.lists.standing import stand
from recsys.periods import Period

HISTORIES, PEERS = 10_000, 50
DAY = Period.of("day", date(2024, 6, 28))
START = DAY.quarter_start
LENGTH = (DAY.end - START).days
COOPERATION = ("messages_90", "answers_90", "waited_90", "samples_decided", "samples_fulfilled")


def moment(days):
    """Truncated to seconds, as all times of the contract."""
    return START + timedelta(seconds=int(days * 86_400))


class Histories:
    """What each creator did with brands' messages and samples; `rows` are the tables."""

    def __init__(self, seed, creators=HISTORIES):
        self.rng, self.creators = np.random.default_rng(seed), range(creators)
        self.messages = [self._messages() for _ in self.creators]
        self.samples = [self._samples() for _ in self.creators]

    def _messages(self):
        """(sent, answered after or None) in days."""
        number, answering = self.rng.integers(0, 6), self.rng.random()
        return [
            (self.rng.uniform(0, LENGTH), self.rng.exponential(2) if self.rng.random() < answering else None)
            for _ in range(number)
        ]

    def _samples(self):
        """(received, video posted after or None) in days."""
        number, keeping = self.rng.integers(0, 5), self.rng.random()
        return [
            (self.rng.uniform(0, LENGTH), self.rng.uniform(0, 13) if self.rng.random() < keeping else None)
            for _ in range(number)
        ]

    def worsen(self):
        """Make every history worse in one way."""
        for creator in self.creators:
            ways = (
                self._slower,
                self._unanswered,
                self._one_more_message,
                self._broken,
                self._one_more_sample,
            )
            ways[int(self.rng.integers(len(ways)))](creator)
        return self

    def _slower(self, creator):
        self.messages[creator] = [
            (sent, None if answer is None else answer + self.rng.exponential(3))
            for sent, answer in self.messages[creator]
        ]

    def _unanswered(self, creator):
        self.messages[creator] = [(sent, None) for sent, _ in self.messages[creator]]

    def _one_more_message(self, creator):
        self.messages[creator].append((self.rng.uniform(0, LENGTH), None))

    def _broken(self, creator):
        self.samples[creator] = [(received, None) for received, _ in self.samples[creator]]

    def _one_more_sample(self, creator):
        self.samples[creator].append((self.rng.uniform(0, LENGTH), None))

    @property
    def rows(self):
        long_ago = datetime.fromisoformat("2023-10-01")
        rows = {
            "creators": [{"creator_id": creator, "created_at": long_ago} for creator in self.creators],
            "creator_daily": [{"creator_id": 0, "day": long_ago.date()}],
            "messages": [], "samples": [], "videos": [], "video_visibility": [],
        }  # fmt: skip
        for creator in self.creators:
            self._add(rows, creator)
        return rows

    def _add(self, rows, creator):
        for number, (sent, answer) in enumerate(self.messages[creator]):
            replied = None if answer is None else moment(sent + answer)
            rows["messages"].append(
                {"message_id": 100 * creator + number, "creator_id": creator, "sent_at": moment(sent),
                 "replied_at": replied}
            )  # fmt: skip
        for number, (received, posted) in enumerate(self.samples[creator]):
            name = 100 * creator + number
            sample = {
                "requested_at": moment(received),
                "shipped_at": moment(received),
                "received_at": moment(received),
            }
            rows["samples"].append({"sample_id": name, "creator_id": creator, "product_id": name, **sample})
            if posted is not None:
                at = moment(received + posted)
                rows["videos"].append(
                    {"video_id": name, "creator_id": creator, "posted_at": at, "product_ids": [name]}
                )
                rows["video_visibility"].append({"video_id": name, "public_from": at})


@pytest.fixture(scope="module")
def before_and_after(tables_of, policies):
    histories = Histories(seed=8)
    before = columns(inputs_of(tables_of(histories.rows), DAY, policies))
    after = columns(inputs_of(tables_of(histories.worsen().rows), DAY, policies))
    return before, after


def test_no_worsening_ever_raises_an_index_or_a_place(before_and_after, rules, fits):
    before, after = before_and_after
    gmv = np.random.default_rng(0).integers(0, 5, HISTORIES)
    lower, worse = 0, 0
    for creator in range(HISTORIES):
        peers = np.arange(PEERS) + creator // PEERS * PEERS
        inputs, row = take(before, peers) | {"gmv_low": gmv[peers]}, creator % PEERS
        worsened = {
            name: np.where(peers == creator, after[name][peers], inputs[name]) for name in COOPERATION
        }
        was, became = (stand("cooperation", each, rules, fits) for each in (inputs, inputs | worsened))
        assert became.index[row] <= was.index[row], creator
        assert became.place[row] >= was.place[row], creator
        lower += became.index[row] < was.index[row]
        worse += became.place[row] > was.place[row]

    assert lower > HISTORIES / 3
    assert worse > HISTORIES / 3


def test_what_one_creator_does_is_in_nobody_elses_inputs(tables_of, policies):
    histories = Histories(seed=3, creators=20)
    before = inputs_of(tables_of(histories.rows), DAY, policies).to_pylist()
    histories.messages[4].append((5.0, None))
    histories.samples[4].append((9.0, None))
    after = inputs_of(tables_of(histories.rows), DAY, policies).to_pylist()

    assert [place for place in range(20) if before[place] != after[place]] == [4]
