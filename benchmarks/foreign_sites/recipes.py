"""Make a site from a package of a registry, by the table in `sites.toml`.

Each archive is compared with its SHA-256 before anything of it runs.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).with_name("sites.toml")
MAX_SECONDS: Final = 300
"""Limit for one command: a scaffolder that asks a question would wait for ever."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A site, and the way to make it. The fields are explained in `sites.toml`."""

    name: str
    engine: str
    registry: str
    package: str
    version: str
    make: str
    sha256: str = ""
    install: bool = False
    adopt: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    shows: str = ""


def load_recipes() -> dict[str, Recipe]:
    """Return the recipes of all sites, by name."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Recipe(name=name, **values | {"adopt": tuple(values.get("adopt", ()))})
        for name, values in table.items()
    }


def make_site(recipe: Recipe, folder: Path) -> Path:
    """Download the package, and make its site below an empty folder. Returns the site's folder."""
    package, programs = FETCHERS[recipe.registry](recipe, folder)
    path = os.pathsep.join((str(programs), os.environ["PATH"]))
    run(folder, "sh", "-ec", recipe.make, PACKAGE=str(package), PATH=path, CI="true")
    return folder / "site"


def _fetch_from_npm(recipe: Recipe, folder: Path) -> tuple[Path, Path]:
    archives = folder / "archive"
    archives.mkdir()
    run(folder, "npm", "pack", "--silent", f"--pack-destination={archives}", _requirement(recipe))
    archive = _verify(archives, recipe)
    if not recipe.install:
        with tarfile.open(archive) as tar:
            tar.extractall(archives, filter="data")
        return archives / "package", archives
    tool = folder / "tool"
    run(folder, "npm", "install", "--silent", "--no-audit", "--no-fund", f"--prefix={tool}",
        str(archive))  # fmt: skip
    return tool / "node_modules" / recipe.package, tool / "node_modules" / ".bin"


def _fetch_from_pypi(recipe: Recipe, folder: Path) -> tuple[Path, Path]:
    archives, tool = folder / "archive", folder / "tool"
    run(folder, sys.executable, "-m", "venv", str(tool))
    pip = (str(tool / "bin" / "pip"), "--quiet", "--disable-pip-version-check")
    run(folder, *pip, "download", "--no-deps", "-d", str(archives), _requirement(recipe))
    run(folder, *pip, "install", str(_verify(archives, recipe)))
    return tool, tool / "bin"


def _find_in_debian(recipe: Recipe, folder: Path) -> tuple[Path, Path]:
    """Return the folder of an installed program. Raises `SystemExit` for another version."""
    version = run(folder, recipe.package, "--version").strip()
    if not version.endswith(recipe.version):
        raise SystemExit(f"{_requirement(recipe)} is needed, and {version} is installed")
    return folder, Path("/usr/bin")


FETCHERS: Final[Mapping[str, Callable[[Recipe, Path], tuple[Path, Path]]]] = {
    "npm": _fetch_from_npm,
    "pypi": _fetch_from_pypi,
    "debian": _find_in_debian,
}
"""The registries. Each function returns the folder of the package, and that of its programs."""


def _requirement(recipe: Recipe) -> str:
    separator = "==" if recipe.registry == "pypi" else "@"
    return f"{recipe.package}{separator}{recipe.version}"


def _verify(archives: Path, recipe: Recipe) -> Path:
    """Return the one archive of a folder. Raises `SystemExit` if it is not the expected one."""
    [archive] = archives.iterdir()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != recipe.sha256:
        raise SystemExit(f"{archive.name} has the SHA-256 {digest}, not that of {TABLE.name}")
    return archive


def run(folder: Path, *command: str, **variables: str) -> str:
    """Run a program in a folder, and return its output. Ends the benchmark if it fails."""
    result = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=MAX_SECONDS,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout
