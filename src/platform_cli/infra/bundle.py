"""Makes a function's bundle: our code, and what the target does not bring by itself.

A bundle is named by a hash of our sources and of its requirements only, never of what they
install to. So the same sources give the same template for every target, whatever its processor.
"""

import compileall
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from py_compile import PycInvalidationMode

import platform_core
from platform_cli.errors import ToolMissing
from platform_cli.resolve.blueprint import Offers
from platform_cli.workspace import shipped

LEFT_OUT = {"__pycache__", "simulated.py", "deliveries"}
"""Test doubles and recorded deliveries of the providers stay at home."""

LAYER_BRINGS = (
    "aws-lambda-powertools",
    "jmespath",
    "typing-extensions",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-inspection",
)
"""What AWS's Powertools layer holds; bundled where there are no layers."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The interpreter that runs a bundle."""

    name: str
    install: Callable[[Path | None, Path], None]
    """Puts the packages of a requirements file, and what no layer brings, into a folder."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A function's code, ready to be zipped."""

    path: Path
    digest: str


Bundler = Callable[[str], Bundle]
"""Makes the bundle of a function, by the name of its folder."""


def bundler(offers: Offers, cache: Path) -> Bundler:
    """For the interpreter that a target runs functions in: AWS's own, or this one."""
    runtime = AWS_PYTHON if offers.powertools_layer else HERE
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
            for name, source in sources.items():
                (building / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, building / name)
            runtime.install(requirements, building)
            _move(building, place)
    return Bundle(place, digest)


def _sources(function: str) -> Iterator[tuple[str, Path]]:
    """Path in the bundle and on disk, sorted."""
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


# --- AWS: packages for its Python and processor, by hash --------------------------------------


def _download(requirements: Path | None, target: Path) -> None:
    if requirements is None:
        return
    done = subprocess.run(
        [*_installer(), "--target", str(target), "--require-hashes", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ToolMissing(
            f"the packages of {requirements.name} could not be fetched: "
            f"{(done.stderr.strip().splitlines() or ['no reason given'])[-1]}",
            hint="the package registry must be reachable once; later runs use the cache",
        )
    for made in ("bin", ".lock"):
        shutil.rmtree(target / made, ignore_errors=True)


def _installer() -> list[str]:
    """uv or pip, asked for wheels of AWS's Python on arm64."""
    wheels = ["--only-binary=:all:", "--python-version", "3.13", "--no-deps"]
    if uv := shutil.which("uv"):
        return [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python-platform",
            "aarch64-manylinux2014",
            *wheels,
        ]
    for python in (sys.executable, os.path.realpath(sys.executable)):
        if (
            subprocess.run(
                [python, "-m", "pip", "--version"], capture_output=True, check=False
            ).returncode
            == 0
        ):
            quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"]
            return [
                python,
                "-m",
                "pip",
                "install",
                *quiet,
                "--platform",
                "manylinux2014_aarch64",
                *wheels,
            ]
    raise ToolMissing("neither uv nor pip was found", hint="python -m ensurepip")


# --- this machine: what is installed beside us, no network ------------------------------------


def _copy_installed(requirements: Path | None, target: Path) -> None:
    pinned = (
        re.findall(r"^([\w.-]+)==", requirements.read_text(), re.MULTILINE) if requirements else []
    )
    for name in (*LAYER_BRINGS, *pinned):
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ToolMissing(
                f"the package {name} is not installed",
                hint="the embedded cloud needs it: pip install 'platform-sites[local]'",
            ) from None
        for entry in distribution.files or ():
            source = Path(str(entry.locate()))
            inside = Path(str(entry))
            if ".." in inside.parts or "__pycache__" in inside.parts or not source.is_file():
                continue
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / inside)
    compileall.compile_dir(
        target, stripdir=str(target), quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )


AWS_PYTHON = Runtime("python3.13-arm64", _download)
HERE = Runtime(f"here-{sys.version_info.major}.{sys.version_info.minor}", _copy_installed)
"""The interpreter that runs this: on the embedded target, functions run in it."""
