"""Erase what is stored of one order or one person.

Searches all stored deliveries, dead letters and large bodies, with their old versions, and with
`--email` the entries of forms that have the address as a value. A pending delivery is erased, too,
and is never applied. Backups of the tables keep a copy for up to 35 days.

    platform forget acme --order 6100
    platform forget acme --email jane@example.org --yes
"""

from typing import Annotated

import typer

from platform_cli.api.deliveries import erasures
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.prompts.confirmations import confirm_forget
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views import deliveries as views

Order = Annotated[
    str | None, typer.Option("--order", metavar="ID", help="Id, number or token of an order.")
]
Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="Mail address of a person.")
]


def run(
    session: Session, client: Client, order: Order = None, email: Email = None, env: Env = None,
    local: Local = False,
) -> Data:  # fmt: skip
    """Data: {client_id, deliveries: [{id, provider, received_at, status}], bodies, entries: [{form,
    id, received_at}]}."""
    location = session.location(env, local=local)
    plan = erasures.plan_forget(client, order=order, email=email, **location)
    views.show_forget_plan(session.screen, plan)
    if not plan.is_empty:
        confirm_forget(session.screen, plan, client)
        erasures.forget(plan)
        session.screen.say("Erased.")
    return views.forget_data(plan)
