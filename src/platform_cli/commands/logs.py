"""What a client's functions and builds log.

platform logs acme
platform logs acme --since 600 --trace 8c1e...
platform logs acme --trace sanity#3f9c...
platform logs acme -f

The id of a delivery, or of its request, stands for both and for its build.
"""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from platform_cli.commands._arguments import Client, Env
from platform_cli.commands._deployed import Local, deployed
from platform_cli.errors import UsageError
from platform_cli.inert import one_line
from platform_cli.screen import Data
from platform_cli.session import Session

if TYPE_CHECKING:
    from platform_cli.deploy.logs import Line


def run(
    session: Session,
    client: Client,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
    trace: Annotated[
        str, typer.Option("--trace", metavar="ID", help="Only lines that name this id.")
    ] = "",
    since: Annotated[int, typer.Option("--since", metavar="SECONDS", help="How far back.")] = 900,
    env: Env = None,
    local: Local = False,
) -> Data:
    """Data: {lines: [{at, source, level, message, fields}]}."""
    from platform_cli.deploy import life, logs

    if follow and session.flags.json:
        raise UsageError("--follow never ends, so it has no --json", hint="leave one of them out")
    found = deployed(session, client, env, local=local)
    start = time.time() - since
    words = life.words(found, trace, since=start) if trace else ()
    if follow:
        for line in logs.follow(found, since=start, trace=words):
            session.screen.write(_text(line))
    lines = logs.read(found, since=start, trace=words)
    for line in lines:
        session.screen.write(_text(line))
    return {"lines": [_data(line) for line in lines]}


def _text(line: "Line") -> str:
    told = line.fields
    message = told.pop("message", "")
    level = told.get("level", "")
    rest = " ".join(f"{key}={value}" for key, value in told.items() if key not in _KNOWN)
    return one_line(f"{line.moment}  {line.source:<16} {level!s:<7} {message} {rest}".rstrip())


_KNOWN = frozenset(
    {"level", "timestamp", "location", "service", "client_id", "environment", "_aws"}
)
"""Fields that the line shows in its own way, or that only the machine reads."""


def _data(line: "Line") -> dict[str, object]:
    told = line.fields
    return {
        "at": line.moment,
        "source": line.source,
        "level": told.get("level"),
        "message": told.get("message", ""),
        "fields": told,
    }
