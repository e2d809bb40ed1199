"""A provider is a folder: dropped in, it is tested, offered and described. See CONTRIBUTING."""

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
    """A copy of this repository and, of all that differs, the one folder."""
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
    """What a command says, as data."""
    done = run(checkout, "platform_cli", *arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["data"]


def test_it_is_held_to_what_every_provider_promises(checkout: Path) -> None:
    done = conformance(checkout)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 30


def test_one_that_proves_nothing_does_not_pass(checkout: Path) -> None:
    webhook = provider(checkout) / "webhook.py"
    webhook.write_text(webhook.read_text().replace("SIGNATURE", "SCHEME"))
    done = conformance(checkout)
    assert done.returncode == 1
    assert "SIGNATURE" in done.stdout


def test_it_can_be_chosen(checkout: Path) -> None:
    listed = {
        each["name"]: each for each in platform(checkout, "catalog", "providers")["providers"]
    }
    assert listed["acme_cms"]["engines"] == ["eleventy", "hugo"]
    platform(checkout, "new-client", "plum", "--cms=acme_cms", "--setting=space=k3f9ab")
    assert platform(checkout, "show", "plum")["deployment_name"] == "Plum-Prod-AcmeCmsCmsTier"
    assert platform(checkout, "validate", "plum")["clients"][0]["level"] == "native"


def test_its_settings_stand_in_the_schema(checkout: Path) -> None:
    done = run(checkout, "platform_cli", "schema")
    cms = json.loads(done.stdout)["$defs"]["CMSProviderConfig"]
    assert "acme_cms" in cms["properties"]["provider"]["enum"]
    [settings] = [
        each["then"]["properties"]["settings"]["properties"]
        for each in cms["allOf"]
        if each["if"]["properties"]["provider"]["enum"] == ["acme_cms"]
    ]
    assert settings["space"]["description"] == "The space's id, as in its address."
