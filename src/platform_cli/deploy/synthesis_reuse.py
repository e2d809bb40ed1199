"""Reuse the assembly of the last deploy while everything that it depends on is the same.

An edit of a site changes no template, and the synthesis takes most of the time of such a deploy.
The record of an assembly is in its folder, which a synthesis deletes first, so an interrupted one
leaves no record.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions, entry_points
from pathlib import Path
from typing import Any, Final

import platform_cli
import platform_core
from platform_cli.blueprint import codec
from platform_cli.blueprint.model import Blueprint
from platform_cli.deploy.assembly import Assembly
from platform_cli.deploy.diff import compare_templates
from platform_cli.targets.stack import Stack
from platform_cli.workspace import shipped_folder
from platform_core.providers import ENTRY_POINT_GROUP

RECORD: Final = "platform-inputs.json"
SETTLED: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
"""States after a change that succeeded. After a rollback, the template alone says too little."""
DRIFTED: Final = "DRIFTED"


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """The stack that the target has now, and its template."""

    stack: Stack
    template: Mapping[str, Any]

    @classmethod
    def find(
        cls, stack: Stack | None, template: Mapping[str, Any] | None
    ) -> "DeployedStack | None":
        """Return the stack with its template; None if there is none."""
        return cls(stack, template) if stack and template else None


def hash_inputs(client_file: bytes, blueprint: Blueprint, tool: str) -> str:
    """Return a hash of everything that a synthesis reads. `tool` is the hash of `hash_tool`.

    The blueprint also has the facts that the site's files show, and the webhook addresses.
    """
    parts = (client_file, codec.to_json(blueprint).encode(), tool.encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def hash_tool(files: Iterable[Path] | None = None) -> str:
    """Return a hash of this tool's files, and of the versions of all installed packages."""
    whole = hashlib.sha256(sys.version.encode())
    packages = (f"{package.name}=={package.version}" for package in distributions())
    whole.update("\n".join(sorted(packages)).encode())
    for file in list_tool_files() if files is None else files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"\n{file}\0{content}".encode())
    return whole.hexdigest()


def find_reusable(folder: Path, inputs: str, deployed: DeployedStack) -> Assembly | None:
    """Return the assembly that a synthesis into this folder would make again.

    `inputs` is the hash of `hash_inputs`. Returns None in any doubt, for example after a rollback.
    """
    stack = deployed.stack
    if stack.status not in SETTLED or stack.drift == DRIFTED:
        return None
    name = stack.name
    try:
        record = json.loads((folder / RECORD).read_text())
        template = json.loads((folder / f"{name}.template.json").read_text())
    except (OSError, ValueError):
        return None
    assembly = Assembly(folder, name, template, inputs)
    return assembly if record == _make_record(assembly, deployed.template) else None


def record_deployed(assembly: Assembly, deployed_template: Mapping[str, Any] | None) -> None:
    """Record that this assembly is deployed, so that a later deploy can reuse it.

    Records nothing if the target has another template: somebody else has deployed meanwhile.
    """
    if not assembly.inputs or compare_templates(deployed_template, assembly.template):
        return
    record = _make_record(assembly, deployed_template)
    (assembly.folder / RECORD).write_text(json.dumps(record))


def _make_record(assembly: Assembly, deployed_template: Mapping[str, Any] | None) -> dict[str, str]:
    return {
        "inputs": assembly.inputs,
        "synthesized": _hash_template(assembly.template),
        "deployed": _hash_template(deployed_template),
    }


def _hash_template(template: Mapping[str, Any] | None) -> str:
    # A template that CloudFormation returns can have dates, which YAML knows and JSON does not.
    return hashlib.sha256(json.dumps(template, sort_keys=True, default=str).encode()).hexdigest()


def list_tool_files() -> Iterator[Path]:
    """Yield the files of the tool, of the functions, and of providers from other packages."""
    for module in (platform_cli, platform_core):
        yield from _files_below(Path(str(module.__file__)).parent)
    yield from _files_below(shipped_folder("lambdas"))
    for package in _provider_packages():
        located = (Path(str(entry.locate())) for entry in package.files or ())
        yield from sorted(path for path in located if path.is_file())


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if "__pycache__" not in path.parts and path.is_file():
            yield path


def _provider_packages() -> list[Distribution]:
    packages = {
        entry.dist.name: entry.dist for entry in entry_points(group=ENTRY_POINT_GROUP) if entry.dist
    }
    return [packages[name] for name in sorted(packages)]
