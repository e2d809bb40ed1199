"""Arguments that many commands share."""

from typing import Annotated

import typer

from platform_cli.config.client_names import Environment
from platform_cli.errors import PlatformError, UsageError
from platform_cli.workspace import find_workspace


def complete_client_ids(incomplete: str) -> list[str]:
    """Complete the client ids of the current workspace, for the shell."""
    try:
        return [id_ for id_ in find_workspace().client_ids() if id_.startswith(incomplete)]
    except PlatformError:
        return []


Client = Annotated[
    str,
    typer.Argument(metavar="CLIENT", help="Id of the client.", autocompletion=complete_client_ids),
]
Clients = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CLIENT", help="Ids of the clients.", autocompletion=complete_client_ids
    ),
]
Env = Annotated[
    Environment | None,
    typer.Option("--env", help="Environment; the default is set in the client's file."),
]
Local = Annotated[
    bool,
    typer.Option("--local", help="Use the embedded cloud, even if the client is deployed to AWS."),
]
Details = Annotated[bool, typer.Option("--details", help="Show everything, not only a summary.")]
Limit = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, help="Maximum number of rows.")
]
Ids = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="ID", help="Only this id, or the beginning of it; repeatable."),
]
Rate = Annotated[
    int,
    typer.Option(
        "--rate", metavar="N", min=1, max=100, help="Maximum number of deliveries per second."
    ),
]


def repeat_options(environment: str | None, *, local: bool) -> str:
    """Return the options that select the deployment as given, for the next command of a screen.

    >>> repeat_options("staging", local=True), repeat_options(None, local=False)
    (' --env staging --local', '')
    """
    return (f" --env {environment}" if environment else "") + (" --local" if local else "")


def parse_edits(options: list[str]) -> dict[str, str]:
    """Parse `FIELD=VALUE` options. Raises `UsageError`."""
    edits = {}
    for option in options:
        field, separator, value = option.partition("=")
        if not separator or not field:
            raise UsageError(f"not a field and its value: {option!r}", hint="--edit title=Hello")
        edits[field] = value
    return edits
