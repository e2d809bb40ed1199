"""Bring a client to AWS, or to this machine.

Shows the change first; then the stack, its content, its first build. A second run converges: what
is there already is not made again.

    platform deploy acme --local
    platform deploy acme --env staging
    platform deploy acme --yes --json
"""

import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import confirmed, ground
from platform_cli.commands._rollout import Plan, fill, furnish, lay, make_plan
from platform_cli.commands.plan import show_changes
from platform_cli.engines import engine
from platform_cli.errors import ToolMissing
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.config.model import ClientServiceConfig


def run(
    session: Session,
    client: Client,
    local: Annotated[bool, typer.Option("--local", help="To this machine, not to AWS.")] = False,
    env: Env = None,
) -> Data:
    """Data: {client_id, environment, target, stack, site_url, webhook_base_url, content_api_url,
    build_id, changed}; `build_id` is null where nothing was to be built."""
    from platform_cli.deploy.lock import exclusive

    config = session.client(client, env)
    _require_programs(config, local=local)
    environment = config.environment
    with exclusive(ground(session).state / "locks", f"{client}-{environment}"):
        plan = make_plan(session, client, env, local=local)
        show_changes(session, plan.changes, plan.assembly.stack, deployed=plan.deployed)
        _agree(session, plan)
        found = lay(plan)
        inputs_changed = furnish(plan, found)
        build = fill(plan, found, inputs_changed=inputs_changed)
        if local:
            plan.ground.cloud.snapshot()
    screen = session.screen
    screen.say(f"Site      {found.site.site_url}/")
    if found.site.webhook_base_url:
        screen.say(f"Webhooks  {found.site.webhook_base_url}/{{provider}}")
    return {
        "client_id": client,
        "environment": plan.names.environment,
        "target": plan.target.name,
        "stack": plan.assembly.stack,
        "site_url": found.site.site_url,
        "webhook_base_url": found.site.webhook_base_url,
        "content_api_url": found.site.content_api_url,
        "build_id": build,
        "changed": bool(plan.changes) or inputs_changed or build is not None,
    }


def _require_programs(config: "ClientServiceConfig", *, local: bool) -> None:
    """Says what this machine lacks, for the deploy or for builds here, before anything is begun."""
    from platform_cli.deploy.node import find_node

    find_node()
    generator = engine(config.service_integration.ssg_engine)
    for program, how in generator.programs.items():
        if local and shutil.which(program) is None:
            raise ToolMissing(f"{generator.label} needs {program}: it is not installed", hint=how)


def _agree(session: Session, plan: Plan) -> None:
    """A person is asked where it costs money or data: on AWS, and wherever something is lost."""
    if not plan.changes:
        return
    losing = [change for change in plan.changes if change.loses_data]
    if losing:
        session.screen.warn(f"{len(losing)} resources that hold data would be lost")
    if losing or not plan.target.is_local:
        account = f"account {plan.target.account}, {plan.target.region}"
        confirmed(session, f"Deploy {plan.assembly.stack} to {account}?")
