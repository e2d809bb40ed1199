"""Views of deployments: planned changes, results and status."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.deployments.removals import DestroyPlan, DestroyResult
from platform_cli.api.deployments.rollouts import DeployResult
from platform_cli.api.deployments.statuses import ClientStatus
from platform_cli.deploy.diff import ResourceChange
from platform_cli.screen import Data, Screen
from platform_cli.views.vendors import format_time

WEBHOOK_COLUMNS = ("provider", "state", "note", "looked at", "missed")


def show_plan(screen: Screen, plan: DeployPlan) -> None:
    """Show every change; a new stack is summed up by AWS service."""
    if not plan.changes:
        screen.say(f"{plan.stack}: no changes")
    elif plan.is_new:
        rows = _count_by_service(plan.changes)
        screen.table(f"{plan.stack} is new", ["count", "service", "resources"], rows)
    else:
        rows = [
            [
                change.action, change.type, change.logical_id, ", ".join(change.properties),
                _data_note(change),
            ]
            for change in plan.changes
        ]  # fmt: skip
        columns = ["change", "type", "resource", "properties", "data"]
        screen.table(f"{plan.stack} changes", columns, rows)


def show_differences(screen: Screen, differences: Sequence[ResourceChange]) -> None:
    """Show the differences between the embedded cloud and AWS."""
    rows = [
        [change.type, change.logical_id, change.action, ", ".join(change.properties)]
        for change in differences
    ]
    columns = ["type", "resource", "here", "properties"]
    screen.table("Differences from AWS", columns, rows)


def plan_data(plan: DeployPlan, differences: Sequence[ResourceChange]) -> Data:
    """Return the plan as JSON data."""
    return {
        "client_id": plan.names.client_id,
        "environment": plan.names.environment,
        "target": plan.target.name,
        "stack": plan.stack,
        "changes": _changes_data(plan.changes),
        "differs_from_aws": _changes_data(differences),
    }


def show_deploy(screen: Screen, result: DeployResult) -> None:
    """Show the addresses of a deployed site."""
    screen.say(f"Site      {result.site_url}/")
    if result.webhook_address:
        screen.say(f"Webhooks  {result.webhook_address}")


def show_rotation(screen: Screen, plan: DeployPlan) -> None:
    """Show the end of the former webhook addresses, and the next step."""
    if former := plan.address_tokens.former:
        screen.say(f"The former address works until {format_time(former.until)}.")
    env = f"--env {plan.names.environment}"
    screen.say(f"Next: platform webhooks register {plan.names.client_id} {env}")


def rotation_data(result: DeployResult, plan: DeployPlan) -> Data:
    """Return a finished rotation as JSON data."""
    former = plan.address_tokens.former
    return {**asdict(result), "former_until": format_time(former.until) if former else None}


def deploy_data(result: DeployResult) -> Data:
    """Return a finished deploy as JSON data."""
    return asdict(result)


def show_destroy_plan(screen: Screen, plan: DestroyPlan) -> None:
    """Show the resources that hold data, and which of them stay."""
    rows = [
        [item.name, item.type, item.holds, "stays" if item in plan.retained else "is deleted"]
        for item in plan.holdings
    ]
    screen.table("Resources that hold data", ["name", "type", "holds", ""], rows)
    here = ", and the client's file and site source stay here" if plan.has_file else ""
    screen.say(f"The secrets stay in the secret store{here}.")


def destroy_data(result: DestroyResult) -> Data:
    """Return a removed deployment as JSON data."""
    return asdict(result)


def show_status(screen: Screen, status: ClientStatus) -> None:
    """Show a client's status and its webhooks."""
    data = dict(status_data(status))
    del data["webhooks"]
    title = f"{status.client_id} ({status.environment})"
    screen.table(title, ["", ""], list(_status_lines(data)))
    if status.webhooks:
        rows = [
            [
                webhook.provider, webhook.state, webhook.note,
                webhook.looked_at or "never", webhook.missed if webhook.looked_at else "",
            ]
            for webhook in status.webhooks
        ]  # fmt: skip
        screen.table("Webhooks", WEBHOOK_COLUMNS, rows)


def status_data(status: ClientStatus) -> Data:
    """Return a client's status as JSON data."""
    return asdict(status)


def _status_lines(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in data.items():
        label = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _status_lines(value, f"{label} ")
        elif value is not None:
            yield label, value


def _changes_data(changes: Sequence[ResourceChange]) -> list[Data]:
    return [
        {
            "action": str(change.action),
            "logical_id": change.logical_id,
            "type": change.type,
            "properties": list(change.properties),
            "holds": change.holds or None,
            "retained": change.retained,
        }
        for change in changes
    ]


def _count_by_service(changes: Sequence[ResourceChange]) -> list[list[object]]:
    """Count the resources of each AWS service, and of each type in it."""
    types_by_service: dict[str, Counter[str]] = {}
    for change in changes:
        _, service, resource_type = change.type.split("::", 2)
        types_by_service.setdefault(service, Counter())[resource_type] += 1
    return [
        [
            types.total(), service,
            ", ".join(f"{count} {name}" for name, count in types.most_common()),
        ]
        for service, types in sorted(types_by_service.items())
    ]  # fmt: skip


def _data_note(change: ResourceChange) -> str:
    if change.loses_data:
        return f"DELETES {change.holds}"
    return f"keeps {change.holds}" if change.holds else ""
