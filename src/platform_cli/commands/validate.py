"""Check client files, and show every error with its line and a suggestion.

Without names it checks all clients. For a deployed client it also shows the content that is not on
its site, as of the last `status`, `deploy` or `build` from this workspace.

    platform validate
    platform validate acme bravo --json
"""

from typing import Annotated

import typer

from platform_cli.api.clients.inspections import validate_clients
from platform_cli.commands._arguments import Clients, Details
from platform_cli.errors import ConfigError, UsageError
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import show_validation, validation_data


def run(
    session: Session,
    clients: Clients = None,
    *,
    everyone: Annotated[
        bool, typer.Option("--all", help="Check all clients; the default without names.")
    ] = False,
    details: Details = False,
) -> Data:
    """Data: {clients: [{client_id, environments, stack_type, level, reason, hint, content}]}.
    `content` maps each deployed environment to {read_at, left_out, passed_over, moves}: the content
    that is not on its site, as `status`, `deploy` and `build` found it last."""
    if clients and everyone:
        raise UsageError("name clients or pass --all, but not both")
    validation = validate_clients(clients, workspace=session.workspace)
    show_validation(session.screen, validation, details=details)
    if validation.findings:
        raise ConfigError(validation.findings)
    return validation_data(validation)
