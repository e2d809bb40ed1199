"""Views of deployments: planned changes, results and status."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from platform_cli.api.deployments.plans import DeployPlan
from platform_cli.api.deployments.removals import DestroyPlan, DestroyResult
from platform_cli.api.deployments.rollouts import DeployResult
from platform_cli.deploy.diff import ResourceChange
from platform_cli.screen import Data, Screen
from platform_cli.targets.deployments import command_arguments
from platform_cli.views.layout import (
    count_noun,
    show_answer,
    show_heading,
    show_next,
    show_remaining,
    show_rows,
    show_text,
)
from platform_cli.views.vendors import former_until, show_former_address

MAX_CHANGES = 18
"""Number of changes that are shown without `--details`."""


def show_plan(screen: Screen, plan: DeployPlan, *, details: bool = False) -> None:
    """Show the effect of a deploy in a sentence, then its changes."""
    show_answer(screen, _describe_plan(plan))
    if plan.is_new and not details:
        counts = _count_by_service(plan.changes)
        screen.write("")
        show_rows(screen, counts, ("count", "service", "resources"))
    elif plan.changes:
        rows = [
            [change.action, change.logical_id, _data_note(change), _describe_change(change)]
            for change in sorted(plan.changes, key=_by_importance)
        ]
        shown = rows if details else rows[:MAX_CHANGES]
        screen.write("")
        show_rows(screen, shown, ("change", "resource", "data", "type and properties"))
        show_remaining(screen, len(rows) - len(shown), "changes")


def show_planned_next(screen: Screen, plan: DeployPlan) -> None:
    """End the screen of a plan with the deploy of it."""
    if plan.changes or plan.former_content or plan.starter_replacement:
        show_next(screen, (f"platform deploy {_arguments(plan)}", "carries this out"))
    else:
        show_next(screen, (f"platform status {_arguments(plan)}", "shows the site"))


def show_differences(
    screen: Screen, differences: Sequence[ResourceChange], *, details: bool = False
) -> None:
    """Show the differences between the embedded cloud and AWS."""
    if not differences:
        return
    if not details:
        count = count_noun(len(differences), "resource")
        show_text(screen, f"AWS differs from this machine in {count} (--details shows them).")
        return
    show_heading(screen, "Differences from AWS")
    rows = [[change.action, change.logical_id, _describe_change(change)] for change in differences]
    show_rows(screen, rows, ("here", "resource", "type and properties"))


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
    show_former_address(screen, plan.address_tokens)
    screen.say(f"Next: platform webhooks register {_arguments(plan)}")
    screen.say("It moves the webhooks at the vendors, and lists those to move by hand.")


def rotation_data(result: DeployResult, plan: DeployPlan) -> Data:
    """Return a finished rotation as JSON data."""
    return {**asdict(result), "former_until": former_until(plan.address_tokens)}


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


def _arguments(plan: DeployPlan) -> str:
    names = plan.names
    return command_arguments(names.client_id, names.environment, is_local=plan.target.is_local)


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


def _describe_plan(plan: DeployPlan) -> str:
    """Describe a plan in one sentence: its effect, and the data that it deletes."""
    names, target = plan.names, plan.target
    place = "this machine" if target.is_local else f"AWS account {target.account}, {target.region}"
    whose = f"{names.client_id} ({names.environment}) on {place}"
    if plan.is_new:
        count = count_noun(len(plan.changes), "resource")
        return f"{whose} is new: a deploy creates the stack {plan.stack} with {count}."
    if not plan.changes:
        return f"{whose} has no changes: the stack {plan.stack} is up to date."
    counts = Counter(str(change.action) for change in plan.changes)
    changes = ", ".join(f"{count} {action}" for action, count in counts.items())
    lost = ", ".join(change.logical_id for change in plan.data_losses)
    data = f"deletes the data in {lost}" if lost else "deletes no data"
    return f"{whose}: a deploy changes the stack {plan.stack} ({changes}) and {data}."


def _by_importance(change: ResourceChange) -> tuple[bool, bool, str]:
    return (not change.loses_data, not change.holds, change.logical_id)


def _describe_change(change: ResourceChange) -> str:
    properties = ", ".join(change.properties)
    return f"{change.type}: {properties}" if properties else change.type


def _data_note(change: ResourceChange) -> str:
    if change.loses_data:
        return f"DELETES {change.holds}"
    return f"keeps {change.holds}" if change.holds else ""
