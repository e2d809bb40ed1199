"""Show the changes that a deploy would make, and the data that it would delete.

Changes nothing itself.

    platform plan acme
    platform plan acme --check          exits 3 if there are changes
    platform plan acme --local          plans for this machine, and shows differences from AWS
"""

from typing import Annotated

import typer

from platform_cli.api.deployments import plans
from platform_cli.commands._arguments import Client, Details, Env
from platform_cli.errors import Exit
from platform_cli.prompts.confirmations import warn_about_replacements
from platform_cli.session import Outcome, Session
from platform_cli.views.deployments import (
    plan_data,
    show_differences,
    show_plan,
    show_planned_next,
)


def run(
    session: Session,
    client: Client,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with code 3 if there are changes.")
    ] = False,
    env: Env = None,
    local: Annotated[
        bool, typer.Option("--local", help="Plan for this machine instead of AWS.")
    ] = False,
    details: Details = False,
) -> Outcome:
    """Data: {client_id, environment, target, stack, changes: [...], differs_from_aws: [...]}."""
    screen = session.screen
    plan = plans.plan(client, progress=screen, **session.location(env, local=local))
    differences = plans.compare_with_aws(plan, progress=screen) if local else ()
    show_plan(screen, plan, details=details)
    warn_about_replacements(screen, plan)
    show_differences(screen, differences, details=details)
    show_planned_next(screen, plan)
    exit_code = Exit.CHANGES if check and plan.changes else Exit.OK
    return Outcome(plan_data(plan, differences), exit_code)
