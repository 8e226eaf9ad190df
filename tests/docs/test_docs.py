"""The docs check: links lead somewhere, and each documented `recsys` command exists with its options."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from recsys.cli import MOUNTED, app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```(?:bash|console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands_in(page):
    """Each `recsys …` command of a page's shell blocks, with continued lines joined, as words."""
    blocks = "".join(FENCE.findall(page.read_text("utf-8"))).replace("\\\n", " ")
    lines = (line.strip().removeprefix("$ ") for line in blocks.splitlines())
    return [shlex.split(line, comments=True) for line in lines if line.startswith(("recsys ", "$ recsys "))]


def resolve(words):
    """The command the words call, and the words left for its options."""
    command = get_command(app) if words[0] not in MOUNTED else MOUNTED[words[0]].load(words[0])
    words = words[1:] if words[0] in MOUNTED else words
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_to_files(page):
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documented_commands_exist_with_their_options(page):
    for words in commands_in(page):
        command, rest = resolve(words[1:])
        known = {
            option for parameter in command.params for option in parameter.opts + parameter.secondary_opts
        }
        used = {word.partition("=")[0] for word in rest if word.startswith("--")}

        assert used - {"--help"} <= known, f"{page.name}: {' '.join(words)}"
        assert not hasattr(command, "commands") or not rest or rest[0].startswith("-"), " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_folder_of_one_machine(page):
    assert not re.search(r"(?<![\w.~])/(home|root|work|tmp|opt|Users)/", page.read_text("utf-8"))


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [name for name in MOUNTED if f"recsys {name}" not in readme] == []
