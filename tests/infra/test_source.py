"""A site that renders its own repository: the rights to store its commits, and nothing more."""

import json
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_core import contract
from tests.infra.clients import DECAP, SHOPIFY, Synthesized, client, synthesize
from tests.infra.test_permissions import role_of, statements


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    blueprint = compose(
        client(
            service_integration={
                "integration_mode": "event_driven",
                "ssg_engine": "hugo",
                "cms_config": DECAP,
                "ecommerce_config": SHOPIFY,
            },
            site={"content": "source"},
        )
    )
    return synthesize(blueprint, tmp_path_factory.mktemp("source"))


def function(stack: Synthesized, purpose: str) -> dict[str, Any]:
    name = f"{stack.blueprint.names.resource_prefix}-{purpose}"
    [found] = [
        properties
        for properties in stack.of_type("AWS::Lambda::Function").values()
        if properties["FunctionName"] == name
    ]
    return found


def test_the_workers_know_the_repository_and_have_space_for_its_archive(stack: Synthesized) -> None:
    for purpose in ("ingest", "builder"):
        worker = function(stack, purpose)
        assert worker["Environment"]["Variables"][contract.SOURCE_PROVIDER] == "decap"
        assert worker["EphemeralStorage"] == {"Size": 1024}
        assert worker["Timeout"] == 300
    router = function(stack, "webhook-router")
    assert contract.SOURCE_PROVIDER not in router["Environment"]["Variables"]
    assert "EphemeralStorage" not in router


def test_only_the_workers_store_commits_and_a_build_only_reads_them(stack: Synthesized) -> None:
    prefix = f"/{contract.COMMITS}"
    writers = {
        role["RoleName"].rpartition("-")[2]
        for role in stack.of_type("AWS::IAM::Role").values()
        for action, resource in statements(role)
        if action == "s3:PutObject" and prefix in resource
    }
    assert writers == {"ingest", "builder"}
    build = set(statements(role_of(stack, "build")))
    assert not any(
        action != "s3:GetObject" and action != "s3:GetObjectVersion"
        for action, resource in build
        if f"/{contract.SOURCES}" in resource
    )


def test_ingest_puts_no_row_but_that_of_the_source(stack: Synthesized) -> None:
    puts = [
        statement
        for policy in role_of(stack, "ingest")["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "dynamodb:PutItem" in statement["Action"] and "SiteTable" in json.dumps(statement)
    ]
    assert [statement["Condition"] for statement in puts] == [
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [contract.SOURCE_ROW]}}
    ]


def test_archives_of_commits_expire(stack: Synthesized, tmp_path: Path) -> None:
    rules = [
        rule
        for bucket in stack.of_type("AWS::S3::Bucket").values()
        for rule in bucket.get("LifecycleConfiguration", {}).get("Rules", ())
        if rule.get("Prefix") == contract.COMMITS
    ]
    assert [rule["ExpirationInDays"] for rule in rules] == [30]
