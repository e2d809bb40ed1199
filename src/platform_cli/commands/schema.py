"""The JSON Schema of a client's file, for editors.

`--write` puts it where the files that `new-client` writes look for it: clients/client.schema.json.

    platform schema
    platform schema --write
"""

from typing import Annotated

import typer

from platform_cli.screen import Data
from platform_cli.session import Session
from platform_cli.workspace import write_whole


def run(
    session: Session,
    write: Annotated[
        bool, typer.Option("--write", help="Write clients/client.schema.json.")
    ] = False,
) -> Data:
    """Data: {schema} or {path}."""
    from platform_cli.config import schema

    if not write:
        session.screen.write(schema.text().rstrip("\n"))
        return {"schema": schema.schema()}
    path = session.workspace.clients / schema.FILE
    write_whole(path, schema.text())
    session.screen.say(f"wrote {path}")
    return {"path": str(path)}
