"""`recsys serve` refuses what cannot be served before it serves."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from serving.web.cli import announce, by_path, changed, check, listening
from serving.web.settings import ServeConfig

CONFIG = Path(__file__).parents[3] / "configs" / "serving.yaml"
RUNNER = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture
def settings():
    return ServeConfig.load(CONFIG)


def serve(*options):
    return RUNNER.invoke(app, ["serve", "--config", str(CONFIG), *map(str, options)])


def test_options_win_over_settings(settings, tmp_path):
    found = changed(settings, tmp_path, {"port": 1234, "workers": 3})

    assert (found.port, found.workers) == (1234, 3)
    assert found.tenants["demo"].releases == tmp_path
    assert found.drain_s == settings.drain_s


def test_what_an_option_cannot_be_is_refused(settings):
    with pytest.raises(ConfigError, match=r"workers: .* greater than or equal to 1, found 0"):
        changed(settings, None, {"workers": 0})


def test_one_folder_cannot_serve_several_tenants(tmp_path):
    several = ServeConfig.load(CONFIG, [f"tenants.other.releases={tmp_path}"])

    with pytest.raises(
        ConfigError, match=r"--releases serves one tenant, the settings have .'demo', 'other'."
    ):
        changed(several, tmp_path, {})
    with pytest.raises(ConfigError, match="--snapshot serves one tenant"):
        check(several, by_path(None, tmp_path))


def test_a_bundle_needs_a_snapshot(tmp_path):
    with pytest.raises(ConfigError, match="--bundle needs the --snapshot"):
        by_path(tmp_path, None)


def test_a_folder_without_releases_cannot_be_served(tmp_path):
    result = serve("--releases", tmp_path, "--open")

    assert result.exit_code == 1
    assert "is no release folder" in result.output


def test_a_port_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1 port {port}: "),
            listening("127.0.0.1", port),
        ):
            pass


def test_a_setting_that_nobody_knows_is_refused():
    result = serve("--set", "portt=1")

    assert result.exit_code == 2
    assert "did you mean port?" in result.output


def test_where_it_listens_is_told_once_it_serves_and_with_its_page(caplog):
    with listening("127.0.0.1", 0) as listener, caplog.at_level("INFO"):
        announce(listener, playground=True)
        port = listener.getsockname()[1]

    assert caplog.messages == [
        f"listening on 127.0.0.1 port {port}",
        f"playground at http://127.0.0.1:{port}/playground",
    ]


def test_a_start_that_fails_is_told_in_the_log_and_nowhere_else(tmp_path):
    (tmp_path / "snapshot").mkdir()
    command = [sys.executable, "-m", "recsys", "serve", "--config", CONFIG, "--port", "0", "--open"]

    done = subprocess.run(
        [*command, "--snapshot", tmp_path / "snapshot"], capture_output=True, text=True, check=False
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (1, "")
    assert [line["level"] for line in lines] == ["error", "warning"]
    assert "snapshot" in lines[0]["message"]
    assert not any("listening" in line["message"] for line in lines)
