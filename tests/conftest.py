"""What tests of every package share."""

import shutil
from datetime import UTC, datetime

import numpy as np
import pytest

from recsys.snapshot import NOTHING, Columns, Snapshot, SnapshotFacts

QUICK = {
    "spark.sql.shuffle.partitions": "1",
    # A few rows are computed long before a compiler has made code for them: a third of the time without.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def spark():
    """A local Spark as a backend; tests that ask for it are skipped where it cannot run."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    backend = pytest.importorskip("recsys.tables.spark").connect("local[1]", **QUICK)
    yield backend
    backend.disconnect()


@pytest.fixture(scope="session")
def four_creators():
    """A snapshot of four creators of the US market, ids 10, 20, 30 and 40, alike but for what is changed."""
    countries = ("BR", "GB", "US")
    facts = SnapshotFacts(
        as_of=datetime(2024, 3, 1, tzinfo=UTC),
        policies={"US": "2023-09"},
        data={},
        vocabularies={
            "country": countries, "state": ("GB-ENG", "US-CA", "US-NY"), "gender": ("female", "male"),
        },
        categories=("baby/toys", "beauty/hair_care", "beauty/perfume"),
        markets=("GB", "US"),
        countries=countries,
        languages=("en", "es", "pt"),
        facets={"hook": ("question", "story")},
        feature_names=(),
    )  # fmt: skip
    alike = {
        "market": 1, "country": 2, "main_country": 2, "main_state": 1, "category": 1, "language": 0,
        "has_ecommerce": True, "followers": 1e4, "mean_views": 1e3, "gmv_low_28": 0, "gmv_high_28": 0,
        "price_median": 2e3, "days_since_post": 1.0, "audience_gender": np.full(2, 0.5, np.float32),
    }  # fmt: skip

    def of(**changes):
        values = {name: np.array([value] * 4) for name, value in alike.items()}
        values |= {name: np.array(changed) for name, changed in changes.items()}
        return Snapshot(facts, Columns(np.array([10, 20, 30, 40]), values), NOTHING, NOTHING, NOTHING)

    return of
