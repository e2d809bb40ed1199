"""Removes the deployment of a client."""

from dataclasses import dataclass
from typing import Unpack

from platform_cli.api.deployments.lookup import find_deployed, open_deployments
from platform_cli.api.deployments.plans import lock_client
from platform_cli.api.progress import NO_PROGRESS, Progress
from platform_cli.api.workspaces import Location, open_workspace
from platform_cli.deploy import teardown
from platform_cli.deploy.teardown import DataResource
from platform_cli.targets.deployments import Deployment, Deployments


@dataclass(frozen=True)
class DestroyPlan:
    """The deployment to remove, and the resources of it that hold data."""

    deployments: Deployments
    deployed: Deployment
    holdings: tuple[DataResource, ...]
    with_data: bool
    """Whether the resources that outlive the stack are deleted, too."""
    has_file: bool = True
    """Whether the workspace still has the client's file."""

    @property
    def retained(self) -> tuple[DataResource, ...]:
        """The resources that stay."""
        return () if self.with_data else tuple(item for item in self.holdings if item.is_retained)

    @property
    def deleted(self) -> tuple[DataResource, ...]:
        """The resources that go."""
        return tuple(item for item in self.holdings if item not in self.retained)


@dataclass(frozen=True, slots=True)
class DestroyResult:
    """A removed deployment; the resources are named as their AWS services name them."""

    client_id: str
    environment: str
    target: str
    stack: str
    deleted: tuple[str, ...]
    kept: tuple[str, ...]


def plan_destroy(
    client: str, *, with_data: bool = False, **location: Unpack[Location]
) -> DestroyPlan:
    """List the data of a deployment, and which of it `destroy` would delete. Changes nothing.

    Outside `dev`, AWS keeps tables and buckets when a stack is deleted; `with_data` deletes them as
    well. The embedded cloud keeps nothing.
    """
    workspace = open_workspace(location.get("workspace"))
    deployed = find_deployed(client, **location)
    return DestroyPlan(
        open_deployments(workspace),
        deployed,
        tuple(teardown.list_data_resources(deployed)),
        with_data or deployed.target.is_local,
        workspace.has_client_file(client),
    )


def destroy(plan: DestroyPlan, *, progress: Progress = NO_PROGRESS) -> DestroyResult:
    """Delete the planned deployment, and its data as far as the plan says."""
    deployed, names, target = plan.deployed, plan.deployed.names, plan.deployed.target
    holdings = list(plan.holdings)
    with (
        lock_client(plan.deployments, names),
        progress.step(f"Deleting {deployed.stack.name}") as step,
    ):
        teardown.delete_stack(deployed, holdings, step.note)
        if plan.with_data:
            teardown.delete_retained_data(target, holdings, step.note)
        if target.is_local:
            plan.deployments.cloud.forget(names.client_id, names.environment)
            plan.deployments.cloud.snapshot()
        plan.deployments.delete_record(names)
    return DestroyResult(
        client_id=names.client_id,
        environment=names.environment,
        target=target.name,
        stack=deployed.stack.name,
        deleted=tuple(item.name for item in plan.deleted),
        kept=tuple(item.name for item in plan.retained),
    )
