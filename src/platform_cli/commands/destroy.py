"""Delete a client's deployment.

Lists the resources that hold data and asks for the client's id. Outside `dev`, AWS keeps tables and
buckets when the stack is deleted; --with-data deletes them as well. The embedded cloud keeps
nothing.

    platform destroy acme
    platform destroy acme --env dev --yes
"""

from typing import Annotated

import typer

from platform_cli.api.deployments import removals
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.prompts.confirmations import confirm_by_typing
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.deployments import destroy_data, show_destroy_plan


def run(
    session: Session,
    client: Client,
    with_data: Annotated[
        bool,
        typer.Option("--with-data", help="Also delete the data that would stay. Irreversible."),
    ] = False,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, environment, target, stack, deleted: [...], kept: [...]}."""
    screen = session.screen
    location = session.location(env, local=local)
    plan = removals.plan_destroy(client, with_data=with_data, **location)
    show_destroy_plan(screen, plan)
    deployed = plan.deployed
    confirm_by_typing(
        screen, f"This deletes {deployed.stack.name} on {deployed.target.name}.", client
    )
    return destroy_data(removals.destroy(plan, progress=screen))
