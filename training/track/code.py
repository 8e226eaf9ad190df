"""Which code made a run: the package's version, and the commit where it runs from a checkout."""

import subprocess
from pathlib import Path

from recsys import __version__


def code_facts() -> dict[str, str]:
    """`code.version`, and from a checkout `code.commit`, with `+changes` if files differ from it."""
    facts = {"code.version": __version__}
    here = Path(__file__).resolve()
    # A wheel installed below someone's repository is not that repository's code.
    if _git(here.parent, "ls-files", "--error-unmatch", here.name) is not None:
        commit = _git(here.parent, "rev-parse", "HEAD")
        changes = _git(here.parent, "status", "--porcelain", "--untracked-files=no")
        if commit:
            facts["code.commit"] = commit + ("+changes" if changes else "")
    return facts


def _git(folder: Path, *words: str) -> str | None:
    """What git answers; None without git or if it refuses."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
