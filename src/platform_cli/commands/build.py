"""Build a client's site now.

platform build acme
platform build acme --allow-shrink
"""

from typing import Annotated

import typer

from platform_cli.api.releases import builds
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.releases import build_data, show_live_address


def run(
    session: Session,
    client: Client,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Build even if the site loses much of its content."),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until the build is live.")
    ] = True,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, build_id, release}; `release` is null with --no-wait."""
    result = builds.build(
        client,
        allow_shrink=allow_shrink,
        wait=wait,
        progress=session.screen,
        **session.location(env, local=local),
    )
    show_live_address(session.screen, result)
    return build_data(result)
