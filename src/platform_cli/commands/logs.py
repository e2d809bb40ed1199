"""Show the log lines of a client's functions and builds.

    platform logs acme
    platform logs acme --since 600 --trace 8c1e...
    platform logs acme --trace sanity#3f9c...
    platform logs acme -f
    platform logs acme -f --json | jq .data.message

The id of a delivery, or of its request, selects the lines of both and of the build that followed.
"""

import time
from typing import Annotated

import typer

from platform_cli.api.operations.logs import follow_logs, read_logs
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.operations import format_log_line, log_line_data


def run(
    session: Session,
    client: Client,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Show new lines as they arrive, until Ctrl-C.")
    ] = False,
    trace: Annotated[
        str, typer.Option("--trace", metavar="ID", help="Only lines that contain this id.")
    ] = "",
    since: Annotated[
        int, typer.Option("--since", metavar="SECONDS", help="Age of the oldest line, in seconds.")
    ] = 900,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {lines: [{at, source, level, message, fields}]}. With --follow: an object for each
    line, on a line of its own, whose data is {at, source, level, message, fields}."""
    screen, start = session.screen, time.time() - since
    location = session.location(env, local=local)
    if follow:
        screen.begin_stream()
        for line in follow_logs(client, trace=trace, since=start, **location):
            screen.write(format_log_line(line))
            session.stream(log_line_data(line))
    lines = read_logs(client, trace=trace, since=start, **location)
    for line in lines:
        screen.write(format_log_line(line))
    return {"lines": [log_line_data(line) for line in lines]}
