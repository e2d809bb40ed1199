"""Create a workspace: a folder for the files of your clients.

Existing files stay as they are.

    platform init shops
    cd shops
    platform new-client acme
"""

from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.clients.scaffolds import create_workspace
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import created_workspace_data, show_created_workspace


def run(
    session: Session,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="[DIR]", help="Directory to create. Defaults to the current directory."
        ),
    ] = Path(),
) -> Data:
    """Data: {workspace, created}."""
    workspace = create_workspace(folder)
    show_created_workspace(session.screen, workspace)
    return created_workspace_data(workspace)
