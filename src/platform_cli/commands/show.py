"""Show a client: its parts, and every computed name.

platform show acme
platform show acme --env staging --json
"""

from platform_cli.api.clients.descriptions import describe_client
from platform_cli.commands._arguments import Client, Env
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import description_data, show_description


def run(session: Session, client: Client, *, env: Env = None) -> Data:
    """Data: {client_id, environment, stack_type, deployment_name, resource_prefix,
    integration_mode, parts, names, config}."""
    description = describe_client(client, env, workspace=session.workspace)
    show_description(session.screen, description)
    return description_data(description)
