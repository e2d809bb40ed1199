"""The synthesized stack, `cdk.out`: made in a child process, so that no construct is seen here."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platform_cli.errors import DeployFailed
from platform_cli.resolve.blueprint import Names, Offers

_SLOW = {"PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Assembly:
    """One client's `cdk.out`."""

    folder: Path
    stack: str
    template: Mapping[str, Any]


def synthesize(
    file: Path, names: Names, offers: Offers, *, state: Path, target: str, validate: bool
) -> Assembly:
    """The stack of one client and environment, for a target with these offers.

    `validate` is for what goes to AWS: the CDK's own checks cost four times the rest. Each client,
    environment and target has a folder of its own, because two runs on one would race.
    """
    out = state / "cdk.out" / f"{names.client_id}-{names.environment}-{target}"
    asked = {
        "client": str(file),
        "environment": names.environment,
        "stack": names.deployment_name,
        "offers": asdict(offers),
        "out": str(out),
        "bundles": str(state / "bundles"),
        "validate": validate,
    }
    done = subprocess.run(
        [sys.executable, "-m", "platform_cli.infra.app"],
        input=json.dumps(asked),
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["there was no output"]
        raise DeployFailed(
            f"the stack {names.deployment_name} could not be synthesized: {reason[0]}",
            where=str(_log(state, done.stderr)),
        )
    template = json.loads((out / f"{names.deployment_name}.template.json").read_text())
    return Assembly(out, names.deployment_name, template)


def _environment() -> dict[str, str]:
    """Bundles are used where they lie, not copied; and the CDK's modules, the largest there are,
    are compiled once even on a machine that asks for no compiled files."""
    kept = {name: value for name, value in os.environ.items() if name not in _SLOW}
    return kept | {"CDK_CONTEXT_JSON": json.dumps({"aws:cdk:disable-asset-staging": True})}


def _log(state: Path, text: str) -> Path:
    file = state / "logs" / "synthesis.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file
