"""`make audit`: every list of packages is audited, and one finding makes the command fail."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """#!/bin/sh
echo "$(basename "$PWD") $*" >> "$CALLS"
case "$(basename "$PWD") $*" in *"$VULNERABLE"*) exit 1 ;; esac
"""


def audit(folder: Path, vulnerable: str) -> tuple[int, str]:
    """Run it with programs that record their calls; one reports a vulnerability."""
    environment = folder / "venv"
    environment.mkdir()
    # In the order of their making, which make compares.
    for name in (".platform", ".dev"):
        (environment / name).touch()
    for name in ("uv", "npm"):
        (folder / name).write_text(PROGRAM)
        (folder / name).chmod(0o755)
    calls = folder / "calls"
    variables = {"PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(calls)}
    process = subprocess.run(
        ["make", "audit", f"VENV={environment}", f"UV={folder / 'uv'}"],
        cwd=ROOT, env={**os.environ, **variables, "VULNERABLE": vulnerable}, capture_output=True,
    )  # fmt: skip
    return process.returncode, calls.read_text()


@pytest.mark.parametrize(
    "vulnerable",
    ["requirements/platform.txt", "requirements/dev.txt", "lambdas/requirements/ingest.txt", "cdk"],
)
def test_a_vulnerability_of_any_list_fails_the_audit(tmp_path: Path, vulnerable: str) -> None:
    status, calls = audit(tmp_path, vulnerable)
    assert status != 0
    lists = [*ROOT.glob("lambdas/requirements/*.txt"), ROOT / "requirements" / "platform.txt"]
    assert all(str(path.relative_to(ROOT)) in calls for path in lists)
    assert "cdk audit" in calls, "the others are audited as well"


def test_an_audit_without_findings_succeeds(tmp_path: Path) -> None:
    assert audit(tmp_path, "no such list")[0] == 0
