"""The installed wheel works without a checkout, in an empty environment and any folder."""

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.packaging.wheels import ROOT, Tool, build_wheel, run


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install our wheel into an environment without a network, and return its program folder.

    The libraries come from the environment of the tests.
    """
    home = tmp_path_factory.mktemp("installed")
    wheel = build_wheel(ROOT, home / "wheel")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    programs = home / "venv" / "bin"
    run(programs / "pip", "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=home)
    lent = next((home / "venv").glob("lib/python*/site-packages")) / "lent.pth"
    lent.write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def test_installed_tool_runs(installed: Path, tmp_path: Path) -> None:
    code = (
        "import platform_cli; from platform_cli.workspace import shipped_folder; "
        "print(platform_cli.__file__, *map(shipped_folder, ('templates', 'lambdas', 'clients')))"
    )
    places = run(installed / "python", "-c", code, cwd=tmp_path).split()
    assert len(places) == 4
    assert all(Path(place).is_relative_to(installed.parent) for place in places)


def test_installed_tool_creates_a_valid_client(installed: Path, tmp_path: Path) -> None:
    Tool(installed / "platform", tmp_path)("init", "x")
    platform = Tool(installed / "platform", tmp_path / "x")
    platform(
        "new-client", "acme", "--template", "tier1-composed",
        "--cms", "sanity", "--commerce", "shopify_basic",
    )  # fmt: skip
    assert "1 client is valid" in platform("validate", "acme")
    assert "Acme-Prod-SanityShopifyBasicComposedStack" in platform("show", "acme")
    assert list((platform.workspace / "clients" / "acme").iterdir())


def test_the_wheel_is_built_to_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    listed = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)  # without its time and its permissions
    one, other = build_wheel(ROOT, tmp_path / "first"), build_wheel(copy, tmp_path / "second")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
