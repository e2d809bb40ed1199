"""Makes a function's bundle: our code, and what the target does not bring by itself.

A bundle is named by a hash of our sources and of its requirements only, never of what they
install to. So the same sources give the same template for every target, whatever its processor.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

import platform_core
from platform_cli.infra.packages import (
    AWS_PYTHON,
    LEFT_OUT,
    Runtime,
    copy,
    installed_files,
    this_python,
)
from platform_cli.resolve.blueprint import Offers
from platform_cli.workspace import shipped
from platform_core.providers import GROUP


@dataclass(frozen=True, slots=True)
class Bundle:
    """A function's code, ready to be zipped."""

    path: Path
    digest: str


Bundler = Callable[[str], Bundle]
"""Makes the bundle of a function, by the name of its folder."""


def bundler(offers: Offers, cache: Path) -> Bundler:
    """For the interpreter that a target runs functions in: AWS's own, or this one."""
    runtime = AWS_PYTHON if offers.powertools_layer else this_python()
    return partial(bundle, runtime=runtime, cache=cache)


def bundle(function: str, runtime: Runtime, cache: Path) -> Bundle:
    """The bundle of `lambdas/<function>`, made once per content and runtime."""
    requirements = _requirements(function)
    sources = dict(_sources(function))
    digest = _digest(sources, requirements)
    place = cache / runtime.name / f"{function}-{digest[:16]}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            building = Path(folder) / "bundle"
            building.mkdir()
            copy(sources.items(), building)
            runtime.install(requirements, building)
            _move(building, place)
    return Bundle(place, digest)


def _sources(function: str) -> Iterator[tuple[str, Path]]:
    """Path in the bundle and on disk: ours, and the packages that bring further providers."""
    core = Path(platform_core.__file__).parent
    lambdas = shipped("lambdas")
    yield "lambdas/__init__.py", lambdas / "__init__.py"
    for root, folder in (
        (core.parent, core),
        *((lambdas.parent, lambdas / each) for each in ("runtime", function)),
    ):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not LEFT_OUT & set(inside.parts):
                yield inside.as_posix(), path
    plugins = {entry.dist.name: entry.dist for entry in entry_points(group=GROUP) if entry.dist}
    for name in sorted(plugins):
        yield from installed_files(plugins[name])


def _requirements(function: str) -> Path | None:
    path = shipped("lambdas") / "requirements" / f"{function}.txt"
    return path if path.is_file() else None


def _digest(sources: dict[str, Path], requirements: Path | None) -> str:
    whole = hashlib.sha256(requirements.read_bytes() if requirements else b"")
    for name, path in sources.items():
        whole.update(f"\n{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return whole.hexdigest()


def _move(building: Path, place: Path) -> None:
    """Two runs may race; the first one wins, and both made the same."""
    try:
        building.rename(place)
    except OSError:
        if not place.is_dir():
            raise
