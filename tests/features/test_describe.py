"""The document that describes the features is what the catalogue says."""

from pathlib import Path

from features.describe import CREATOR_COLUMNS, features_markdown

DOCUMENT = Path(__file__).parents[2] / "docs" / "features.md"


def test_the_document_is_what_the_catalogue_says():
    assert DOCUMENT.read_text("utf-8") == features_markdown(), (
        "run: python -m features.describe > docs/features.md"
    )


def test_every_column_of_creators_is_described(snapshot):
    assert set(CREATOR_COLUMNS) == set(snapshot.creators.values)
