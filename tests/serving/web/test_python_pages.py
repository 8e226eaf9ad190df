"""Python of the docs and the README runs as it stands, on folders laid out as `make demo` leaves them."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
PAGES = [
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("answers", "insights", "creators", "serving-times")),
]
PYTHON = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


@pytest.fixture
def demo(release, brief, tmp_path, monkeypatch):
    """A working folder with the small world in the places of the demo."""
    places = {
        "snapshots": release.snapshot,
        "champion": release.match,
        "products": release.products,
        "inspiration": release.inspiration,
        "lists": release.lists[0],
    }
    for name, folder in places.items():
        (tmp_path / "demo" / name).mkdir(parents=True)
        (tmp_path / "demo" / name / folder.name).symlink_to(folder)
    briefs = tmp_path / "configs" / "briefs"
    briefs.mkdir(parents=True)
    said = yaml.safe_dump(brief.model_dump(mode="json"))
    (briefs / "hair_care_us.yaml").write_text(said, "utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def translated(snapshot, brief):
    """Gives a text the ids of the small world for those of the demo; fewer creators are timed."""
    sellers = snapshot.creators.ids[snapshot.creators["has_ecommerce"] > 0]
    words = {
        "1000190": sellers[0],
        "brand_id=7": f"brand_id={brief.brand_id}",
        "listed], 200)": "listed], 5)",
    }
    known = re.compile("|".join(map(re.escape, words)))
    return lambda text: known.sub(lambda found: str(words[found[0]]), text)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_of_a_page_runs_and_is_answered(page, translated, capsys):
    (code,) = PYTHON.findall(page.read_text("utf-8"))
    names = {}

    exec(translated(code), names)  # noqa: S102  it is our own page

    answers = [names[name] for name in ("answer", "slate", "page", "like_them") if name in names]
    assert all(answer.items for answer in answers if hasattr(answer, "items"))
    assert answers or "insights [" in capsys.readouterr().out
