"""Deploy a site on this machine and change it by a signed webhook.

Needs no account and no login. The site keeps running. Works with any client of the workspace, and
by default with the shop that comes with the tool.

    platform demo
    platform demo acme --open
"""

import webbrowser
from typing import Annotated

import typer

from platform_cli.api.deployments import plans, rollouts
from platform_cli.api.operations import demo
from platform_cli.commands._arguments import complete_client_ids
from platform_cli.prompts.confirmations import confirm_deploy
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.demo import demo_data, show_demo, show_next_steps
from platform_cli.views.deployments import show_deploy, show_plan


def run(
    session: Session,
    client: Annotated[
        str,
        typer.Argument(
            metavar="[CLIENT]", help="Id of the client.", autocompletion=complete_client_ids
        ),
    ] = demo.DEMO_CLIENT,
    *,
    open_: Annotated[bool, typer.Option("--open", help="Open the site in a browser.")] = False,
) -> Data:
    """Data: {client_id, site_url, webhook_base_url, provider, event, page, before, after, status,
    ack_seconds, applied, changed, live_seconds}."""
    screen = session.screen
    demo_workspace = demo.prepare_workspace(client, session.flags.workspace)
    workspace = demo_workspace.workspace
    if demo_workspace.created_file:
        screen.say(f"Created the demo client {demo_workspace.created_file}.")
    item = demo.choose_item(client, workspace)
    rollouts.require_programs(client, local=True, workspace=workspace)
    # npm waits for the network most of the time, and the synthesis uses only one core.
    rollouts.install_cdk_in_background()
    plan = plans.plan(client, progress=screen, local=True, workspace=workspace)
    show_plan(screen, plan)
    confirm_deploy(screen, plan)
    site = rollouts.deploy(plan, progress=screen)
    show_deploy(screen, site)
    if open_:
        webbrowser.open(f"{site.site_url}/")
    change = demo.change_page_by_webhook(
        client, item, site.site_url, workspace=workspace, progress=screen
    )
    show_demo(screen, change)
    show_next_steps(screen, client, item, site.webhook_address)
    return demo_data(client, item, site.webhook_base_url, change)
