"""The installed wheel works without a checkout, in an empty environment and any folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def done(*command: str | Path, cwd: Path) -> str:
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    ended = subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install our wheel into an environment without a network, and return its program folder.

    The libraries come from the environment of the tests.
    """
    home = tmp_path_factory.mktemp("installed")
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home), cwd=ROOT)
    (wheel,) = home.glob("*.whl")
    done(sys.executable, "-m", "venv", str(home / "venv"), cwd=home)
    programs = home / "venv" / "bin"
    done(programs / "pip", "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=home)
    lent = next((home / "venv").glob("lib/python*/site-packages")) / "lent.pth"
    lent.write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def test_installed_tool_runs(installed: Path, tmp_path: Path) -> None:
    code = (
        "import platform_cli; from platform_cli.workspace import shipped_folder; "
        "print(platform_cli.__file__, *map(shipped_folder, ('templates', 'lambdas', 'clients')))"
    )
    places = done(installed / "python", "-c", code, cwd=tmp_path).split()
    assert len(places) == 4
    assert all(Path(place).is_relative_to(installed.parent) for place in places)


def test_installed_tool_creates_a_valid_client(installed: Path, tmp_path: Path) -> None:
    platform = installed / "platform"
    done(platform, "init", "x", cwd=tmp_path)
    workspace = tmp_path / "x"
    done(
        platform, "new-client", "acme", "--template", "tier1-composed",
        "--cms", "sanity", "--commerce", "shopify_basic", cwd=workspace,
    )  # fmt: skip
    assert "1 client is valid" in done(platform, "validate", "acme", cwd=workspace)
    assert "Acme-Prod-SanityShopifyBasicComposedStack" in done(
        platform, "show", "acme", cwd=workspace
    )
    assert list((workspace / "clients" / "acme").iterdir())


def test_the_wheel_is_built_to_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    listed = done("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)  # without its time and its permissions
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, source in ((first, ROOT), (second, copy)):
        build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
        done(*build, cwd=source)
    (one,), (other,) = first.glob("*.whl"), second.glob("*.whl")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
