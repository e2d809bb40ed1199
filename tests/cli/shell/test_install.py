"""`requirements/install.sh`: uv installs the packages, and pip does where uv cannot."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

PYTHON = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
*"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
*requirements/uv.txt*)
    test -z "$NO_WHEEL" || exit 1
    cp "$FAKE_UV" "$VENV_BIN/uv" ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$CALLS"
case "$*" in *"pip install"*) test -z "$UV_FAILS" ;; esac
"""


def install(
    folder: Path, *, uv_on_path: bool = False, variables: Mapping[str, str] | None = None
) -> list[str]:
    """Run the script with a Python and a uv that only record their calls; return the calls."""
    programs = folder / "programs"
    programs.mkdir()
    for name, text in (("python3", PYTHON), ("uv", UV)):
        place = programs if name != "uv" or uv_on_path else folder
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "CALLS": str(folder / "calls"),
        "FAKE_UV": str(folder / "uv"),
        "VENV_BIN": str(folder / "venv" / "bin"),
        "NO_WHEEL": "",
        "UV_FAILS": "",
        **(variables or {}),
    }
    arguments = [str(programs / "python3"), str(folder / "venv"), "requirements/platform.txt"]
    subprocess.run(
        ["sh", "requirements/install.sh", *arguments], cwd=ROOT, env=environment, check=True
    )
    return (folder / "calls").read_text().splitlines()


def installers(calls: list[str]) -> list[str]:
    """Return the program of each call that installs the platform's packages or the platform."""
    return [
        call.split()[0]
        for call in calls
        if " install " in call and ("platform.txt" in call or "--editable=." in call)
    ]


def test_a_machine_with_uv_uses_it(tmp_path: Path) -> None:
    calls = install(tmp_path, uv_on_path=True)
    assert installers(calls) == ["uv", "uv"]
    assert not any("uv.txt" in call for call in calls)


def test_pip_brings_uv_into_the_environment(tmp_path: Path) -> None:
    calls = install(tmp_path)
    assert installers(calls) == ["uv", "uv"]
    [bootstrap] = [call for call in calls if "uv.txt" in call]
    assert "--require-hashes" in bootstrap
    assert f"--python {tmp_path}/venv/bin/python" in bootstrap


@pytest.mark.parametrize("trouble", ["NO_WHEEL", "UV_FAILS"])
def test_pip_installs_everything_where_uv_cannot(tmp_path: Path, trouble: str) -> None:
    calls = install(tmp_path, variables={trouble: "1"})
    assert [name for name in installers(calls) if name != "uv"] == ["python3", "python3"]


@pytest.mark.parametrize("trouble", ["", "NO_WHEEL"])
def test_every_package_is_checked_against_its_hash(tmp_path: Path, trouble: str) -> None:
    calls = install(tmp_path, variables={trouble: "1"} if trouble else {})
    from_files = [call for call in calls if "-r requirements/" in call]
    assert len(from_files) == 2
    assert all("--require-hashes" in call for call in from_files)


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.stem)
def test_a_lock_has_hashes_and_no_registry(file: Path) -> None:
    text = file.read_text()
    assert "://" not in text
    assert "index-url" not in text
    packages = re.findall(r"^[a-z].*$", text, re.MULTILINE)
    assert packages
    assert all(package.endswith("\\") for package in packages)


def test_the_script_is_valid_shell() -> None:
    subprocess.run(["sh", "-n", "requirements/install.sh"], cwd=ROOT, env=os.environ, check=True)
