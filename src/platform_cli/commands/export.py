"""Export a client, to hand it over to another account or another agency.

Writes a workspace with the client's file, its site, the public content of the live release, the
names of its secrets and the steps of the new owner. It holds no value of a secret, and no personal
data of customers.

    platform export acme handover
    platform export acme handover.zip
"""

from pathlib import Path
from typing import Annotated

import typer

from platform_cli.api.clients.exports import export_client
from platform_cli.commands._arguments import Client, Env, Local
from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.views.clients import export_data, show_export

Destination = Annotated[
    Path, typer.Argument(metavar="PATH", help="New folder, or new .zip file; it must not exist.")
]


def run(
    session: Session, client: Client, destination: Destination, env: Env = None,
    local: Local = False,
) -> Data:  # fmt: skip
    """Data: {client_id, path, files, items, secrets: [{provider, name, variable, purpose,
    required}], left_out, steps}; `items` is null without a live release."""
    with session.screen.step(f"Exporting {client}"):
        export = export_client(client, destination, **session.location(env, local=local))
    show_export(session.screen, export)
    return export_data(export)
