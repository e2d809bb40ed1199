"""Delete a client's stack and, on request, the data that outlives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from platform_cli.blueprint.stores import (
    STORE_TYPES,
    Bucket,
    KeyValueStore,
    Queue,
    Store,
    Table,
    is_retaining,
)
from platform_cli.targets import stack as stacks
from platform_cli.targets.deployments import Deployment
from platform_cli.targets.target import Target


@dataclass(frozen=True, slots=True)
class DataResource:
    """One resource that holds data."""

    logical_id: str
    name: str
    store_type: type[Store]
    is_retained: bool
    type: str
    """The CloudFormation type, which can be a former one of its kind of store."""

    @property
    def holds(self) -> str:
        return self.store_type.holds


def list_data_resources(deployment: Deployment) -> list[DataResource]:
    """List the resources of the stack that hold data, and whether they outlive the stack.

    The list is from the deployed template, because the client's file may have changed since.
    """
    template = stacks.read_template(deployment.target, deployment.stack.name) or {}
    policies: Mapping[str, Any] = template.get("Resources", {})
    return [
        DataResource(
            resource.logical_id,
            resource.physical_id,
            STORE_TYPES[resource.type],
            is_retained=is_retaining(policies.get(resource.logical_id, {}).get("DeletionPolicy")),
            type=resource.type,
        )
        for resource in stacks.list_resources(deployment.target, deployment.stack.name)
        if resource.type in STORE_TYPES
    ]


def delete_stack(
    deployment: Deployment, resources: list[DataResource], on_progress: Callable[[str], None]
) -> None:
    """Empty the buckets of the stack, then delete the stack and wait."""
    target, name = deployment.target, deployment.stack.name
    # Checked again, since the confirmation may have taken long.
    stacks.reject_foreign_stack(target, deployment.names)
    for resource in resources:
        if resource.store_type.emptied_before_deletion and not resource.is_retained:
            on_progress(f"emptying {resource.name}")
            empty_bucket(target, resource.name)
    client = target.client("cloudformation")
    client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    on_progress(f"deleting {name}")
    client.delete_stack(StackName=name)
    stacks.wait_until_deleted(target, name)


def empty_bucket(target: Target, bucket: str) -> None:
    """Delete every version of every object."""
    client = target.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [
            {"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions
        ]
        if objects:
            client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def delete_retained_data(
    target: Target, resources: list[DataResource], on_progress: Callable[[str], None]
) -> None:
    """Delete the resources that outlived the stack, with their data."""
    for resource in resources:
        if not resource.is_retained:
            continue
        on_progress(f"deleting {resource.name}")
        _delete_store(target, resource.store_type, resource.name)


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
