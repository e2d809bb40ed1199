"""The public Python API: every use case of the command line as a function.

    from platform_cli import api

Importing it loads neither CDK nor boto3: each name loads its module when it is first used. The use
cases take plain values, return values, report through a `Progress`, and raise `PlatformError`.

A use case that acts on a deployed client takes the keywords of `Location`: `environment`, `local`
and `workspace`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from platform_cli.api.catalog.stacks import (
        choose_integration_mode,
        compatible_engines,
        create_composed_stack,
        create_stack,
        estimate_total_cost,
        metadata,
        recommendations,
        stack_types,
        validate_stack_type,
    )
    from platform_cli.api.deliveries.dead_letters import (
        DeadLetterEntry,
        DeadLetterList,
        NotRedriven,
        PurgeResult,
        Redriven,
        RedriveResult,
        list_dead_letters,
        purge,
        redrive,
    )
    from platform_cli.api.deliveries.events import (
        DeliveryTrace,
        ReceivedDelivery,
        list_deliveries,
        trace_delivery,
    )
    from platform_cli.api.deliveries.replays import (
        DeliveryFilter,
        ReplayPlan,
        ReplayResult,
        plan_replay,
        replay,
    )
    from platform_cli.api.deliveries.samples import (
        LiveChange,
        SendOptions,
        SentDelivery,
        send,
        wait_until_live,
    )
    from platform_cli.api.deployments.plans import DeployPlan, compare_with_aws, plan
    from platform_cli.api.deployments.removals import (
        DestroyPlan,
        DestroyResult,
        destroy,
        plan_destroy,
    )
    from platform_cli.api.deployments.rollouts import DeployResult, deploy
    from platform_cli.api.deployments.statuses import (
        ClientStatus,
        SiteStatus,
        StackStatus,
        WebhookStatus,
        status,
    )
    from platform_cli.api.operations.embedded_cloud import cloud_status, reset_cloud, stop_cloud
    from platform_cli.api.operations.logs import follow_logs, read_logs
    from platform_cli.api.progress import NO_PROGRESS, Progress, StepProgress
    from platform_cli.api.releases.builds import (
        BuildResult,
        BuildSummary,
        build,
        list_builds,
        read_build_log,
    )
    from platform_cli.api.releases.history import (
        LiveRelease,
        ReleaseList,
        ReleaseSummary,
        end_rollback,
        list_releases,
        rollback,
    )
    from platform_cli.api.workspaces import Location

__all__ = [
    "NO_PROGRESS", "BuildResult", "BuildSummary", "ClientStatus", "DeadLetterEntry",
    "DeadLetterList", "DeliveryFilter", "DeliveryTrace", "DeployPlan", "DeployResult",
    "DestroyPlan", "DestroyResult", "LiveChange", "LiveRelease", "Location", "NotRedriven",
    "Progress", "PurgeResult", "ReceivedDelivery", "RedriveResult", "Redriven", "ReleaseList",
    "ReleaseSummary", "ReplayPlan", "ReplayResult", "SendOptions", "SentDelivery", "SiteStatus",
    "StackStatus", "StepProgress", "WebhookStatus", "build", "choose_integration_mode",
    "cloud_status", "compare_with_aws", "compatible_engines", "create_composed_stack",
    "create_stack", "deploy", "destroy", "end_rollback", "estimate_total_cost", "follow_logs",
    "list_builds", "list_dead_letters", "list_deliveries", "list_releases", "metadata", "plan",
    "plan_destroy", "plan_replay", "purge", "read_build_log", "read_logs", "recommendations",
    "redrive", "replay", "reset_cloud", "rollback", "send", "stack_types", "status",
    "stop_cloud", "trace_delivery", "validate_stack_type", "wait_until_live",
]  # fmt: skip

_NAMES_BY_MODULE: Final = {
    "catalog.stacks": (
        "choose_integration_mode", "compatible_engines", "create_composed_stack",
        "create_stack", "estimate_total_cost", "metadata", "recommendations", "stack_types",
        "validate_stack_type",
    ),
    "deliveries.dead_letters": (
        "DeadLetterEntry", "DeadLetterList", "NotRedriven", "PurgeResult", "RedriveResult",
        "Redriven", "list_dead_letters", "purge", "redrive",
    ),
    "deliveries.events": (
        "DeliveryTrace", "ReceivedDelivery", "list_deliveries", "trace_delivery",
    ),
    "deliveries.replays": (
        "DeliveryFilter", "ReplayPlan", "ReplayResult", "plan_replay", "replay",
    ),
    "deliveries.samples": ("LiveChange", "SendOptions", "SentDelivery", "send", "wait_until_live"),
    "deployments.plans": ("DeployPlan", "compare_with_aws", "plan"),
    "deployments.removals": ("DestroyPlan", "DestroyResult", "destroy", "plan_destroy"),
    "deployments.rollouts": ("DeployResult", "deploy"),
    "deployments.statuses": (
        "ClientStatus", "SiteStatus", "StackStatus", "WebhookStatus", "status",
    ),
    "operations.embedded_cloud": ("cloud_status", "reset_cloud", "stop_cloud"),
    "operations.logs": ("follow_logs", "read_logs"),
    "progress": ("NO_PROGRESS", "Progress", "StepProgress"),
    "releases.builds": ("BuildResult", "BuildSummary", "build", "list_builds", "read_build_log"),
    "releases.history": (
        "LiveRelease", "ReleaseList", "ReleaseSummary", "end_rollback", "list_releases",
        "rollback",
    ),
    "workspaces": ("Location",),
}  # fmt: skip
_MODULES: Final = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}

if not TYPE_CHECKING:  # a type checker reads the imports above, and refuses other names

    def __getattr__(name: str) -> Any:
        """Load the module of a public name on first use."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value
