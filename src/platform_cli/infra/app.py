"""Synthesizes one client, in a process of its own: `python -m platform_cli.infra.app`.

The command line never imports the CDK; it starts this module with one JSON object on stdin:

    {"client": path of the YAML, "environment": name or null, "stack": its name,
     "offers": {field: value}, "out": folder for cdk.out, "bundles": cache folder or null,
     "validate": bool}

On success it says nothing. A failure that a person can act on is told on stderr, exit code 1.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from platform_cli.config.load import load_client
from platform_cli.errors import PlatformError
from platform_cli.resolve.blueprint import Blueprint, Offers
from platform_cli.resolve.compose import compose

if TYPE_CHECKING:
    from aws_cdk import App

CONTEXT = {
    "aws:cdk:enable-path-metadata": False,
    "aws:cdk:enable-asset-metadata": False,
    "aws:cdk:disable-stack-trace": True,
}


def synthesize(blueprint: Blueprint, out: Path, *, bundles: Path | None, validate: bool) -> Path:
    """Writes `cdk.out` anew, and returns it.

    `bundles` is where the functions' code is packed, once per content; None packs none, for a
    template that is only looked at. `validate`: with the CDK's own checks of the template, which
    cost four times the rest.
    """
    if not validate:
        os.environ["CDK_VALIDATION"] = "false"
    shutil.rmtree(out, ignore_errors=True)
    app = new_app(out)
    from platform_cli.infra.bundle import bundler, unpacked
    from platform_cli.infra.stack import ClientStack

    with tempfile.TemporaryDirectory() as empty:
        packed = bundler(blueprint.offers, bundles) if bundles else unpacked(Path(empty))
        ClientStack(app, blueprint, packed)
        app.synth()
    return out


def new_app(out: Path) -> "App":
    """An empty app that writes nothing into the template but what the parts say."""
    from aws_cdk import App

    return App(outdir=str(out), analytics_reporting=False, tree_metadata=False, context=CONTEXT)


def main() -> int:
    asked = json.load(sys.stdin)
    try:
        config = load_client(Path(asked["client"]), asked["environment"])
        composed = compose(config, offers=Offers(**asked["offers"]))
        synthesize(
            composed.called(asked["stack"]),
            Path(asked["out"]),
            bundles=Path(asked["bundles"]) if asked["bundles"] else None,
            validate=asked["validate"],
        )
    except PlatformError as error:
        sys.stderr.write("\n".join(each.message for each in error.findings) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
