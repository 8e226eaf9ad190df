from pathlib import Path

import numpy as np
import pytest

ITEMS = 4
REAL = Path(__file__).parents[4] / "shared" / "data" / "open_bandit"


def lines_of(propensities, clicks, seed, rows=600):
    """A log in the published format; `propensities` is (items, positions), `clicks` (items,)."""
    rng = np.random.default_rng(seed)
    affinities = [f"user-item_affinity_{item}" for item in range(ITEMS)]
    users = [f"user_feature_{number}" for number in range(4)]
    lines = [
        ",".join(["", "timestamp", "item_id", "position", "click", "propensity_score", *users, *affinities])
    ]
    for row in range(rows):
        position = int(rng.integers(3))
        item = int(rng.choice(ITEMS, p=propensities[:, position]))
        click = int(rng.random() < clicks[item])
        user = [f"u{rng.integers(3)}" for _ in users]
        chance = propensities[item, position]
        cells = [row, "2019-11-24", item, position + 1, click, chance, *user, *[0.0] * ITEMS]
        lines.append(",".join(map(str, cells)))
    return lines


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    """(random, played): two small logs with many clicks; the played policy prefers what is clicked."""
    folder = tmp_path_factory.mktemp("bandit")
    clicks = np.array([0.1, 0.2, 0.3, 0.6])
    played = np.tile(np.array([[0.1], [0.15], [0.25], [0.5]]), 3)
    for name, propensities, seed in (("random", np.full((4, 3), 0.25), 1), ("played", played, 2)):
        (folder / f"{name}.csv").write_text("\n".join(lines_of(propensities, clicks, seed)) + "\n", "utf-8")
    return folder / "random.csv", folder / "played.csv"


@pytest.fixture(scope="session")
def open_bandit():
    """The published logs: (random, Thompson)."""
    if not REAL.is_dir():
        pytest.skip("the folder shared/data/open_bandit is not there")
    return REAL / "random_men.csv.gz", REAL / "bts_men.csv.gz"
