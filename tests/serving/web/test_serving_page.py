"""docs/serving.md: its commands are run against a real service, and what it shows is in the answers."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from serving.web.app import create_app
from serving.web.routes import ROUTES

PAGE = (Path(__file__).parents[3] / "docs" / "serving.md").read_text("utf-8")
BLOCK = re.compile(r"^```bash\n(.*?)^```\n(?:```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BLOCKS = [(commands, shown) for commands, shown in BLOCK.findall(PAGE) if "curl" in commands]
SET_UP = next(commands for commands, _ in BLOCK.findall(PAGE) if commands.startswith("api="))

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.fixture
def address(on_loopback, keyed):
    """Of a service that asks for a key."""
    return on_loopback(create_app(keyed))


@pytest.fixture
def translated(brief, snapshot):
    """Gives a text the ids and words of the small world for those of the demo."""
    creators = snapshot.creators
    market = snapshot.facts.markets.index(brief.market)
    sellers = creators.ids[(creators["has_ecommerce"] > 0) & (creators["market"] == market)]
    words = {
        '"brand_id": 127': f'"brand_id": {brief.brand_id}',
        "10125, 10129": brief.product_ids[0],
        '"market": "US"': f'"market": "{brief.market}"',
        "beauty/hair_care": brief.category,
        "1000011": sellers[0],
        "1000012": sellers[1],
        "1000632": sellers[2],
    }
    known = re.compile("|".join(words))
    return lambda text: known.sub(lambda found: str(words[found[0]]), text)


def run(commands):
    """What the commands of a block answer."""
    # Each answer on a line of its own.
    apart = commands.replace("curl -s", "curl -s -w '\\n'")
    done = subprocess.run(["bash", "-euc", apart], capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def assert_shown(shown, answer, where=""):
    """Every key that the page shows is in the answer, with a value of its kind."""
    if isinstance(shown, dict):
        assert shown.keys() <= answer.keys(), where
        for key, value in shown.items():
            assert_shown(value, answer[key], f"{where}.{key}")
    elif isinstance(shown, list):
        assert len(answer) >= len(shown), where
        for one, other in zip(shown, answer, strict=False):
            assert_shown(one, other, f"{where}[]")
    else:
        assert type(shown) is type(answer), where


@pytest.mark.parametrize(("commands", "shown"), BLOCKS, ids=range(len(BLOCKS)))
def test_commands_are_answered_as_the_page_shows(address, key, translated, commands, shown):
    meant = json.loads(shown) if shown else {}
    here = f"api={address}\nkey='Authorization: Bearer {key[1]}'\n"

    answers = run(translated(SET_UP) + here + translated(commands))

    assert len(answers) == commands.count("curl ")
    refused = [answer for answer in answers if "status" in answer and "title" in answer]
    assert [answer["status"] for answer in refused] == ([meant["status"]] if "title" in meant else [])
    assert_shown(meant, answers[-1])


def test_the_client_of_the_page_is_answered(address, key, translated):
    code = re.search(r"^```python\n(.*?)^```\n", PAGE, re.MULTILINE | re.DOTALL)[1]
    here = {"127.0.0.1:8080": address.removeprefix("http://"), "rk_…": key[1]}
    names = {}

    exec(re.sub("|".join(here), lambda found: here[found[0]], translated(code)), names)  # noqa: S102  our own page

    assert len(names["scores"]) == 2


def test_the_page_names_every_question():
    table = PAGE.partition("| question |")[2].partition("```")[0]

    assert set(re.findall(r"`(\w+)`", table)) == {*ROUTES, "batch"}
