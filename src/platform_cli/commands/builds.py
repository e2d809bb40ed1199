"""List the builds of a client's site, or show the log of one.

platform builds acme
platform builds acme --log 20261121-101502123-7f3a2c
"""

from typing import Annotated

import typer

from platform_cli.api.releases.builds import list_builds, read_build_log
from platform_cli.commands._arguments import Client, Details, Env, Limit, Local, repeat_options
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.releases import builds_data, show_builds


def run(
    session: Session,
    client: Client,
    limit: Limit = 20,
    log: Annotated[
        str, typer.Option("--log", metavar="ID", help="Show the log of this build instead.")
    ] = "",
    env: Env = None,
    local: Local = False,
    details: Details = False,
) -> Data:
    """Data: {builds: [{id, cause, covers, status, started_at, finished_at, release, reason, items,
    wait_seconds, snapshot_seconds, queue_seconds, build_seconds, flip_seconds}]}."""
    location = session.location(env, local=local)
    if log:
        lines = read_build_log(client, log, **location)
        session.screen.write("\n".join(lines))
        return {"id": log, "log": lines}
    builds = list_builds(client, limit=limit, **location)
    options = repeat_options(env, local=local)
    show_builds(session.screen, builds, client, options=options, details=details)
    return builds_data(builds)
