"""Validate and list client files. No cloud is involved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from platform_cli.api.clients import conflicts
from platform_cli.api.clients.content_reports import SiteContentReport, read_noted_report
from platform_cli.api.workspaces import WorkspacePath, open_workspace
from platform_cli.blueprint.compatibility import Level, assess_compatibility
from platform_cli.config.example_settings import find_example_settings
from platform_cli.config.load import Configs, load_environments
from platform_cli.config.model import ClientServiceConfig
from platform_cli.errors import ConfigError, Finding, UsageError
from platform_cli.site_source.blocked_scripts import find_blocked_scripts
from platform_cli.site_source.client_site import detect_local_site, site_engine
from platform_cli.site_source.rule_files import find_rule_problems
from platform_cli.site_source.site_checks import find_site_errors, find_site_warnings
from platform_cli.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ValidClient:
    """A client with a valid file, and the compatibility of its components."""

    client_id: str
    environments: tuple[str, ...]
    stack_type: str
    level: str
    reason: str
    hint: str
    warnings: tuple[str, ...]
    content: Mapping[str, SiteContentReport] = field(default_factory=dict)
    """The content that is not on the deployed sites, by environment, as last noted here."""


@dataclass(frozen=True, slots=True)
class Validation:
    """The result of validating client files."""

    clients: tuple[ValidClient, ...]
    findings: tuple[Finding, ...]
    """The errors of all other clients."""


@dataclass(frozen=True, slots=True)
class InvalidClient:
    """A client whose file has errors."""

    client_id: str
    findings: int


def validate_clients(
    client_ids: Iterable[str] | None = None, *, workspace: WorkspacePath = None
) -> Validation:
    """Check the files of these clients; without IDs, of all clients of the workspace."""
    opened = open_workspace(workspace)
    requested = list(client_ids or opened.client_ids())
    loaded: dict[str, Configs] = {}
    findings: list[Finding] = []
    for client_id in requested:
        try:
            loaded[client_id] = load_environments(opened.client_file(client_id))
        except (ConfigError, UsageError) as error:
            findings += error.findings
    # The names of a client are compared with those of all clients, not only of the requested ones.
    everyone = loaded.values() if client_ids is None else conflicts.load_valid_clients(opened)
    deployed = conflicts.recorded_deployments(opened)
    errors, warnings = conflicts.find_name_problems(opened, everyone, deployed)
    clients: list[ValidClient] = []
    for client_id, configs in loaded.items():
        problems = [*errors.get(client_id, ()), *_find_site_errors(configs, opened)]
        findings += problems
        if not problems:
            clients.append(_assess_client(configs, opened, warnings.get(client_id, ())))
    return Validation(tuple(clients), tuple(findings))


def list_clients(*, workspace: WorkspacePath = None) -> list[Configs | InvalidClient]:
    """Load the configs of all clients, by environment; a client with errors does not stop it."""
    opened = open_workspace(workspace)
    clients: list[Configs | InvalidClient] = []
    for client_id in opened.client_ids():
        try:
            clients.append(load_environments(opened.client_file(client_id)))
        except ConfigError as error:
            clients.append(InvalidClient(client_id, len(error.findings)))
    return clients


def _find_site_errors(configs: Configs, workspace: Workspace) -> list[Finding]:
    """Return what prevents a build of the client's folder, in any environment."""
    errors: dict[Finding, None] = {}
    for config in configs.values():
        if config.site.source == "local":
            folder, detected = (
                workspace.site_source(config.client_id),
                detect_local_site(workspace, config),
            )
            errors |= dict.fromkeys(find_site_errors(config, detected, folder))
            rules = find_rule_problems(config.site, detected.rule_files, folder)
            errors |= dict.fromkeys(rules.errors)
    return list(errors)


def _assess_client(
    configs: Configs, workspace: Workspace, name_warnings: Iterable[Finding]
) -> ValidClient:
    # All environments share the providers and the engine, so the first one stands for all.
    config = next(iter(configs.values()))
    integration = config.service_integration
    cms, shop = integration.cms_config, integration.ecommerce_config
    compatibility = assess_compatibility(
        integration.ssg_engine,
        cms=cms.provider if cms else None,
        ecommerce=shop.provider if shop else None,
    )
    warnings = [compatibility.hint]
    if compatibility.level is not Level.NATIVE:
        warnings = [compatibility.reason, compatibility.hint]
    warnings += [f"{warning.message}; {warning.hint}" for warning in name_warnings]
    examples = find_example_settings(workspace.client_file(config.client_id))
    warnings += [example.as_line for example in examples]
    warnings += _assess_source(config, workspace)
    return ValidClient(
        client_id=config.client_id,
        environments=tuple(configs),
        stack_type=config.stack_type,
        level=compatibility.level,
        reason=compatibility.reason,
        hint=compatibility.hint,
        warnings=tuple(f"{config.client_id}: {warning}" for warning in warnings if warning),
        content={
            environment: report
            for environment in configs
            if (report := read_noted_report(workspace, config.client_id, environment))
        },
    )


def _assess_source(config: ClientServiceConfig, workspace: Workspace) -> list[str]:
    """Return warnings about the source of a client's site, if it is on this machine."""
    source = workspace.site_source(config.client_id)
    if config.site.source != "local":
        return []
    if not source.is_dir():
        return [f"the source of its site is missing: {source}"]
    detected = detect_local_site(workspace, config)
    engine = site_engine(config, detected)
    blocked = find_blocked_scripts(source, engine, config.site.analytics_origins)
    refused = find_rule_problems(config.site, detected.rule_files, source).refused
    warnings = [finding.as_line for finding in (*blocked, *refused)]
    return [*warnings, *find_site_warnings(config, detected)]
