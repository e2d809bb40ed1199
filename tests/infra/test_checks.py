"""Templates pass third-party checks: cfn-lint and cdk-nag's AwsSolutions."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]

from tests.infra.clients import BLUEPRINTS, Synthesized, synthesize

if TYPE_CHECKING:
    from aws_cdk import Stack


def test_cfn_lint_finds_no_error_and_no_warning(stack: Synthesized) -> None:
    assert [str(found) for found in lint_file(stack.path)] == []


def nagged(stack: "Stack") -> None:
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    Validations.of(stack.node.root).add_plugins(AwsSolutionsChecks(stack.node.root))


@pytest.mark.parametrize("name", sorted(BLUEPRINTS))
def test_every_finding_of_cdk_nag_has_a_reason(name: str, tmp_path: Path) -> None:
    synthesize(BLUEPRINTS[name](), tmp_path, with_=nagged)


def test_cdk_nag_detects_a_violation(tmp_path: Path) -> None:
    def careless(stack: "Stack") -> None:
        from aws_cdk import aws_s3

        nagged(stack)
        aws_s3.CfnBucket(stack, "Open")

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        synthesize(BLUEPRINTS["direct"](), tmp_path, with_=careless)
