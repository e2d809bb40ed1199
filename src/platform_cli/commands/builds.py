"""The builds of a client's site, and what caused each.

platform builds acme
platform builds acme --log 20261121-101502123-7f3a2c
"""

from typing import Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Limit, Local, deployed
from platform_cli.screen import Data
from platform_cli.session import Session

COLUMNS = ("id", "cause", "covers", "status", "started_at", "finished_at", "release")
SECONDS = ("wait", "snapshot", "queue", "build", "flip")
"""From the first change to the pointer's move."""
FIELDS = (*COLUMNS, "reason", "items", *(f"{phase}_seconds" for phase in SECONDS))


def run(
    session: Session,
    client: Client,
    limit: Limit = 20,
    log: Annotated[
        str, typer.Option("--log", metavar="ID", help="Show this build's log instead.")
    ] = "",
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {builds: [{id, cause, covers, status, started_at, finished_at, release, reason, items,
    wait_seconds, snapshot_seconds, queue_seconds, build_seconds, flip_seconds}]}."""
    from platform_cli.deploy import release

    found = deployed(session, client, env, local=local)
    if log:
        lines = release.log(found, log)
        session.screen.write("\n".join(lines))
        return {"id": log, "log": lines}
    builds = [
        {field: getattr(build, field) for field in FIELDS}
        for build in release.builds(found, limit=limit)
    ]
    rows = [[each[field] for field in COLUMNS] for each in builds]
    session.screen.table("Builds", COLUMNS, rows)
    return {"builds": builds}
