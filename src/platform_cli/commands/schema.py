"""The JSON Schema of a client's file, for editors; or the OpenAPI document of the content API.

`--write` puts it where the files that `new-client` writes look for it: clients/client.schema.json.

    platform schema
    platform schema --write
    platform schema --openapi
"""

import json
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
    openapi: Annotated[
        bool, typer.Option("--openapi", help="What the content API of a site answers.")
    ] = False,
) -> Data:
    """Data: {schema} or {path}."""
    from platform_cli.config import schema

    if openapi:
        from platform_core import content_api

        session.screen.write(json.dumps(content_api.openapi_document(), indent=2))
        return {"schema": content_api.openapi_document()}
    if not write:
        session.screen.write(schema.text().rstrip("\n"))
        return {"schema": schema.schema()}
    path = session.workspace.clients / schema.FILE
    write_whole(path, schema.text())
    session.screen.say(f"wrote {path}")
    return {"path": str(path)}
