"""Build a client's site now.

platform build acme
platform build acme --allow-shrink
"""

from typing import Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, deployed
from platform_cli.commands._progress import built
from platform_cli.screen import Data
from platform_cli.session import Session


def run(
    session: Session,
    client: Client,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Even if it loses much of the site's content."),
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Until it is live.")] = True,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, build_id, release}; `release` is null with --no-wait."""
    from platform_cli.deploy import release
    from platform_core.actions import BuildSite

    found = deployed(session, client, env, local=local)
    release.ask(found, BuildSite(allow_shrink=allow_shrink))
    site = release.site(found)
    if wait:
        site = built(session, found, site.changed, "Building the site")
        session.screen.say(f"Live: {found.site.site_url}/")
    return {
        "client_id": client,
        "build_id": site.attempt or site.ready,
        "release": site.ready if wait else None,
    }
