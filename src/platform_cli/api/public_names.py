"""The module of each public name of `platform_cli.api`, below that package."""

from typing import Final

_NAMES_BY_MODULE: Final = {
    "catalog.cdk_stacks": (
        "create_composed_stack", "create_stack",
    ),
    "catalog.entries": (
        "CombinationEntry", "EngineEntry", "PlanEntry", "ProviderEntry", "list_combinations",
        "list_engines", "list_providers",
    ),
    "catalog.stacks": (
        "choose_integration_mode", "compatible_engines", "metadata", "stack_types",
        "validate_stack_type",
    ),
    "clients.adoptions": (
        "Adoption", "AdoptionOptions", "adopt_site",
    ),
    "clients.descriptions": (
        "ClientDescription", "describe_client",
    ),
    "clients.drafts": (
        "ClientOptions",
    ),
    "clients.exports": (
        "ClientExport", "export_client",
    ),
    "clients.inspections": (
        "InvalidClient", "ValidClient", "Validation", "list_clients", "validate_clients",
    ),
    "clients.scaffolds": (
        "CreatedClient", "CreatedWorkspace", "create_workspace", "scaffold_client",
    ),
    "deliveries.dead_letters": (
        "DeadLetterList", "NotRedriven", "PurgeResult", "RedriveResult", "Redriven",
        "list_dead_letters", "purge", "redrive",
    ),
    "deliveries.erasures": (
        "ForgetPlan", "forget", "plan_forget",
    ),
    "deliveries.events": (
        "DeliveryTrace", "ReceivedDelivery", "follow_deliveries", "list_deliveries",
        "trace_delivery",
    ),
    "deliveries.failures": (
        "DeadLetterEntry",
    ),
    "deliveries.listening": (
        "RefusedRequest", "listen",
    ),
    "deliveries.replays": (
        "DeliveryFilter", "ReplayPlan", "ReplayResult", "plan_replay", "replay",
    ),
    "deliveries.samples": (
        "LiveChange", "SendOptions", "SentDelivery", "send", "wait_until_live",
    ),
    "deployments.domains": (
        "DomainCheck", "DomainPlan", "plan_domain", "request_certificate", "verify_domain",
    ),
    "deployments.plans": (
        "DeployPlan", "compare_with_aws", "plan",
    ),
    "deployments.removals": (
        "DestroyPlan", "DestroyResult", "destroy", "plan_destroy",
    ),
    "deployments.rollouts": (
        "DeployResult", "deploy",
    ),
    "deployments.statuses": (
        "ClientStatus", "SiteStatus", "StackStatus", "WebhookStatus", "status",
    ),
    "money.advice": (
        "recommend_stack", "recommendations",
    ),
    "money.costs": (
        "ClientCost", "CostComparison", "FleetCost", "WorkspaceCost", "compare_client_cost",
        "estimate_client_cost", "estimate_workspace_cost", "multiply_client_cost",
    ),
    "money.prices": (
        "PriceUpdate", "UncertainPrices", "fetch_price_update", "save_price_update",
    ),
    "money.stack_costs": (
        "estimate_total_cost",
    ),
    "operations.checks": (
        "Check", "CheckState",
    ),
    "operations.content": (
        "ContentItem", "SyncResult", "list_content", "sync_content",
    ),
    "operations.diagnostics": (
        "run_checks",
    ),
    "operations.embedded_cloud": (
        "cloud_status", "reset_cloud", "stop_cloud",
    ),
    "operations.forms": (
        "SentMail", "export_form_entries", "get_form_entry", "list_form_entries",
        "list_sent_mails",
    ),
    "operations.logs": (
        "follow_logs", "read_logs",
    ),
    "operations.pages": (
        "find_page",
    ),
    "operations.secret_imports": (
        "ImportedSecret", "SecretImport", "UnknownVariable", "import_secrets",
    ),
    "operations.secrets": (
        "RotatedSecret", "list_secrets", "revoke_secret", "rotate_secret", "set_secret",
    ),
    "operations.webhooks": (
        "WebhookReport", "inspect_webhooks", "plan_rotation", "register_webhooks",
    ),
    "progress": (
        "NO_PROGRESS", "Progress", "StepProgress",
    ),
    "releases.builds": (
        "BuildResult", "BuildSummary", "build", "list_builds", "read_build_log",
    ),
    "releases.history": (
        "LiveRelease", "ReleaseList", "ReleaseSummary", "end_rollback", "list_releases",
        "rollback",
    ),
    "workspaces": (
        "Location",
    ),
}  # fmt: skip
MODULES: Final = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}
