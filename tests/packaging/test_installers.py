"""The wheel installs by `uv tool install` and by pipx, and works away from any source tree.

`docs/upgrading.md` shows users the same commands. The packages come from the registry.
"""

import hashlib
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.packaging.wheels import PROGRAMS, ROOT, Tool, build_wheel, run

pytestmark = [pytest.mark.slow, pytest.mark.local]

PINNED = ROOT / "requirements" / "platform.txt"


def install_by_uv(wheel: Path, folder: Path) -> Path:
    """Install the pinned versions. uv 0.13 reads no hashes of constraints."""
    run(
        PROGRAMS / "uv", "tool", "install", f"{wheel}[local]", "--constraints", PINNED,
        "--python", sys.executable,
        cwd=folder, UV_TOOL_DIR=folder / "tools", UV_TOOL_BIN_DIR=folder / "bin",
    )  # fmt: skip
    return folder / "bin" / "platform"


def install_by_pipx(wheel: Path, folder: Path) -> Path:
    """Install the pinned versions, each package checked against its hash by pip."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    run(
        PROGRAMS / "pipx", "install", f"platform-sites[local] @ {wheel.as_uri()}#sha256={digest}",
        "--pip-args", f"--require-hashes --constraint '{PINNED}'",
        "--backend", "pip", "--python", sys.executable,
        cwd=folder, PIPX_HOME=folder / "pipx", PIPX_BIN_DIR=folder / "bin",
        PIPX_MAN_DIR=folder / "man",
    )  # fmt: skip
    return folder / "bin" / "platform"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.mark.parametrize("install", [install_by_uv, install_by_pipx])
def test_an_installed_tool_deploys(
    install: Callable[[Path, Path], Path], wheel: Path, tmp_path: Path
) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    program = install(wheel, tmp_path)
    assert Tool(program, tmp_path)("--version") == f"platform {version}\n"
    Tool(program, tmp_path)("init", "sites")
    platform = Tool(program, tmp_path / "sites")
    platform(
        "new-client", "acme", "--cms", "decap", "--engine", "hugo", "--domain", "acme.example",
        "--company", "Acme Pottery", "--email", "web@acme.example", "--no-input", "--yes",
    )  # fmt: skip
    platform("validate", "acme")
    try:
        site = platform.data("deploy", "acme", "--local")["site_url"]
        assert "Acme Pottery" in httpx2.get(site, trust_env=False).text
    finally:
        platform("local", "stop")
