"""Synthesize a stack into `cdk.out`, in a child process that imports the constructs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platform_cli.blueprint import codec
from platform_cli.blueprint.model import Blueprint
from platform_cli.errors import DeployFailed

_SLOW_VARIABLES = {"PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Assembly:
    """One client's `cdk.out`."""

    folder: Path
    stack: str
    template: Mapping[str, Any]
    inputs: str = ""
    """A hash of everything that the synthesis read, or an empty text if it was not computed."""


def synthesize(blueprint: Blueprint, *, state: Path, target: str, validate: bool) -> Assembly:
    """Synthesize the stack of a planned blueprint.

    `validate` is for templates that go to AWS: the CDK's own checks take four times as long as the
    rest. Each client, environment and target has its own folder, because two runs in one folder
    would race. Raises `ValueError` if the blueprint names no account: CloudFormation could not
    import the retained buckets of such a template again.
    """
    names = blueprint.names
    if blueprint.account is None:
        raise ValueError(f"the blueprint of {names.deployment_name} names no account")
    out = assembly_folder(blueprint, state=state, target=target)
    request = {
        "blueprint": json.loads(codec.to_json(blueprint)),
        "out": str(out),
        "bundles": str(state / "bundles"),
        "validate": validate,
    }
    process = subprocess.run(
        [sys.executable, "-m", "platform_cli.infra.app"],
        input=json.dumps(request),
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        reason = process.stderr.strip().splitlines()[-1:] or ["there was no output"]
        raise DeployFailed(
            f"the stack {names.deployment_name} could not be synthesized: {reason[0]}",
            where=str(_log(state, process.stderr)),
        )
    template = json.loads((out / f"{names.deployment_name}.template.json").read_text())
    return Assembly(out, names.deployment_name, template)


def assembly_folder(blueprint: Blueprint, *, state: Path, target: str) -> Path:
    """Return the folder of a client's assembly for one target."""
    names = blueprint.names
    return state / "cdk.out" / f"{names.client_id}-{names.environment}-{target}"


def _environment() -> dict[str, str]:
    """Return the environment of the child process.

    Staging is off, since it would copy each bundle. Compiled files are always written: the CDK's
    modules are large, and without the files every run would compile them again.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _SLOW_VARIABLES}
    return environment | {"CDK_CONTEXT_JSON": json.dumps({"aws:cdk:disable-asset-staging": True})}


def _log(state: Path, text: str) -> Path:
    file = state / "logs" / "synthesis.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file
