"""Make a function's bundle: our code, and the packages that the target does not bring.

A bundle is named by a hash of our sources, of its requirements and of the runtime in the template,
never of the installed files. So the same sources give the same template for a target of any
processor, and another runtime gets its own wheels.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

import platform_core
from platform_cli.blueprint.model import Offers
from platform_cli.infra.packages import (
    AWS_PYTHON,
    LEFT_OUT,
    Runtime,
    files_below,
    installed_files,
    this_python,
)
from platform_cli.workspace import shipped_folder
from platform_core.providers import ENTRY_POINT_GROUP

LONG_AGO = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
FASTEST = 1
"""Compression level. A higher one takes longer than the upload that it saves."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The zipped code of a function: the same bytes for the same content."""

    path: Path
    digest: str


Bundler = Callable[[str], Bundle]
"""Makes the bundle of a function from the name of its folder."""


def make_bundler(offers: Offers, cache: Path) -> Bundler:
    """Return a bundler for the target's interpreter: AWS's own, or this one."""
    runtime = AWS_PYTHON if offers.powertools_layer else this_python()
    return partial(build_cached_bundle, runtime=runtime, cache=cache)


def make_placeholder_bundler(folder: Path) -> Bundler:
    """Return a bundler for a template that is only compared: it names bundles and packs none."""
    empty = folder / "empty.zip"
    _zip({}, empty)
    return lambda function: Bundle(
        empty, _digest(dict(_bundled_files(function)), _requirements(function))
    )


def build_cached_bundle(function: str, runtime: Runtime, cache: Path) -> Bundle:
    """Return the bundle of `lambdas/<function>`, made once per content and runtime."""
    requirements = _requirements(function)
    sources = dict(_bundled_files(function))
    digest = _digest(sources, requirements)
    place = cache / runtime.name / f"{function}-{digest[:16]}.zip"
    if not place.is_file():
        packages = _install_packages_once(requirements, runtime, cache)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            zipped = Path(folder) / place.name
            _zip(dict(files_below(packages)) | sources, zipped)
            zipped.replace(place)
    return Bundle(place, digest)


def _install_packages_once(requirements: Path | None, runtime: Runtime, cache: Path) -> Path:
    """Return the folder with a function's packages, which survives a change of our code."""
    pinned = requirements.read_bytes() if requirements else b""
    place = cache / runtime.name / f"packages-{hashlib.sha256(pinned).hexdigest()[:16]}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            building = Path(folder) / "packages"
            building.mkdir()
            runtime.install(requirements, building)
            _move(building, place)
    return place


def _bundled_files(function: str) -> Iterator[tuple[str, Path]]:
    """Yield the path in the bundle and on disk of our files and of third parties' providers."""
    core = Path(platform_core.__file__).parent
    lambdas = shipped_folder("lambdas")
    yield "lambdas/__init__.py", lambdas / "__init__.py"
    for folder in (core, lambdas / "runtime", lambdas / function):
        root = core.parent if folder == core else lambdas.parent
        for name, path in files_below(root, folder):
            if not LEFT_OUT & set(path.relative_to(root).parts):
                yield name, path
    plugins = {
        entry.dist.name: entry.dist for entry in entry_points(group=ENTRY_POINT_GROUP) if entry.dist
    }
    for name in sorted(plugins):
        yield from installed_files(plugins[name])


def _requirements(function: str) -> Path | None:
    path = shipped_folder("lambdas") / "requirements" / f"{function}.txt"
    return path if path.is_file() else None


def _digest(sources: dict[str, Path], requirements: Path | None) -> str:
    whole = hashlib.sha256(AWS_PYTHON.name.encode())
    whole.update(requirements.read_bytes() if requirements else b"")
    for name, path in sources.items():
        whole.update(f"\n{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return whole.hexdigest()


def _move(building: Path, place: Path) -> None:
    """Move the folder into place, unless a second run was faster: both made the same."""
    try:
        building.rename(place)
    except OSError:
        if not place.is_dir():
            raise


def _zip(files: Mapping[str, Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = READABLE
            archive.writestr(entry, files[name].read_bytes(), zipfile.ZIP_DEFLATED, FASTEST)
