"""The builds of a client's site, and what caused each.

platform builds acme
platform builds acme --log 01J9...
"""

from typing import Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Limit, Local, deployed
from platform_cli.screen import Data
from platform_cli.session import Session

FIELDS = ("id", "cause", "covers", "status", "started_at", "finished_at", "release")


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
    """Data: {builds: [{id, cause, covers, status, started_at, finished_at, release}]}."""
    from platform_cli.deploy import release
    from platform_core.contract import BUILD_ROW

    found = deployed(session, client, env, local=local)
    if log:
        lines = release.log(found, log)
        session.screen.write("\n".join(lines))
        return {"id": log, "log": lines}
    builds = [
        {field: row.get(field) for field in FIELDS} | {"reason": row.get("reason")}
        for row in release.history(found, BUILD_ROW, limit=limit)
    ]
    rows = [[each[field] for field in FIELDS] for each in builds]
    session.screen.table("Builds", FIELDS, rows)
    return {"builds": builds}
