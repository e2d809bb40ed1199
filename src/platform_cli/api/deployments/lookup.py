"""Finds the deployed stack of a client, its secrets, and the workspace's deployment records."""

import time
from typing import Unpack

from platform_cli.api.clients.blueprints import load_blueprint
from platform_cli.api.workspaces import Location, WorkspacePath, open_workspace
from platform_cli.config.model import ClientServiceConfig
from platform_cli.targets.deployments import Deployed, Ground
from platform_cli.targets.secrets import Safe, store
from platform_cli.targets.target import Target


def open_deployments(workspace: WorkspacePath = None) -> Ground:
    """Return the workspace's embedded cloud and its deployment records."""
    return Ground(open_workspace(workspace).state_folder())


def find_deployed(client: str, **location: Unpack[Location]) -> Deployed:
    """Return the client's stack on the target of its last deploy.

    Raises `UsageError` if the client is not deployed there.
    """
    workspace = open_workspace(location.get("workspace"))
    blueprint = load_blueprint(client, location.get("environment"), workspace=workspace)
    deployments = open_deployments(workspace)
    return deployments.find(blueprint.names, local=location.get("local", False))


def open_secrets(config: ClientServiceConfig, target: Target) -> Safe:
    """Return the client's secrets in the store that its file selects."""
    secret_store = store(target, str(config.secret_store))
    return Safe(secret_store, config.client_id, str(config.environment), time.time)
