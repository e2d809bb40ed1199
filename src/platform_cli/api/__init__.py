"""The public Python API: every use case of the command line as a function.

    from platform_cli import api

Importing it loads neither CDK nor boto3: each name loads its module when it is first used. The use
cases take plain values, return values, report through a `Progress`, and raise `PlatformError`.

A use case that acts on a deployed client takes the keywords of `Location`: `environment`, `local`
and `workspace`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from platform_cli.api.public_names import MODULES

if TYPE_CHECKING:
    from platform_cli.api.catalog.cdk_stacks import create_composed_stack, create_stack
    from platform_cli.api.catalog.entries import (
        CombinationEntry,
        EngineEntry,
        PlanEntry,
        ProviderEntry,
        list_combinations,
        list_engines,
        list_providers,
    )
    from platform_cli.api.catalog.stacks import (
        choose_integration_mode,
        compatible_engines,
        metadata,
        stack_types,
        validate_stack_type,
    )
    from platform_cli.api.clients.adoptions import Adoption, AdoptionOptions, adopt_site
    from platform_cli.api.clients.descriptions import ClientDescription, describe_client
    from platform_cli.api.clients.drafts import ClientOptions
    from platform_cli.api.clients.exports import ClientExport, export_client
    from platform_cli.api.clients.inspections import (
        InvalidClient,
        Validation,
        ValidClient,
        list_clients,
        validate_clients,
    )
    from platform_cli.api.clients.scaffolds import (
        CreatedClient,
        CreatedWorkspace,
        create_workspace,
        scaffold_client,
    )
    from platform_cli.api.deliveries.dead_letters import (
        DeadLetterList,
        NotRedriven,
        PurgeResult,
        Redriven,
        RedriveResult,
        list_dead_letters,
        purge,
        redrive,
    )
    from platform_cli.api.deliveries.erasures import ForgetPlan, forget, plan_forget
    from platform_cli.api.deliveries.events import (
        DeliveryTrace,
        ReceivedDelivery,
        follow_deliveries,
        list_deliveries,
        trace_delivery,
    )
    from platform_cli.api.deliveries.failures import DeadLetterEntry
    from platform_cli.api.deliveries.listening import RefusedRequest, listen
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
    from platform_cli.api.deployments.domains import (
        DomainCheck,
        DomainPlan,
        plan_domain,
        request_certificate,
        verify_domain,
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
    from platform_cli.api.money.advice import recommend_stack, recommendations
    from platform_cli.api.money.costs import (
        ClientCost,
        CostComparison,
        FleetCost,
        WorkspaceCost,
        compare_client_cost,
        estimate_client_cost,
        estimate_workspace_cost,
        multiply_client_cost,
    )
    from platform_cli.api.money.prices import (
        PriceUpdate,
        UncertainPrices,
        fetch_price_update,
        save_price_update,
    )
    from platform_cli.api.money.stack_costs import estimate_total_cost
    from platform_cli.api.operations.checks import Check, CheckState
    from platform_cli.api.operations.content import (
        ContentItem,
        SyncResult,
        list_content,
        sync_content,
    )
    from platform_cli.api.operations.diagnostics import run_checks
    from platform_cli.api.operations.embedded_cloud import cloud_status, reset_cloud, stop_cloud
    from platform_cli.api.operations.forms import (
        SentMail,
        export_form_entries,
        get_form_entry,
        list_form_entries,
        list_sent_mails,
    )
    from platform_cli.api.operations.logs import follow_logs, read_logs
    from platform_cli.api.operations.pages import find_page
    from platform_cli.api.operations.secret_imports import (
        ImportedSecret,
        SecretImport,
        UnknownVariable,
        import_secrets,
    )
    from platform_cli.api.operations.secrets import (
        RotatedSecret,
        list_secrets,
        revoke_secret,
        rotate_secret,
        set_secret,
    )
    from platform_cli.api.operations.webhooks import (
        WebhookReport,
        inspect_webhooks,
        plan_rotation,
        register_webhooks,
    )
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
    "NO_PROGRESS", "Adoption", "AdoptionOptions", "BuildResult", "BuildSummary", "Check",
    "CheckState", "ClientCost", "ClientDescription", "ClientExport", "ClientOptions",
    "ClientStatus", "CombinationEntry", "ContentItem", "CostComparison", "CreatedClient",
    "CreatedWorkspace", "DeadLetterEntry", "DeadLetterList", "DeliveryFilter", "DeliveryTrace",
    "DeployPlan", "DeployResult", "DestroyPlan", "DestroyResult", "DomainCheck", "DomainPlan",
    "EngineEntry", "FleetCost", "ForgetPlan", "ImportedSecret", "InvalidClient", "LiveChange",
    "LiveRelease", "Location", "NotRedriven", "PlanEntry", "PriceUpdate", "Progress",
    "ProviderEntry", "PurgeResult", "ReceivedDelivery", "RedriveResult", "Redriven",
    "RefusedRequest", "ReleaseList", "ReleaseSummary", "ReplayPlan", "ReplayResult",
    "RotatedSecret", "SecretImport", "SendOptions", "SentDelivery", "SentMail", "SiteStatus",
    "StackStatus", "StepProgress", "SyncResult", "UncertainPrices", "UnknownVariable",
    "ValidClient", "Validation", "WebhookReport", "WebhookStatus", "WorkspaceCost", "adopt_site",
    "build", "choose_integration_mode", "cloud_status", "compare_client_cost", "compare_with_aws",
    "compatible_engines", "create_composed_stack", "create_stack", "create_workspace", "deploy",
    "describe_client", "destroy", "end_rollback", "estimate_client_cost", "estimate_total_cost",
    "estimate_workspace_cost", "export_client", "export_form_entries", "fetch_price_update",
    "find_page", "follow_deliveries", "follow_logs", "forget", "get_form_entry", "import_secrets",
    "inspect_webhooks", "list_builds", "list_clients", "list_combinations", "list_content",
    "list_dead_letters", "list_deliveries", "list_engines", "list_form_entries", "list_providers",
    "list_releases", "list_secrets", "list_sent_mails", "listen", "metadata",
    "multiply_client_cost", "plan", "plan_destroy", "plan_domain", "plan_forget", "plan_replay",
    "plan_rotation", "purge", "read_build_log", "read_logs", "recommend_stack", "recommendations",
    "redrive", "register_webhooks", "replay", "request_certificate", "reset_cloud", "revoke_secret",
    "rollback", "rotate_secret", "run_checks", "save_price_update", "scaffold_client", "send",
    "set_secret", "stack_types", "status", "stop_cloud", "sync_content", "trace_delivery",
    "validate_clients", "validate_stack_type", "verify_domain", "wait_until_live",
]  # fmt: skip

if not TYPE_CHECKING:  # a type checker reads the imports above, and refuses other names

    def __getattr__(name: str) -> Any:
        """Load the module of a public name on first use."""
        if name not in MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
        globals()[name] = value
        return value
