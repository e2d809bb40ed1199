"""Arguments that many verbs share: which client, in which environment."""

from typing import Annotated

import typer

from platform_cli.errors import PlatformError
from platform_cli.workspace import find
from platform_core.naming import Environment


def client_ids(incomplete: str) -> list[str]:
    """For the shell's completion: the clients of the workspace around."""
    try:
        return [each for each in find().client_ids() if each.startswith(incomplete)]
    except PlatformError:
        return []


Client = Annotated[
    str, typer.Argument(metavar="CLIENT", help="The client's id.", autocompletion=client_ids)
]
Clients = Annotated[
    list[str] | None,
    typer.Argument(metavar="CLIENT", help="Clients' ids.", autocompletion=client_ids),
]
Env = Annotated[
    Environment | None,
    typer.Option("--env", help="Which environment; default: the one that the file names."),
]
