"""Return to an earlier release, without a build.

Takes seconds. The site stays pinned to that release, while builds continue, until
`platform releases resume`.

    platform rollback acme
    platform rollback acme RELEASE
"""

from typing import Annotated

import typer

from platform_cli.api.releases import history
from platform_cli.commands._arguments import Client, Env, Local, repeat_options
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.releases import rollback_data, show_rollback


def run(
    session: Session,
    client: Client,
    release: Annotated[
        str | None,
        typer.Argument(help="Id of the release; defaults to the one before the live release."),
    ] = None,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {client_id, release, previous, pinned}."""
    result = history.rollback(
        client, release, progress=session.screen, **session.location(env, local=local)
    )
    show_rollback(session.screen, result, options=repeat_options(env, local=local))
    return rollback_data(result)
