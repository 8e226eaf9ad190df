import subprocess
import sys

import pytest

from recsys.errors import TableError
from recsys.published import PUBLISHED


@pytest.mark.parametrize("published", PUBLISHED.values(), ids=PUBLISHED)
def test_a_folder_without_the_files_is_refused_with_where_they_are_published(published, tmp_path):
    with pytest.raises(TableError, match=published.files[0]) as refused:
        published.read(tmp_path)
    assert published.published in str(refused.value)


@pytest.mark.parametrize("published", PUBLISHED.values(), ids=PUBLISHED)
def test_a_file_without_the_columns_is_refused(published, write):
    for file in published.files:
        folder = write(file, {"other": [1]})

    with pytest.raises(TableError, match=r"lacks the columns \["):
        published.read(folder)


@pytest.mark.parametrize("published", PUBLISHED.values(), ids=PUBLISHED)
def test_a_file_that_is_no_parquet_is_refused(published, tmp_path):
    for file in published.files:
        (tmp_path / file).write_text("no Parquet")

    with pytest.raises(TableError, match=f"{published.name}: .* is not as published"):
        published.read(tmp_path)


def test_the_loaders_can_be_imported_before_the_tables():
    imported = [sys.executable, "-c", "import recsys.published; import recsys.tables"]

    assert subprocess.run(imported, check=False, capture_output=True).returncode == 0
