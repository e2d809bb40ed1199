"""One client: every computed name, and the parts that its stack is made of.

platform show acme
platform show acme --env staging --json
"""

from platform_cli.commands._arguments import Client, Env
from platform_cli.screen import Data
from platform_cli.session import Session

NAMES = {
    "builds": ("build_project", "site_table"),
    "webhooks": ("api", "inbox_table"),
    "content": ("content_table", "content_topic", "commerce_topic", "build_topic"),
}
"""Which resources' names a part brings."""


def run(session: Session, client: Client, *, env: Env = None) -> Data:
    """Data: {client_id, environment, stack_type, deployment_name, resource_prefix,
    integration_mode, parts, names, config}."""
    from platform_cli.resolve.compose import compose
    from platform_cli.resolve.naming import ResourceNames

    config = session.client(client, env)
    parts = [type(part).__name__.lower() for part in compose(config).parts]
    resources = ResourceNames(config.client_id, config.resource_prefix)
    names = {key: getattr(resources, key) for part in parts for key in NAMES.get(part, ())}
    data = {
        "client_id": config.client_id,
        "environment": config.environment,
        "stack_type": config.stack_type,
        "service_type": config.service_type,
        "deployment_name": config.deployment_name,
        "resource_prefix": config.resource_prefix,
        "integration_mode": config.service_integration.integration_mode,
        "ssg_engine": config.service_integration.ssg_engine,
    }
    rows = [*data.items(), ("parts", ", ".join(parts)), *names.items()]
    session.screen.table(config.company_name, ["", ""], rows)
    return {**data, "parts": parts, "names": names, "config": config.model_dump(mode="json")}
