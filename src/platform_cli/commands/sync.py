"""Synchronize the content table with the full listings of the providers.

Adds missed content, and removes items that a provider no longer lists or that belong to a provider
the client no longer has. Running it again changes nothing. Counts the items that are not public,
by reason, and lists published items whose address would differ if they were new (docs/content.md).
Exits with code 1 if no public item of a provider has a title.

    platform sync acme
    platform sync acme --provider sanity
"""

from typing import Annotated

import typer

from platform_cli.api.operations.content import sync_content
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.errors import Exit
from platform_cli.session import Outcome, Session
from platform_cli.views.vendors import show_sync, sync_data


def run(
    session: Session,
    client: Client,
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="P", help="Only this provider; the default is all."),
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Outcome:
    """Data: {client_id, read: [{provider, listed, written, removed, untitled, left_out, moves,
    passed_over}], retired: [...]}."""
    location = session.location(env, local=local)
    result = sync_content(client, provider, progress=session.screen, **location)
    show_sync(session.screen, result)
    return Outcome(sync_data(result), Exit.FAILURE if result.untitled_providers else Exit.OK)
