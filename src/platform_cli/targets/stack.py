"""A client's stack in CloudFormation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from platform_cli.blueprint.model import Names
from platform_cli.config.client_names import TAG_CLIENT, TAG_ENVIRONMENT
from platform_cli.errors import DeployFailed, PlatformError
from platform_cli.targets.target import Target

DELETED = "DELETE_COMPLETE"
FAILED_CREATE_STATES = frozenset(
    {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS", DELETED}
)
"""States of a stack whose creation failed. It is empty, and the next deploy deletes it."""

UNEXECUTED = "REVIEW_IN_PROGRESS"
"""A stack whose first change set was never executed: it has no resources."""

_VALIDATION = "Validation failed"
POLL_SECONDS: Final = {"local": 1, "aws": 10}


@dataclass(frozen=True, slots=True)
class Stack:
    """The current state of a stack."""

    name: str
    status: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    changed_at: str = ""
    drift: str = ""
    """The last result of CloudFormation's drift detection, for example `DRIFTED`."""

    @property
    def exists(self) -> bool:
        return self.status not in FAILED_CREATE_STATES

    def output(self, key: str) -> str:
        """Return one output (`contract.OUT_*`). Raises if the stack does not have it."""
        if key not in self.outputs:
            raise PlatformError(
                f"the stack {self.name} ({self.status}) has no output {key}",
                hint="deploy this client again; the last deploy may have been interrupted",
            )
        return self.outputs[key]


def read_stack(target: Target, name: str) -> Stack | None:
    """Return the stack of this name, or None."""
    existing = [stack for stack in _describe(target, StackName=name) if stack.exists]
    return existing[0] if existing else None


def find_stack(target: Target, names: Names) -> Stack | None:
    """Find a client's stack by its name, else by its tags.

    The computed name changes with the providers, but a deployed stack keeps its name. Raises if two
    stacks have this client's tags, or if the stack of this name belongs to another client.
    """
    named = read_stack(target, names.deployment_name)
    if named is not None and _is_own(named, names):
        return named
    tagged = [stack for stack in _describe(target) if stack.exists and _is_own(stack, names)]
    if len(tagged) > 1:
        both = " and ".join(stack.name for stack in tagged)
        raise DeployFailed(f"two stacks have the tags of {names.client_id}: {both}")
    if not tagged and named is not None:
        raise _foreign_stack_error(target, named, names)
    return tagged[0] if tagged else None


def reject_foreign_stack(target: Target, names: Names) -> None:
    """Raise DeployFailed if the stack of this name belongs to another client or environment.

    Two clients can share a stack name: `acme-1` and `acme1` both become `Acme1`. The tags, which
    every deploy sets, name the owner. A stack that failed to be created counts as well,
    since a deploy deletes it.
    """
    for stack in _describe(target, StackName=names.deployment_name):
        # CloudFormation does not promise the tags of a stack before its first change set is
        # executed. Such a stack is empty, so without tags it has no owner.
        has_no_owner = stack.status == UNEXECUTED and not stack.tags
        if stack.status != DELETED and not has_no_owner and not _is_own(stack, names):
            raise _foreign_stack_error(target, stack, names)


def _is_own(stack: Stack, names: Names) -> bool:
    own = {TAG_CLIENT: names.client_id, TAG_ENVIRONMENT: names.environment}
    return own.items() <= dict(stack.tags).items()


def _foreign_stack_error(target: Target, stack: Stack, names: Names) -> DeployFailed:
    if TAG_CLIENT in stack.tags:
        owner = f"{stack.tags[TAG_CLIENT]} ({stack.tags.get(TAG_ENVIRONMENT, 'no environment')})"
        message = f"the stack {stack.name} belongs to {owner}"
        hint = (
            "client ids that differ only in hyphens share a stack name: give this client "
            "another client_id, or destroy the other client first"
        )
    else:
        message = f"the stack {stack.name} was not deployed by platform: it has no tag {TAG_CLIENT}"
        hint = "give this client another client_id, or delete that stack if it is not needed"
    return DeployFailed(
        f"{message}, and {names.client_id} ({names.environment}) needs that name",
        where=f"{target.name}, account {target.account}, {target.region}",
        hint=hint,
    )


def delete_failed_stack(target: Target, name: str) -> None:
    """Delete the remains of a failed creation, so that a deploy can start over.

    It may have termination protection, which the CDK CLI cannot remove.
    """
    remains = [stack for stack in _describe(target, StackName=name) if not stack.exists]
    if not remains or remains[0].status == DELETED:
        return
    client = target.client("cloudformation")
    client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    client.delete_stack(StackName=name)
    wait_until_deleted(target, name)


def wait_until_deleted(target: Target, name: str) -> None:
    """Wait until a stack is deleted, for an hour at most. Raises `DeployFailed`.

    A distribution is disabled before it is deleted, which takes many minutes.
    """
    from botocore.exceptions import WaiterError

    client, delay = target.client("cloudformation"), POLL_SECONDS[target.name]
    try:
        client.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig={"Delay": delay, "MaxAttempts": 3600 // delay}
        )
    except WaiterError as error:
        raise DeployFailed(
            f"{name} could not be deleted: {_find_failure_reason(client, name)}",
            hint="fix the cause and run the same command again",
        ) from error


def _find_failure_reason(client: Any, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = (event for event in events if event["ResourceStatus"].endswith("DELETE_FAILED"))
    first: Mapping[str, Any] = next(failed, {})
    return (
        f"{first.get('LogicalResourceId', name)}: {first.get('ResourceStatusReason', 'no reason')}"
    )


def with_validation_errors(target: Target, name: str, error: DeployFailed) -> DeployFailed:
    """Add the findings of CloudFormation's validation, which the CDK CLI does not print."""
    if _VALIDATION not in str(error):
        return error
    events = target.client("cloudformation").describe_events(StackName=name)["OperationEvents"]
    problems = [
        f"{event['LogicalResourceId']}: {event['ValidationStatusReason']}"
        for event in events
        if event.get("ValidationStatus") == "FAILED"
    ]
    hint = error.findings[0].hint
    return DeployFailed("; ".join(problems), hint=hint) if problems else error


def read_template(target: Target, name: str) -> Mapping[str, Any] | None:
    """Read the deployed template. Returns None if there is no stack."""
    if read_stack(target, name) is None:
        return None
    body = target.client("cloudformation").get_template(StackName=name)["TemplateBody"]
    return dict(yaml.safe_load(body) if isinstance(body, str) else body)


@dataclass(frozen=True, slots=True)
class StackResource:
    """One resource of a stack, with its physical name."""

    logical_id: str
    physical_id: str
    type: str


def list_resources(target: Target, name: str) -> list[StackResource]:
    """List all resources of the stack."""
    pages = target.client("cloudformation").get_paginator("list_stack_resources")
    return [
        StackResource(
            item["LogicalResourceId"], item.get("PhysicalResourceId", ""), item["ResourceType"]
        )
        for page in pages.paginate(StackName=name)
        for item in page["StackResourceSummaries"]
    ]


def _describe(target: Target, **filters: str) -> list[Stack]:
    from botocore.exceptions import ClientError

    pages = target.client("cloudformation").get_paginator("describe_stacks")
    try:
        return [_stack(item) for page in pages.paginate(**filters) for item in page["Stacks"]]
    except ClientError as error:
        if "does not exist" in str(error):
            return []
        raise


def _stack(item: Mapping[str, Any]) -> Stack:
    changed_at = item.get("LastUpdatedTime") or item.get("CreationTime")
    return Stack(
        name=item["StackName"],
        status=item["StackStatus"],
        outputs={output["OutputKey"]: output["OutputValue"] for output in item.get("Outputs", ())},
        tags={tag["Key"]: tag["Value"] for tag in item.get("Tags", ())},
        changed_at=changed_at.isoformat() if changed_at else "",
        drift=item.get("DriftInformation", {}).get("StackDriftStatus", ""),
    )
