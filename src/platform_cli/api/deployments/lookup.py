"""Finds the deployed stack of a client, its secrets, and the workspace's deployment records."""

import time
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint
from platform_cli.api.workspaces import Location, WorkspacePath, open_workspace
from platform_cli.config.model import ClientServiceConfig
from platform_cli.targets.deployments import Deployment, Deployments
from platform_cli.targets.secrets import ClientSecrets, open_secret_backend
from platform_cli.targets.target import Target


def open_deployments(workspace: WorkspacePath = None) -> Deployments:
    """Return the workspace's embedded cloud and its deployment records."""
    return Deployments(open_workspace(workspace).ensure_state_folder())


def find_deployed(client: str, **location: Unpack[Location]) -> Deployment:
    """Return the client's stack on the target of its last deploy.

    Raises `UsageError` if the client is not deployed there.
    """
    workspace = open_workspace(location.get("workspace"))
    blueprint = load_blueprint(client, location.get("environment"), workspace=workspace)
    deployments = open_deployments(workspace)
    return deployments.open_deployment(blueprint.names, local=location.get("local", False))


def open_secrets(config: ClientServiceConfig, target: Target) -> ClientSecrets:
    """Return the client's secrets in the store that its file selects."""
    secret_store = open_secret_backend(target, str(config.secret_store))
    return ClientSecrets(secret_store, config.client_id, str(config.environment), time.time)
