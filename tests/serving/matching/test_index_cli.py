"""`recsys index` where there is nothing to learn."""

from typer.testing import CliRunner

from recsys.cli import app


def test_without_a_large_market_nothing_is_written_and_it_is_said_why(bundle, snapshot, tmp_path):
    pair = ["--bundle", str(bundle.path), "--snapshot", str(snapshot.path)]

    refused = CliRunner().invoke(app, ["index", *pair, "--out", str(tmp_path / "indexes")])

    assert refused.exit_code == 2
    assert f"found at most {largest_market(snapshot)}" in refused.stderr
    assert "more than --scored" in refused.stderr
    assert not (tmp_path / "indexes").exists()


def largest_market(snapshot):
    """Creators in it."""
    codes = snapshot.creators["market"].tolist()
    return max(codes.count(code) for code in set(codes) if code >= 0)
