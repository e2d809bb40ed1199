"""`destroy` keeps the data that the template retains, whichever retaining policy it names."""

import json
from typing import Any

import pytest

from platform_cli.blueprint.compose import compose
from platform_cli.blueprint.stores import Table
from platform_cli.config.client_names import TAG_CLIENT, TAG_ENVIRONMENT
from platform_cli.deploy import teardown
from platform_cli.local.addresses import SiteAddresses
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.target import local_target
from tests.infra.clients import client
from tests.local.ground import AwsClients

pytestmark = pytest.mark.local

NAMES = compose(client()).names
BUCKET, TABLE = "plum-orchard-prod-site-000000000000", "plum-orchard-prod-build-batching"


def template(policy: str, table_type: str) -> str:
    """Return a stack with a bucket and a table of this policy."""
    table: dict[str, Any] = {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    if table_type == Table.resource_type:
        table["Replicas"] = [{"Region": {"Ref": "AWS::Region"}}]
    resources: dict[str, Any] = {
        "Site": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
        "Rows": {"Type": table_type, "Properties": table},
    }
    for resource in resources.values():
        resource |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    return json.dumps({"Resources": resources})


def deploy_stack(
    cloud: EmbeddedCloud, aws: AwsClients, policy: str, table_type: str = Table.resource_type
) -> Deployment:
    """Create the client's stack, with one file in its bucket."""
    name, formation = NAMES.deployment_name, aws("cloudformation")
    tags = {TAG_CLIENT: NAMES.client_id, TAG_ENVIRONMENT: NAMES.environment}
    formation.create_stack(
        StackName=name,
        TemplateBody=template(policy, table_type),
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    aws("s3").put_object(Bucket=BUCKET, Key="releases/live/index.html", Body=b"a page")
    target = local_target(cloud.ensure_running(), NAMES.client_id)
    stack = stacks.read_stack(target, name)
    assert stack is not None
    return Deployment(NAMES, target, stack, SiteAddresses("", "", ""))


@pytest.mark.parametrize(
    ("policy", "table_type"),
    [("Retain", Table.former_resource_type), ("RetainExceptOnCreate", Table.resource_type)],
)
def test_destroy_keeps_what_the_template_retains(
    cloud: EmbeddedCloud, aws: AwsClients, policy: str, table_type: str
) -> None:
    """Only `--with-data` empties a production bucket. The first stack is of an earlier version."""
    deployed = deploy_stack(cloud, aws, policy, table_type)
    resources = teardown.list_data_resources(deployed)
    assert {(item.name, item.is_retained) for item in resources} == {(BUCKET, True), (TABLE, True)}
    teardown.delete_stack(deployed, resources, lambda _: None)
    assert stacks.read_stack(deployed.target, deployed.stack.name) is None
    listing = aws("s3").list_objects_v2(Bucket=BUCKET)
    assert [item["Key"] for item in listing["Contents"]] == ["releases/live/index.html"]
    assert aws("dynamodb").describe_table(TableName=TABLE)["Table"]["TableName"] == TABLE
    teardown.delete_retained_data(deployed.target, resources, lambda _: None)
    assert BUCKET not in {item["Name"] for item in aws("s3").list_buckets()["Buckets"]}
    assert TABLE not in aws("dynamodb").list_tables()["TableNames"]


def test_destroy_deletes_what_the_template_does_not_retain(
    cloud: EmbeddedCloud, aws: AwsClients
) -> None:
    deployed = deploy_stack(cloud, aws, "Delete")
    resources = teardown.list_data_resources(deployed)
    assert not any(item.is_retained for item in resources)
    teardown.delete_stack(deployed, resources, lambda _: None)
    assert BUCKET not in {item["Name"] for item in aws("s3").list_buckets()["Buckets"]}
