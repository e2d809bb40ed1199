"""Wheels of this project: build one, install it, and run the `platform` that it installs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
"""Where the pinned uv and pipx of the tests are."""


def run(*command: str | Path, cwd: Path, stdin: str = "", **environment: str | Path) -> str:
    """Run a command that must succeed, and return its output. It sees no AWS account."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    ended = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | {name: str(value) for name, value in environment.items()},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel of a source tree into an empty folder."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_pinned(wheel: Path, source: Path, environment: Path) -> Path:
    """Install a wheel and the packages that its source tree pins. Returns the program `platform`.

    Each package is checked against its hash.
    """
    run(
        "sh", ROOT / "requirements" / "install.sh",
        sys.executable, environment, source / "requirements" / "platform.txt", wheel,
        cwd=source, PATH=f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    )  # fmt: skip
    return environment / "bin" / "platform"


@dataclass(frozen=True)
class Tool:
    """An installed `platform`, run from a workspace as a user runs it."""

    program: Path
    workspace: Path

    def __call__(self, *words: str, stdin: str = "") -> str:
        """Run a command that must succeed, and return its output.

        Programs beside the tests' Python are off the path: an installed tool brings its own.
        """
        return run(self.program, *words, cwd=self.workspace, stdin=stdin, **_path())

    def data(self, *words: str, stdin: str = "") -> Any:
        """Run a command and return the data of its JSON output."""
        return json.loads(self(*words, "--json", stdin=stdin))["data"]


def _path() -> Mapping[str, str]:
    folders = os.environ["PATH"].split(os.pathsep)
    return {"PATH": os.pathsep.join(each for each in folders if Path(each) != PROGRAMS)}
