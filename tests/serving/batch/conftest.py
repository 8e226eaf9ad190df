"""Two briefs, and pairs of them with creators of the small marketplace, in no order."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from serving.batch.here import score_here, work_of
from serving.batch.pairs import PAIRS, Job
from serving.batch.parts import parts_of

FACTS = {"snapshot": "of a test"}


@pytest.fixture(scope="session")
def briefs(brief):
    return {"sales": brief, "views": brief.model_copy(update={"objective": "views"})}


@pytest.fixture(scope="session")
def job(cascaded, snapshot, briefs):
    return Job(cascaded.path, snapshot.path, briefs)


@pytest.fixture(scope="session")
def write_pairs():
    """Path, names of briefs and ids of creators → a Parquet file of the pairs."""

    def write(path, names, ids, **options):
        pq.write_table(pa.table({"brief": names, "creator_id": ids}, schema=PAIRS), path, **options)
        return path

    return write


@pytest.fixture(scope="session")
def pairs(snapshot, write_pairs, tmp_path_factory):
    """500 pairs, some of them twice, in row groups of 100."""
    rng = np.random.default_rng(7)
    names = rng.choice(["sales", "views"], 500).tolist()
    path = tmp_path_factory.mktemp("pairs") / "pairs.parquet"
    return write_pairs(path, names, rng.choice(snapshot.creators.ids, 500), row_group_size=100)


@pytest.fixture(scope="session")
def score_to(job):
    """Folder and pairs → how many rows are in its parts when the job is done."""
    usual = job

    def of(folder, pairs=None, rows=100, job=usual, restart=False, advance=lambda _: None):
        with parts_of(folder, work_of(job, pairs), FACTS, rows, restart) as parts:
            return score_here(job, pairs, parts, advance)

    return of
