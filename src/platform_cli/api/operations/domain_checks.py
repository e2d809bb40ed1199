"""Check the DNS of the clients on AWS whose domain is not at Route 53."""

from collections.abc import Iterator
from typing import Final

from platform_cli.api.clients.inspections import InvalidClient, list_clients
from platform_cli.api.deployments.domains import verify_domain
from platform_cli.api.deployments.lookup import open_deployments
from platform_cli.api.operations.checks import Check, CheckState
from platform_cli.api.workspaces import WorkspacePath
from platform_cli.blueprint.compose import compose
from platform_cli.errors import PlatformError, UsageError
from platform_cli.operations.dns_records import Resolver
from platform_cli.targets.target import CLOUD, has_credentials

NAME: Final = "domains"


def check_domains(workspace: WorkspacePath, resolver: Resolver | None = None) -> Check:
    """Look up the domains of deployed clients with a certificate of their own."""
    try:
        clients = list(_find_clients(workspace))
    except UsageError:
        return Check(NAME, CheckState.UNKNOWN, "no workspace here", "create one: platform init DIR")
    if not clients:
        return Check(NAME, CheckState.OK, "none on AWS with its DNS elsewhere")
    if not has_credentials():
        return Check(NAME, CheckState.UNKNOWN, f"{len(clients)}, not looked up", "sign in to AWS")
    wrong: list[str] = []
    for client, environment in clients:
        try:
            check = verify_domain(
                client, environment=environment, workspace=workspace, resolver=resolver
            )
        except PlatformError as error:
            finding = error.findings[0]
            return Check(NAME, CheckState.UNKNOWN, f"{client}: {finding.message}", finding.hint)
        if not check.passed:
            wrong.append(f"{client} --env {environment}")
    if wrong:
        found = f"{len(wrong)} of {len(clients)} do not reach their site"
        return Check(NAME, CheckState.NOT_OK, found, f"platform domain verify {wrong[0]}")
    return Check(NAME, CheckState.OK, f"{len(clients)} reach their site")


def _find_clients(workspace: WorkspacePath) -> Iterator[tuple[str, str]]:
    """Yield client and environment of each domain that a person has to point at its site."""
    for configs in list_clients(workspace=workspace):
        if isinstance(configs, InvalidClient):
            continue
        for environment, config in configs.items():
            if not config.site.certificate_arn or config.site.hosted_zone_id:
                continue
            record = open_deployments(workspace).get_record(compose(config).names)
            if record is not None and record.target == CLOUD:
                yield config.client_id, str(environment)
