"""The document that describes the features is what the catalogue says."""

from pathlib import Path

import pytest

from features.describe import features_markdown
from features.meanings import CREATOR_COLUMNS, EVENT_COLUMNS, HISTORY_COLUMNS, PRODUCT_COLUMNS, VIDEO_COLUMNS

DOCUMENT = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_document_is_what_the_catalogue_says():
    assert DOCUMENT.read_text("utf-8") == features_markdown(), (
        "run: python -m features.describe > docs/features.md"
    )


@pytest.mark.parametrize(
    ("part", "meanings"),
    [
        ("creators", CREATOR_COLUMNS),
        ("creator_days", HISTORY_COLUMNS),
        ("products", PRODUCT_COLUMNS),
        ("videos", VIDEO_COLUMNS),
        ("product_events", EVENT_COLUMNS),
        ("video_events", EVENT_COLUMNS),
    ],
)
def test_every_column_is_described(snapshot, part, meanings):
    assert set(meanings) == set(getattr(snapshot, part).values)
