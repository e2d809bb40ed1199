"""Compare and repair each vendor's webhook registrations, and change the webhook address.

Uses the vendor's API if there is one and its token is set; otherwise shows the manual steps.

    platform webhooks list acme
    platform webhooks register acme
    platform webhooks verify acme
    platform webhooks rotate acme
"""

from platform_cli.api.deployments import rollouts
from platform_cli.api.operations.webhooks import (
    inspect_webhooks,
    plan_rotation,
    register_webhooks,
)
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.errors import Exit
from platform_cli.prompts.confirmations import confirm_rotation
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.views.deployments import rotation_data, show_deploy, show_plan, show_rotation
from platform_cli.views.vendors import show_manual_steps, show_webhooks, webhooks_data


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """List the webhooks at each vendor that deliver to this client.

      platform webhooks list acme

    Data: {webhooks: [{provider, address, state, note, hooks, steps}], former_until}.
    """
    location = session.location(env, local=local)
    report = inspect_webhooks(client, progress=session.screen, **location)
    show_webhooks(session.screen, report)
    return webhooks_data(report)


def register(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Create missing webhooks and repair broken ones. Running it again changes nothing.

    A webhook that delivers to a former address of the client is changed in place.

      platform secrets set acme sanity manage_token
      platform webhooks register acme

    Exits with code 1 if a vendor could not be checked. Data as for `list`.
    """
    location = session.location(env, local=local)
    report = register_webhooks(client, progress=session.screen, **location)
    show_webhooks(session.screen, report)
    show_manual_steps(session.screen, report)
    return Outcome(webhooks_data(report), Exit.OK if report.is_complete else Exit.FAILURE)


def verify(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Check the webhooks at each vendor. Exits with code 3 if one is missing or broken.

      platform webhooks verify acme

    While a former address is valid, it also exits with 3 for a webhook that is registered by hand,
    since nobody can check its address. Data as for `list`.
    """
    location = session.location(env, local=local)
    report = inspect_webhooks(client, progress=session.screen, **location)
    show_webhooks(session.screen, report)
    return Outcome(webhooks_data(report), Exit.OK if report.is_well else Exit.CHANGES)


def rotate(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """Give the webhooks an address that nobody can guess. Deploys the client.

      platform webhooks rotate acme
      platform webhooks register acme

    The former address works for a week. Register the new one at every vendor within that time.
    After it, API Gateway refuses requests to all other addresses, so a flood of them starts no
    function. A second rotation within the week ends the oldest address, and asks before it does.

    Data as for `deploy`, with former_until.
    """
    screen, location = session.screen, session.location(env, local=local)
    plan = plan_rotation(client, progress=screen, **location)
    show_plan(screen, plan)
    confirm_rotation(screen, plan)
    result = rollouts.deploy(plan, progress=screen)
    show_deploy(screen, result)
    show_rotation(screen, plan)
    return rotation_data(result, plan)


COMMANDS = {"list": list_, "register": register, "verify": verify, "rotate": rotate}
