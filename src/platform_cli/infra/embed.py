"""Add a client's stack to another CDK app."""

from collections.abc import Iterable
from pathlib import Path

from aws_cdk import Annotations
from constructs import Construct

from platform_cli.blueprint.model import Blueprint, Offers
from platform_cli.infra.bundle import Bundler, make_bundler, make_placeholder_bundler
from platform_cli.infra.stack import ClientStack

Scope = Construct
"""An app or a stage."""

BUNDLING = "aws:cdk:bundling-stacks"
"""Context key with the stacks that the CDK's command line wants packed; empty for `cdk list`."""


def add_stack(
    scope: Scope, blueprint: Blueprint, cache: Path, warnings: Iterable[str]
) -> ClientStack:
    """Add the stack to an app or a stage, with its functions packed in `cache`.

    The CDK's own commands show the warnings.
    """
    stack = ClientStack(scope, blueprint, _bundler(scope, blueprint.offers, cache))
    for number, warning in enumerate(warnings):
        Annotations.of(stack).add_warning_v2(f"platform:{number}", warning)
    return stack


def _bundler(scope: Scope, offers: Offers, cache: Path) -> Bundler:
    nothing_wanted = scope.node.try_get_context(BUNDLING) == []
    return make_placeholder_bundler(cache) if nothing_wanted else make_bundler(offers, cache)
