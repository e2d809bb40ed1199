"""A provider in a folder of its own is tested, offered and described. See CONTRIBUTING."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
ACME = ROOT / "tests" / "fixtures" / "acme_cms"
FORMER_ACME = ROOT / "tests" / "fixtures" / "former" / "acme_cms"
"""The same provider, written against the former import paths. It never changes."""
CHECKOUT = (
    "src",
    "lambdas",
    "templates",
    "tests/core",
    "tests/fakes",
    "tests/architecture",
)
PROMISES = [f"tests/core/test_{each}.py" for each in ("every_provider", "every_registration")]
PROMISES += ["tests/core/test_forged.py", "tests/architecture/test_imports.py"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this repository with one additional folder."""
    for each in CHECKOUT:
        left_out = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / each, tmp_path / each, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ACME, provider(tmp_path))
    (tmp_path / "clients").mkdir()
    return tmp_path


def provider(checkout: Path) -> Path:
    return checkout / "src" / "platform_core" / "providers" / "acme_cms"


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=checkout, env=surroundings, capture_output=True, text=True,
    )  # fmt: skip


def conformance(checkout: Path) -> subprocess.CompletedProcess[str]:
    return run(checkout, "pytest", "-q", "-p", "no:cacheprovider", "-k", "acme_cms", *PROMISES)


def platform(checkout: Path, *arguments: str) -> Any:
    """Run a command and return its data."""
    process = run(checkout, "platform_cli", *arguments, "--json")
    assert process.returncode == 0, process.stdout + process.stderr
    return json.loads(process.stdout)["data"]


def test_the_new_provider_runs_through_the_conformance_tests(checkout: Path) -> None:
    process = conformance(checkout)
    assert process.returncode == 0, process.stdout
    passed = re.search(r"(\d+) passed", process.stdout)
    assert passed
    assert int(passed[1]) > 30


def test_a_provider_with_former_import_paths_works_unchanged(checkout: Path) -> None:
    shutil.rmtree(provider(checkout))
    shutil.copytree(FORMER_ACME, provider(checkout))
    assert (
        "platform_core.providers import reading" in (provider(checkout) / "content.py").read_text()
    )
    done = conformance(checkout)
    # The laws of our own sources do not hold a third party to its imports.
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 30
    offered = platform(checkout, "catalog", "providers")["providers"]
    assert "acme_cms" in [row["name"] for row in offered]


def test_one_that_proves_nothing_does_not_pass(checkout: Path) -> None:
    webhook = provider(checkout) / "webhook.py"
    webhook.write_text(webhook.read_text().replace("SIGNATURE", "SCHEME"))
    process = conformance(checkout)
    assert process.returncode == 1
    assert "SIGNATURE" in process.stdout


def test_the_new_provider_can_be_chosen(checkout: Path) -> None:
    listed = {
        each["name"]: each for each in platform(checkout, "catalog", "providers")["providers"]
    }
    assert listed["acme_cms"]["engines"] == ["eleventy", "hugo"]
    platform(checkout, "new-client", "plum", "--cms=acme_cms", "--setting=space=k3f9ab")
    assert platform(checkout, "show", "plum")["deployment_name"] == "Plum-Prod-AcmeCmsCmsTier"
    assert platform(checkout, "validate", "plum")["clients"][0]["level"] == "native"


def test_the_schema_contains_the_settings_of_the_new_provider(checkout: Path) -> None:
    process = run(checkout, "platform_cli", "schema")
    cms = json.loads(process.stdout)["$defs"]["CMSProviderConfig"]
    assert "acme_cms" in cms["properties"]["provider"]["enum"]
    [settings] = [
        each["then"]["properties"]["settings"]["properties"]
        for each in cms["allOf"]
        if each["if"]["properties"]["provider"]["enum"] == ["acme_cms"]
    ]
    assert settings["space"]["description"] == "The space's id, as in its address."
