"""`make aws-check TARGET=local`: the whole run, without an account."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def check(folder: Path, *arguments: str) -> Any:
    """Run the check on a machine whose AWS profile does not exist."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.aws_check", "--folder", str(folder), *arguments],
        cwd=ROOT,
        env=environment | {"AWS_PROFILE": "nobody", "AWS_REGION": "eu-west-1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


@pytest.mark.local
@pytest.mark.slow
def test_the_whole_run_on_the_embedded_cloud(tmp_path: Path) -> None:
    result = check(tmp_path, "--target", "local")
    assert result.returncode == 0, result.stdout + result.stderr
    (report,) = tmp_path.iterdir()  # the workspace and its cloud are gone
    assert str(report) in result.stdout
    document = json.loads(report.read_text())
    assert document["failure"] is None
    assert document["left_over"] == []
    assert {row["verdict"] for row in document["rows"]} == {"not seen"}
    assert "Only AWS can confirm these rows" in result.stdout


def test_without_credentials_nothing_begins(tmp_path: Path) -> None:
    result = check(tmp_path, "--target", "aws", "--yes")
    assert result.returncode == 1
    assert "no valid AWS credentials" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_target_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path, "--target", "").returncode == 2
