"""Synthesize one client in a separate process: `python -m platform_cli.infra.app`.

The command line never imports the CDK; it starts this module with one JSON object on stdin:

    {"blueprint": see `resolve.codec`, "out": folder for cdk.out, "bundles": cache folder or null,
     "validate": bool}

It reads no file of the client: the blueprint was planned, and a file may have changed since.
On success it writes nothing to stdout or stderr. A failure that a person can act on goes to stderr
with exit code 1.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.blueprint import codec
from platform_cli.blueprint.model import Blueprint
from platform_cli.errors import PlatformError

if TYPE_CHECKING:
    from aws_cdk import App

CONTEXT = {
    "aws:cdk:enable-path-metadata": False,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:disable-stack-trace": True,
}


def synthesize(blueprint: Blueprint, out: Path, *, bundles: Path | None, validate: bool) -> Path:
    """Write `cdk.out`, replacing an older one, and return it.

    `bundles` is the folder in which the functions' code is packed, once per content. None packs
    nothing, for a template that is only compared. `validate` runs the CDK's own checks of the
    template, which take four times as long as the rest.
    """
    if not validate:
        os.environ["CDK_VALIDATION"] = "false"
    shutil.rmtree(out, ignore_errors=True)
    app = new_app(out)
    from platform_cli.infra.bundle import make_bundler, make_placeholder_bundler
    from platform_cli.infra.stack import ClientStack

    with tempfile.TemporaryDirectory() as empty:
        make_bundle = (
            make_bundler(blueprint.offers, bundles)
            if bundles
            else make_placeholder_bundler(Path(empty))
        )
        ClientStack(app, blueprint, make_bundle)
        app.synth()
    return out


def new_app(out: Path) -> "App":
    """Return an empty app that adds nothing of its own to the template."""
    from aws_cdk import App

    return App(outdir=str(out), analytics_reporting=False, tree_metadata=False, context=CONTEXT)


def main() -> int:
    """Synthesize the blueprint on stdin. Returns the exit code."""
    request = json.load(sys.stdin)
    try:
        synthesize(
            codec.from_json(json.dumps(request["blueprint"])),
            Path(request["out"]),
            bundles=Path(request["bundles"]) if request["bundles"] else None,
            validate=request["validate"],
        )
    except PlatformError as error:
        sys.stderr.write("\n".join(finding.message for finding in error.findings) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
