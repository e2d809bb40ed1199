"""List the content of a client's site in the unified form.

platform content acme
platform content acme --type product --json
"""

from typing import Annotated

import typer

from platform_cli.api.operations.content import CONTENT_TYPES, list_content
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.vendors import content_data, show_content


def run(
    session: Session,
    client: Client,
    type_: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help=f"One of {', '.join(CONTENT_TYPES)}."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", metavar="N", min=1, help="Maximum number of rows; the default is all."
        ),
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {items: [{content_id, content_type, provider_name, slug, title, status, updated_at,
    version}]}."""
    location = session.location(env, local=local)
    items = list_content(client, type_, limit=limit, **location)
    show_content(session.screen, items)
    return content_data(items)
