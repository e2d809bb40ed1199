"""Compare and repair each vendor's webhook registrations.

Uses the vendor's API if there is one and its token is set; otherwise shows the manual steps.

    platform webhooks list acme
    platform webhooks register acme
    platform webhooks verify acme
"""

from platform_cli.api.operations.webhooks import inspect_webhooks, register_webhooks
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.errors import Exit
from platform_cli.screen import Data
from platform_cli.session import Outcome, Session
from platform_cli.views.vendors import show_manual_steps, show_webhooks, webhooks_data


def list_(session: Session, client: Client, env: Env = None, local: Local = False) -> Data:
    """List the webhooks at each vendor that deliver to this client.

      platform webhooks list acme

    Data: {webhooks: [{provider, address, state, note, hooks, steps}]}.
    """
    location = session.location(env, local=local)
    report = inspect_webhooks(client, progress=session.screen, **location)
    show_webhooks(session.screen, report)
    return webhooks_data(report)


def register(session: Session, client: Client, env: Env = None, local: Local = False) -> Outcome:
    """Create missing webhooks and repair broken ones. Running it again changes nothing.

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

    Data as for `list`.
    """
    location = session.location(env, local=local)
    report = inspect_webhooks(client, progress=session.screen, **location)
    show_webhooks(session.screen, report)
    return Outcome(webhooks_data(report), Exit.OK if report.is_well else Exit.CHANGES)


COMMANDS = {"list": list_, "register": register, "verify": verify}
