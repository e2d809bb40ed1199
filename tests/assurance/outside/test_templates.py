"""Findings of the AWS review that a template shows.

The IAM simulation of every call, parliament and moto run by hand: see the README.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.assurance.outside.templates import ACCOUNT, REGION, Template, load_template, roles

GOLDEN = Path(__file__).parents[2] / "infra" / "golden"
TEMPLATES = sorted(GOLDEN.glob("*.json"))
NAMES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
}
"""Types with retained resources, and the property that names one."""
RETAINED = {"Retain", "RetainExceptOnCreate"}
INTRINSICS = ("Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub")


@pytest.fixture
def composed() -> Template:
    """The golden template with every part."""
    return load_template(GOLDEN / "composed.json")


def retained(path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the buckets and tables that outlive their stack, by logical id."""
    return {
        logical_id: resource
        for logical_id, resource in load_template(path).of_type(*NAMES)
        if resource.get("DeletionPolicy") in RETAINED
    }


RETAINING = [path for path in TEMPLATES if retained(path)]
"""Templates of production; the others retain no resources."""


@pytest.mark.parametrize("path", TEMPLATES, ids=[path.stem for path in TEMPLATES])
def test_a_template_resolves_to_plain_json(path: Path) -> None:
    text = json.dumps(load_template(path).resolved())
    assert not [name for name in INTRINSICS if f'"{name}"' in text]


def test_the_production_templates_retain_buckets_and_tables() -> None:
    assert RETAINING
    for path in RETAINING:
        types = {resource["Type"] for resource in retained(path).values()}
        assert "AWS::S3::Bucket" in types
        assert len(types) == 2


@pytest.mark.parametrize("path", RETAINING, ids=[path.stem for path in RETAINING])
def test_a_retained_resource_can_be_imported_again(path: Path) -> None:
    dynamic = {
        logical_id
        for logical_id, resource in retained(path).items()
        if not isinstance(resource["Properties"].get(NAMES[resource["Type"]]), str)
    }
    assert dynamic == set()


@pytest.mark.parametrize("path", RETAINING, ids=[path.stem for path in RETAINING])
def test_a_failed_creation_leaves_no_retained_resource(path: Path) -> None:
    policies = {resource["DeletionPolicy"] for resource in retained(path).values()}
    assert policies == {"RetainExceptOnCreate"}


# --- roles -------------------------------------------------------------------------------------


def test_a_build_reads_no_secret_and_deletes_nothing(composed: Template) -> None:
    build = next(role for name, role in roles(composed).items() if name.endswith("-build"))
    secret = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/platform/acme/prod/decap/webhook_secret"
    assert not build.allows("ssm:GetParameter", secret)
    for key in ("releases/other/index.html", "assets/site.css"):
        assert not build.allows("s3:DeleteObject", f"arn:aws:s3:::{site_bucket(composed)}/{key}")


def test_a_build_writes_into_its_own_release_only(composed: Template) -> None:
    build = next(role for name, role in roles(composed).items() if name.endswith("-build"))
    live_page = f"arn:aws:s3:::{site_bucket(composed)}/releases/of-another-build/sw.js"
    assert not build.allows("s3:PutObject", live_page)


def test_list_streams_is_granted_on_everything_or_not_at_all(composed: Template) -> None:
    narrow = [
        statement
        for role in roles(composed).values()
        for statement in role.statements
        if "dynamodb:ListStreams" in statement["Action"] and statement["Resource"] != "*"
    ]
    assert narrow == []


def test_only_the_router_reads_webhook_secrets(composed: Template) -> None:
    readers = {
        name
        for name, role in roles(composed).items()
        for statement in role.statements
        if "ssm:GetParameter" in statement["Action"]
        and "webhook_secret" in json.dumps(statement["Resource"])
    }
    assert readers
    assert {name for name in readers if "webhook" not in name} == set()


def site_bucket(template: Template) -> str:
    """Return the name of the bucket that holds the releases."""
    names = [template.name(logical_id) for logical_id, _ in template.of_type("AWS::S3::Bucket")]
    return next(name for name in names if "-site-" in name)
