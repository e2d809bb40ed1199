"""A client's stack as a guest in somebody else's CDK app."""

from collections.abc import Iterable
from pathlib import Path

from aws_cdk import Annotations
from constructs import Construct

from platform_cli.infra.bundle import Bundler, bundler, unpacked
from platform_cli.infra.stack import ClientStack
from platform_cli.resolve.blueprint import Blueprint, Offers

Scope = Construct
"""An app or a stage."""

BUNDLING = "aws:cdk:bundling-stacks"
"""Which stacks the CDK's command line wants packed; it says none where it only lists them."""


def lay(scope: Scope, blueprint: Blueprint, cache: Path, warnings: Iterable[str]) -> ClientStack:
    """The stack in an app or a stage, its functions packed in `cache`; the CDK's own commands show
    the warnings."""
    stack = ClientStack(scope, blueprint, _packed(scope, blueprint.offers, cache))
    for number, each in enumerate(warnings):
        Annotations.of(stack).add_warning_v2(f"platform:{number}", each)
    return stack


def _packed(scope: Scope, offers: Offers, cache: Path) -> Bundler:
    return unpacked(cache) if scope.node.try_get_context(BUNDLING) == [] else bundler(offers, cache)
