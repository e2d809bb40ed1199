"""The packages of a bundle: downloaded for AWS's Python, or copied from this one."""

import compileall
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from platform_cli.errors import ToolMissing

PYTHON_VERSION = "3.13"
"""Version of the functions' runtime, on arm64."""

LEFT_OUT = {"__pycache__", "simulated", "simulated.py", "deliveries", "editor", "editor.py"}
"""Test doubles, recorded deliveries and editors of the providers are not needed in AWS."""

LAYER_PACKAGES = (
    "aws-lambda-powertools",
    "jmespath",
    "typing-extensions",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-inspection",
)
"""The packages of AWS's Powertools layer, bundled for a target without layers."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The interpreter that runs a bundle."""

    name: str
    install: Callable[[Path | None, Path], None]
    """Installs the packages of a requirements file, and those of a missing layer, into a folder."""


def files_below(root: Path, folder: Path | None = None) -> Iterator[tuple[str, Path]]:
    """Yield every file of `folder` (default: the root) with its path below the root, sorted."""
    for path in sorted((folder or root).rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path


def installed_files(
    distribution: importlib.metadata.Distribution,
) -> Iterator[tuple[str, Path]]:
    """Yield the files of an installed package, below the folder that it is imported from."""
    for entry in distribution.files or ():
        source = Path(str(entry.locate()))
        if not {"..", *LEFT_OUT} & set(entry.parts) and source.is_file():
            yield entry.as_posix(), source


# --- AWS: wheels for its Python and processor, by hash -----------------------------------------


def _download(requirements: Path | None, target: Path) -> None:
    if requirements is None:
        return
    result = subprocess.run(
        [*_installer(), "--target", str(target), "--require-hashes", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines() or ["no reason given"]
        raise ToolMissing(
            f"the packages of {requirements.name} could not be fetched: {reason[-1]}",
            hint="the package registry must be reachable once; later runs use the cache",
        )
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)


def _installer() -> list[str]:
    """Return the command that installs wheels of AWS's Python on arm64, by uv or pip."""
    wheels = ["--quiet", "--only-binary=:all:", "--no-deps", "--python-version", PYTHON_VERSION]
    # `make setup` installs uv into the environment of this interpreter, which may be off the path.
    if uv := shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent)):
        return [uv, *["pip", "install", "--python-platform", "aarch64-manylinux2014"], *wheels]
    for python in (sys.executable, os.path.realpath(sys.executable)):
        version = subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, check=False
        )
        if version.returncode == 0:
            here = ["-m", "pip", "install", "--no-compile", "--platform", "manylinux2014_aarch64"]
            return [python, *here, *wheels]
    raise ToolMissing("neither uv nor pip is installed", hint="python -m ensurepip")


# --- this machine: copies of the installed packages, no network --------------------------------


def _copy_installed(requirements: Path | None, target: Path) -> None:
    text = requirements.read_text() if requirements else ""
    pinned = re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
    for name in (*LAYER_PACKAGES, *pinned):
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ToolMissing(
                f"the package {name} is not installed",
                hint="the embedded cloud needs it: pip install 'platform-sites[local]'",
            ) from None
        for inside, source in installed_files(distribution):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / inside)
    compileall.compile_dir(
        target, stripdir=str(target), quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )


AWS_PYTHON = Runtime(f"python{PYTHON_VERSION}-arm64", _download)


def this_python() -> Runtime:
    """Return this interpreter, in which the embedded target runs functions.

    Its name includes a hash of the installed packages, so that an upgrade makes new bundles.
    """
    installed = sorted(
        f"{package.name}=={package.version}" for package in importlib.metadata.distributions()
    )
    digest = hashlib.sha256("\n".join(installed).encode()).hexdigest()[:8]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Runtime(f"here-{version}-{digest}", _copy_installed)
