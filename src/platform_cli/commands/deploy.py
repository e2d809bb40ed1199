"""Deploy a client to AWS or to this machine.

Shows the changes first. Then it updates the stack, imports the content and builds the site. Running
it again is safe: a deploy without changes does nothing.

    platform deploy acme --local
    platform deploy acme --env staging
    platform deploy acme --yes --json
"""

from typing import Annotated

import typer

from platform_cli.api.deployments import plans, rollouts
from platform_cli.commands._arguments import Client, Env
from platform_cli.prompts.confirmations import confirm_deploy
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.deployments import deploy_data, show_deploy, show_plan


def run(
    session: Session,
    client: Client,
    local: Annotated[
        bool, typer.Option("--local", help="Deploy to this machine instead of AWS.")
    ] = False,
    env: Env = None,
) -> Data:
    """Data: {client_id, environment, target, stack, site_url, webhook_base_url, webhook_address,
    content_api_url, build_id, changed}; `build_id` is null if there was nothing to build."""
    screen, location = session.screen, session.location(env, local=local)
    rollouts.require_programs(client, **location)
    plan = plans.plan(client, progress=screen, **location)
    show_plan(screen, plan)
    confirm_deploy(screen, plan)
    result = rollouts.deploy(plan, progress=screen)
    show_deploy(screen, result)
    return deploy_data(result)
