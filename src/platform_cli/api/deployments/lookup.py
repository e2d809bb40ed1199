"""Finds the deployed stack of a client, its secrets, and the workspace's deployment records."""

import time
from dataclasses import replace
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint
from platform_cli.api.workspaces import Location, WorkspacePath, open_workspace
from platform_cli.blueprint.model import Names
from platform_cli.config.client_names import (
    Environment,
    client_pascal_name,
    resource_prefix,
    to_pascal_case,
)
from platform_cli.config.model import ClientServiceConfig
from platform_cli.config.sections.build_secrets import parse_build_secret
from platform_cli.errors import UsageError
from platform_cli.targets.deployments import ClientNotDeployed, Deployment, Deployments
from platform_cli.targets.secrets import (
    BuildCopies,
    ClientSecrets,
    ParameterStore,
    open_secret_backend,
)
from platform_cli.targets.target import Target
from platform_cli.workspace import CLIENT_ID, Workspace


def open_deployments(workspace: WorkspacePath = None) -> Deployments:
    """Return the workspace's embedded cloud and its deployment records."""
    return Deployments(open_workspace(workspace).ensure_state_folder())


def find_deployed(client: str, **location: Unpack[Location]) -> Deployment:
    """Return the client's stack on the target of its last deploy.

    If the client's file is gone, the deployment record and the tags of the stack identify it.
    Raises `UsageError` if the client is not deployed there.
    """
    workspace = open_workspace(location.get("workspace"))
    deployments = open_deployments(workspace)
    names = find_names(deployments, workspace, client, location.get("environment"))
    try:
        return deployments.open_deployment(names, local=location.get("local", False))
    except ClientNotDeployed as error:
        if workspace.has_client_file(client):
            raise
        raise UsageError(
            f"{client} has no file in {workspace.clients}, and {error}",
            hint="see `platform list`",
        ) from error


def find_names(
    deployments: Deployments, workspace: Workspace, client: str, environment: str | None
) -> Names:
    """Return the names of a client from its file, or from its record if the file is gone."""
    if workspace.has_client_file(client):
        return load_blueprint(client, environment, workspace=workspace).names
    return _names_without_file(deployments, workspace, client, environment)


def _names_without_file(
    deployments: Deployments, workspace: Workspace, client: str, environment: str | None
) -> Names:
    """Return the names of a client whose file is gone. Raises `UsageError` for an unknown client.

    The name of the stack is that of the record. Without a record, the tags identify the stack.
    """
    recorded = workspace.recorded_environments(client, Environment)
    if environment is None and len(recorded) > 1:
        raise UsageError(
            f"the file of {client} is gone, and {client} is deployed in {' and '.join(recorded)}",
            hint=f"name the environment: --env {recorded[0]}",
        )
    selected = environment or next(iter(recorded), None)
    if selected is None or not CLIENT_ID.fullmatch(client):
        raise workspace.unknown_client(client)
    names = Names(
        client_id=client,
        environment=str(selected),
        resource_prefix=resource_prefix(client, selected),
        deployment_name=f"{client_pascal_name(client)}-{to_pascal_case(selected)}",
        stack_type="",
    )
    record = deployments.get_record(names)
    return replace(names, deployment_name=record.stack) if record else names


def open_secrets(config: ClientServiceConfig, target: Target) -> ClientSecrets:
    """Return the client's secrets in the store that its file selects."""
    secret_store = open_secret_backend(target, str(config.secret_store))
    of_previews = config.preview.build_secrets if config.preview else ()
    build_secrets = tuple(
        (secret.provider, secret.name)
        for secret in map(parse_build_secret, (*config.site.build_secrets, *of_previews))
    )
    return ClientSecrets(
        secret_store,
        config.client_id,
        str(config.environment),
        time.time,
        BuildCopies(ParameterStore(target), build_secrets) if build_secrets else None,
    )
