"""Delete a client's stack, and the data that outlives it if a person asks for that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from platform_cli.blueprint.stores import STORE_TYPES, Bucket, KeyValueStore, Queue, Store, Table
from platform_cli.errors import DeployFailed
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.target import Target

POLL_SECONDS: Final = {"local": 1, "aws": 10}


@dataclass(frozen=True, slots=True)
class DataResource:
    """One resource that holds data."""

    logical_id: str
    name: str
    store_type: type[Store]
    is_retained: bool

    @property
    def type(self) -> str:
        """The CloudFormation type."""
        return self.store_type.resource_type

    @property
    def holds(self) -> str:
        return self.store_type.holds


def list_data_resources(deployed: Deployment) -> list[DataResource]:
    """Everything of the stack that holds data, and whether it outlives the stack.

    Both come from the deployed template: the client's file may have changed since.
    """
    template = stacks.read_template(deployed.target, deployed.stack.name) or {}
    policies: Mapping[str, Any] = template.get("Resources", {})
    return [
        DataResource(
            each.logical_id,
            each.physical_id,
            STORE_TYPES[each.type],
            is_retained=policies.get(each.logical_id, {}).get("DeletionPolicy") == "Retain",
        )
        for each in stacks.list_resources(deployed.target, deployed.stack.name)
        if each.type in STORE_TYPES
    ]


def delete_stack(
    deployed: Deployment, held: list[DataResource], tell: Callable[[str], None]
) -> None:
    """Empty the buckets of the stack, then delete the stack and wait."""
    from botocore.exceptions import WaiterError

    target, name = deployed.target, deployed.stack.name
    # Checked again: a person may have taken long to confirm.
    stacks.require_ownership(target, deployed.names)
    for each in held:
        if each.store_type.emptied_before_deletion and not each.is_retained:
            tell(f"emptying {each.name}")
            empty_bucket(target, each.name)
    client = target.client("cloudformation")
    client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    tell(f"deleting {name}")
    client.delete_stack(StackName=name)
    delay = POLL_SECONDS[target.name]
    try:
        client.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig={"Delay": delay, "MaxAttempts": 3600 // delay}
        )
    except WaiterError as error:
        raise DeployFailed(
            f"{name} could not be deleted: {_reason(client, name)}",
            hint="fix the cause and run the same command again",
        ) from error


def empty_bucket(target: Target, bucket: str) -> None:
    """Deletes every version of every object."""
    client = target.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        doomed = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
        if doomed:
            client.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})


def _reason(client: Any, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = (each for each in events if each["ResourceStatus"].endswith("DELETE_FAILED"))
    first: Mapping[str, Any] = next(failed, {})
    return (
        f"{first.get('LogicalResourceId', name)}: {first.get('ResourceStatusReason', 'no reason')}"
    )


def delete_retained_data(
    target: Target, held: list[DataResource], tell: Callable[[str], None]
) -> None:
    """Delete the resources that outlived the stack, with their data."""
    for each in held:
        if not each.is_retained:
            continue
        tell(f"deleting {each.name}")
        _delete_store(target, each.store_type, each.name)


def _delete_store(target: Target, store_type: type[Store], name: str) -> None:
    if store_type is Bucket:
        empty_bucket(target, name)
        target.client("s3").delete_bucket(Bucket=name)
    elif store_type is Table:
        _delete_table(target, name)
    elif store_type is KeyValueStore:
        _delete_key_value_store(target, name)
    elif store_type is Queue:
        # CloudFormation's physical id of a queue is its URL.
        target.client("sqs").delete_queue(QueueUrl=name)


def _delete_table(target: Target, name: str) -> None:
    client = target.client("dynamodb")
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    # A table that is still being updated cannot be deleted.
    client.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 60}
    )
    client.delete_table(TableName=name)


def _delete_key_value_store(target: Target, name: str) -> None:
    client = target.client("cloudfront")
    tag = client.describe_key_value_store(Name=name)["ETag"]
    client.delete_key_value_store(Name=name, IfMatch=tag)
