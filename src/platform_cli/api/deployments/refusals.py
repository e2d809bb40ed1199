"""Refuse a deploy that cannot succeed, before anything changes."""

from collections.abc import Mapping
from typing import Any

from platform_cli.blueprint.model import CERTIFICATES_REGION, Blueprint, Names, Site
from platform_cli.config.example_settings import find_example_settings
from platform_cli.deploy.diff import find_changed_types
from platform_cli.errors import ConfigError, DeployFailed
from platform_cli.targets.deployments import command_arguments
from platform_cli.targets.target import Target
from platform_cli.workspace import Workspace


def require_certificate_region(target: Target, blueprint: Blueprint) -> None:
    """Raise `DeployFailed` if the stack would create its certificate in the wrong region.

    CloudFront accepts certificates of one region only, and a stack creates them in its own.
    """
    creates_certificate = any(
        isinstance(part, Site) and part.hosted_zone_id and not part.certificate_arn
        for part in blueprint.parts
    )
    if creates_certificate and target.region != CERTIFICATES_REGION:
        raise DeployFailed(
            f"{blueprint.names.client_id} needs a certificate in {CERTIFICATES_REGION}, "
            f"but this deploy goes to {target.region}",
            hint=f"set AWS_REGION={CERTIFICATES_REGION}, or set site.certificate_arn to a "
            "certificate of that region",
        )


def reject_changed_types(
    target: Target, names: Names, deployed: Mapping[str, Any] | None, planned: Mapping[str, Any]
) -> None:
    """Raise `DeployFailed` if the deploy would change the type of a resource.

    The tables of earlier versions of this tool are such resources.
    """
    changed = find_changed_types(deployed, planned)
    if not changed:
        return
    types = ", ".join(sorted(set(changed.values())))
    arguments = command_arguments(names.client_id, names.environment, is_local=target.is_local)
    if target.is_local:
        effect = "the content is read from the vendors again"
    else:
        effect = (
            "outside dev the tables and buckets stay, and the deploy imports them; read "
            "`Stacks of earlier versions` in docs/aws.md first"
        )
    raise DeployFailed(
        f"the stack {names.deployment_name} is of an earlier version: it has resources "
        f"of the type {types}, and CloudFormation cannot change the type of a resource",
        where=f"{target.name}, account {target.account}, {target.region}",
        hint=f"`platform destroy {arguments}`, then deploy again: {effect}",
    )


def reject_example_settings(workspace: Workspace, client: str) -> None:
    """Raise `ConfigError` if the client would be deployed to AWS with an example as a setting."""
    if examples := find_example_settings(workspace.client_file(client)):
        raise ConfigError(tuple(examples))
