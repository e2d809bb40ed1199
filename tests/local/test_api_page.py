"""The section of docs/api.md that deploys a client, run against an embedded cloud of its own."""

import shutil
from pathlib import Path

import pytest

from platform_cli import api
from tests.examples import DEPLOYING, read_examples, run_examples

pytestmark = [pytest.mark.local, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


def test_the_examples_that_deploy_a_client_run(tmp_path: Path) -> None:
    examples = read_examples(ROOT / "docs" / "api.md", only=DEPLOYING)
    assert len(examples) >= 5
    (tmp_path / "clients").mkdir()
    shutil.copyfile(ROOT / "clients" / "acme.yaml", tmp_path / "clients" / "acme.yaml")
    try:
        run_examples(examples, tmp_path, {"PLATFORM_WORKSPACE": str(tmp_path)})
    finally:
        api.stop_cloud(tmp_path)
