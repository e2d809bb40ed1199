"""Permissions in a client's stack, read from the template."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.local.access.build_role import BuildRole
from platform_core import contract
from tests.infra.clients import Synthesized, client, synthesize, text

Get = Callable[[str], Synthesized]

READS_SECRETS = {"ssm:GetParameter", "secretsmanager:GetSecretValue"}


def statements(role: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the (action, resource) pairs that a role allows."""
    assert set(role) <= {"AssumeRolePolicyDocument", "Policies", "RoleName", "Tags"}
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for action in statement["Action"]:
                for resource in statement["Resource"]:
                    yield action, text(resource)


def role_of(stack: Synthesized, purpose: str) -> dict[str, Any]:
    prefix = stack.blueprint.names.resource_prefix
    [found] = [
        role
        for role in stack.of_type("AWS::IAM::Role").values()
        if role["RoleName"] == f"{prefix}-{purpose}"
    ]
    return found


def test_the_build_role_has_minimal_permissions(stack: Synthesized) -> None:
    allowed = {
        (action, resource.rpartition(">")[2])
        for action, resource in statements(role_of(stack, "build"))
    }
    assert allowed == {
        ("logs:CreateLogStream", ""),
        ("logs:PutLogEvents", ""),
        ("s3:GetBucketAcl", ""),
        ("s3:GetBucketLocation", ""),
        ("s3:GetObject", "/source/*"),
        ("s3:GetObjectVersion", "/source/*"),
        ("s3:GetObject", "/snapshots/*"),
        ("s3:GetObject", "/cache/*"),
        ("s3:PutObject", "/cache/*"),
        ("s3:ListBucket", ""),
        ("s3:PutObject", "/releases/${aws:userid}/*"),
        ("s3:PutObject", "/assets/*"),
    }


def split_objects(resource: str) -> tuple[str, str]:
    """Return the bucket, `data` or `site`, and the prefix of a pattern of objects."""
    bucket, _, pattern = resource.rpartition(">")
    [kind] = [kind for kind in ("data", "site") if f"{kind}bucket" in bucket.lower()]
    return kind, pattern.removeprefix("/").removesuffix("*")


def test_the_embedded_cloud_enforces_the_objects_of_the_build_role(stack: Synthesized) -> None:
    """Both come from one list."""
    variables = {"DATA_BUCKET": "data", "SITE_BUCKET": "site", "ATTEMPT_ID": "${aws:userid}"}
    on_aws = {
        (action, *split_objects(resource))
        for action, resource in statements(role_of(stack, "build"))
        if action in {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}
    }
    assert BuildRole.for_build("id", variables).rows == on_aws


def test_no_role_has_wildcard_permissions(stack: Synthesized) -> None:
    for role in stack.of_type("AWS::IAM::Role").values():
        for action, resource in statements(role):
            assert "*" not in action
            # The one action of ours that has no resource type.
            assert resource != "*" or action == "dynamodb:ListStreams"
            assert "ManagedPolicyArns" not in role


def test_only_the_builder_passes_a_role_and_writes_the_pointer(stack: Synthesized) -> None:
    for name, role in stack.of_type("AWS::IAM::Role").items():
        actions = {action for action, _ in statements(role)}
        if "Builder" not in name:
            assert not actions & {"iam:PassRole", "cloudfront-keyvaluestore:PutKey"}
        else:
            assert actions >= {"iam:PassRole", "cloudfront-keyvaluestore:PutKey"}


def test_the_router_can_store_but_not_read_deliveries(stacks: Get) -> None:
    actions = {action for action, _ in statements(role_of(stacks("composed"), "webhook-router"))}
    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
        "dynamodb:PutItem",
        "s3:PutObject",
        "ssm:GetParameter",
        "kms:Decrypt",
    }


MAY: dict[tuple[str, str], set[str]] = {
    ("composed", "ingest"): {
        "InboxTable: DeleteItem GetItem Scan UpdateItem",
        "InboxTable/index/PendingIndex: Query",
        "InboxTable stream: DescribeStream GetRecords GetShardIterator",
        "*: ListStreams",
        "ContentTable: GetItem PutItem",
        "ContentTable/index/ProviderUpdateIndex: Query",
        "SiteTable: GetItem UpdateItem",
        "DataBucket: ListBucket ListBucketVersions",
        "DataBucket/inbox/*: DeleteObject DeleteObjectVersion GetObject GetObjectVersion PutObject",
        "DataBucket/aside/*: DeleteObject DeleteObjectVersion GetObject GetObjectVersion PutObject",
        "DataBucket/bodies/*: PutObject",
    },
    ("composed", "content-api"): {
        "ContentTable: Query",
        "ContentTable/index/ClientContentTypeIndex: Query",
        "DataBucket/bodies/*: GetObject",
    },
    ("composed", "forms"): {
        "FormsTable: GetItem PutItem UpdateItem",
        "FormsTable/index/MailIndex: Query",
        "FormsTable stream: DescribeStream GetRecords GetShardIterator",
        "*: ListStreams",
    },
    ("composed", "builder"): {
        "SiteTable: DeleteItem GetItem PutItem Query UpdateItem",
        "ContentTable: Scan",
        "DataBucket/bodies/*: GetObject",
        "DataBucket/site.json: GetObject",
        "DataBucket/snapshots/*: AbortMultipartUpload DeleteObject PutObject",
        "DataBucket: ListBucket",
        "SiteBucket: ListBucket",
        "SiteBucket/releases/*: DeleteObject GetObject",
        "SiteBucket/assets/*: DeleteObject GetObject",
        "SiteBucket/errors/404.html: PutObject",
    },
    ("direct", "builder"): {
        "SiteTable: DeleteItem GetItem PutItem Query UpdateItem",
        "InboxTable: GetItem UpdateItem",
        "InboxTable/index/PendingIndex: Query",
        "InboxTable stream: DescribeStream GetRecords GetShardIterator",
        "*: ListStreams",
        "DataBucket/inbox/*: DeleteObject GetObject PutObject",
        "DataBucket/aside/*: DeleteObject GetObject PutObject",
        "DataBucket/site.json: GetObject",
        "DataBucket/snapshots/*: AbortMultipartUpload DeleteObject PutObject",
        "DataBucket: ListBucket",
        "SiteBucket: ListBucket",
        "SiteBucket/releases/*: DeleteObject GetObject",
        "SiteBucket/assets/*: DeleteObject GetObject",
        "SiteBucket/errors/404.html: PutObject",
    },
}
"""The calls of each function to tables and buckets; see the adapters in lambdas/runtime."""


@pytest.mark.parametrize(("name", "function"), MAY)
def test_each_function_has_only_the_data_permissions_that_it_uses(
    stacks: Get, name: str, function: str
) -> None:
    allowed: dict[str, set[str]] = {}
    for action, resource in statements(role_of(stacks(name), function)):
        service, _, verb = action.partition(":")
        if service in {"dynamodb", "s3"}:
            where = re.sub(r"<Stores(\w+?)[0-9A-F]{8}\.(Arn|StreamArn)>", r"\1.\2", resource)
            where = where.replace(".StreamArn", " stream").replace(".Arn", "")
            allowed.setdefault(where, set()).add(verb)
    assert {f"{where}: {' '.join(sorted(all_))}" for where, all_ in allowed.items()} == MAY[
        (name, function)
    ]


def test_the_router_reads_webhook_secrets_only(stack: Synthesized) -> None:
    read = [
        resource
        for action, resource in statements(role_of(stack, "webhook-router"))
        if action in READS_SECRETS
    ]
    assert read
    assert all(re.search(r"/webhook_secret(-\?{6})?$", each) for each in read)


def test_only_the_router_reads_webhook_secrets(stack: Synthesized) -> None:
    readers = {
        role["RoleName"].removeprefix(f"{stack.blueprint.names.resource_prefix}-")
        for role in stack.of_type("AWS::IAM::Role").values()
        for action, resource in statements(role)
        if action in READS_SECRETS and "/webhook_secret" in resource
    }
    assert readers == {"webhook-router"}


def test_a_worker_reads_a_webhook_secret_that_is_an_api_key_as_well(tmp_path: Path) -> None:
    shop = {"provider": "snipcart", "settings": {"public_api_key": "ZmpvcmQtYW5k"}}
    made = client(
        service_integration={
            "integration_mode": "direct",
            "ssg_engine": "hugo",
            "ecommerce_config": shop,
        }
    )
    stack = synthesize(compose(made), tmp_path)
    read = {
        resource.rpartition("/")[2]
        for action, resource in statements(role_of(stack, "builder"))
        if action in READS_SECRETS
    }
    assert read == {"webhook_secret"}


def test_a_bucket_is_listed_below_known_prefixes_only(stack: Synthesized) -> None:
    """S3 answers 404 for a missing object below them, and 403 elsewhere."""
    listed: dict[str, set[str]] = {}
    for role in stack.of_type("AWS::IAM::Role").values():
        purpose = role["RoleName"].removeprefix(f"{stack.blueprint.names.resource_prefix}-")
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            if "s3:ListBucket" in statement["Action"]:
                prefixes = statement["Condition"]["StringLike"]["s3:prefix"]
                listed.setdefault(purpose, set()).update(prefixes)
    builder = {"releases/*", "assets/*", "snapshots/*", "site.json*", "bodies/*"}
    worker = {"inbox/*", "aside/*"}
    direct = {"builder": builder | worker, "build": {"cache/*"}}
    event_driven = {"builder": builder, "ingest": worker, "build": {"cache/*"}}
    is_direct = stack.blueprint.integration_mode == "direct"
    assert listed == (direct if is_direct else event_driven)


def test_dead_letters_come_from_own_topics_and_rules_only(stack: Synthesized) -> None:
    """A pattern such as `acme-prod-*` would match the topics of a client `acme-prod`, too."""
    [policy] = stack.of_type("AWS::SQS::QueuePolicy").values()
    [_, allowed] = policy["PolicyDocument"]["Statement"]
    senders = {
        text(each).rpartition(":")[2].removeprefix("rule/")
        for each in allowed["Condition"]["ArnEquals"]["aws:SourceArn"]
    }
    named = {each["Name"] for each in stack.of_type("AWS::Events::Rule").values()} | {
        each["TopicName"]
        for each in stack.of_type("AWS::SNS::Topic").values()
        if each["TopicName"].endswith(("-content-events", "-commerce-events"))
    }
    assert senders == named


def test_secrets_are_read_by_name_below_the_clients_own_path(stack: Synthesized) -> None:
    names = stack.blueprint.names
    read = [
        (action, resource)
        for role in stack.of_type("AWS::IAM::Role").values()
        for action, resource in statements(role)
        if action.startswith(("ssm:", "secretsmanager:"))
    ]
    assert read
    for action, resource in read:
        assert action in READS_SECRETS
        assert f"/platform/{names.client_id}/{names.environment}/" in resource
        assert "*" not in resource


def test_a_key_is_used_for_these_parameters_only(stacks: Get) -> None:
    for role in stacks("composed").of_type("AWS::IAM::Role").values():
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            if "kms:Decrypt" in statement["Action"]:
                meant = statement["Condition"]["StringEquals"]
                assert text(meant["kms:ViaService"]).startswith("ssm.")
                assert all(
                    ":parameter/platform/plum-orchard/prod/" in text(each)
                    for each in meant["kms:EncryptionContext:PARAMETER_ARN"]
                )


def test_secrets_manager_is_used_if_the_client_chose_it(stacks: Get) -> None:
    shop = stacks("shop")
    actions = {action for action, _ in statements(role_of(shop, "webhook-router"))}
    assert actions & READS_SECRETS == {"secretsmanager:GetSecretValue"}
    stores = {
        each["Environment"]["Variables"][contract.SECRET_STORE]
        for each in shop.of_type("AWS::Lambda::Function").values()
    }
    assert stores == {"secretsmanager"}


def test_no_secret_and_no_content_in_any_environment(stack: Synthesized) -> None:
    allowed = {
        value for key, value in vars(contract).items() if key.isupper() and isinstance(value, str)
    }
    for function in stack.of_type("AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        assert set(variables) <= allowed
        assert len(json.dumps(variables)) < 4096
    text_of_template = json.dumps(stack.template).lower()
    assert not re.search(r"password|private_key|shpss_|ghp_|bearer ", text_of_template)


def test_forms_send_mails_between_the_addresses_of_the_file_only(stacks: Get) -> None:
    """SES checks the address or its domain, of the recipient too while it is in the sandbox."""
    sends = {
        resource.rpartition("/")[2]
        for action, resource in statements(role_of(stacks("composed"), "forms"))
        if action.startswith("ses:")
    }
    assert sends == {"hello@plum-orchard.example", "plum-orchard.example"}


def test_forms_read_no_secret(stacks: Get) -> None:
    actions = {action for action, _ in statements(role_of(stacks("composed"), "forms"))}
    assert not actions & READS_SECRETS
