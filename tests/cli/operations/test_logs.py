"""Log lines keep the order in which they were written, and a failed build shows its last ones."""

from collections.abc import Iterator
from typing import Any

import pytest

from platform_cli.blueprint.model import Names
from platform_cli.local.addresses import SiteAddresses
from platform_cli.operations import logs, releases
from platform_cli.operations.releases import BuildFailed
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.stack import Stack
from platform_cli.targets.target import Target
from platform_core import contract

BUILD = "20261201-090000000-abc123"
WRITTEN = ["zeta", "alpha", "zeta", "[Container] Exit", "Alpha"]
GROUP = "/aws/codebuild/acme-prod-composed-build"


class Aws:
    """The answers of CloudWatch Logs, CloudFormation and DynamoDB for one failed build."""

    name = "local"

    def __init__(self) -> None:
        self.failures = 0

    def client(self, _: str) -> "Aws":
        return self

    def get_paginator(self, operation: str) -> Any:
        self.operation = operation
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, Any]]:
        group = {"LogicalResourceId": "Log", "PhysicalResourceId": GROUP,
                 "ResourceType": "AWS::Logs::LogGroup"}  # fmt: skip
        build = {
            contract.SITE_SORT: {"S": BUILD}, "covers": {"N": "3"}, "cause": {"S": "deploy"},
            "status": {"S": "failed"}, "reason": {"S": "BUILD: exit status 1"},
            "log_group": {"S": GROUP}, "log_stream": {"S": "stream"},
        }  # fmt: skip
        answers: dict[str, dict[str, Any]] = {
            "list_stack_resources": {"StackResourceSummaries": [group]},
            "filter_log_events": {"events": [{"timestamp": 5, "message": t} for t in WRITTEN]},
            "query": {"Items": [build]},
        }
        yield answers[self.operation]

    def get_item(self, Key: dict[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803
        if Key[contract.SITE_SORT]["S"] == BUILD:
            (build,) = next(self.get_paginator("query").paginate())["Items"]
            return {"Item": build}
        self.failures += 1
        return {"Item": {"state": {"S": "waiting"}, "failures": {"N": str(self.failures)}}}


@pytest.fixture
def deployment() -> Deployment:
    target: Target = Aws()  # type: ignore[assignment]
    names = Names("acme", "prod", "acme-prod", "Acme-Prod", "a_stack")
    stack = Stack("Acme-Prod", "CREATE_COMPLETE", {contract.OUT_SITE_TABLE: "site"})
    return Deployment(names, target, stack, SiteAddresses("", "", ""))


def test_lines_of_one_millisecond_keep_their_order(deployment: Deployment) -> None:
    assert [line.text for line in logs.read_lines(deployment, since=0)] == WRITTEN


def test_a_failed_build_shows_its_reason_and_its_last_lines(deployment: Deployment) -> None:
    with pytest.raises(BuildFailed, match="not built: BUILD: exit status 1") as error:
        releases.wait_until_built(deployment, 3, seconds=9, on_progress=lambda _: None)
    (finding,) = error.value.findings
    assert finding.excerpt.splitlines() == WRITTEN
    assert finding.hint == f"the whole log: platform builds acme --log {BUILD}"
